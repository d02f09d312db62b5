// Goal: each method does what it says with the next block, and refuses all else by its code with nothing
// changed. Method: a consortium of three organisations; tables of what is wrong for each method.
import { encodeCbor, toBase64 } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { TestHost } from '@hefu/contract/testing';
import { generateKeyPair } from '@hefu/crypto/keys';
import { decodeKeyRecord, decodeMemberRecord, decodeOrganisationRecord } from '@hefu/protocol';
import { describe, expect, it } from 'vitest';
import { ADMINS_MAX, INTERVALS_MAX, KEYS_PER_MEMBER_MAX } from '../schemas/records.ts';
import { genesisDocument, keyNamed, signer, startHost } from '../testing/consortium.ts';

const ANN = 'acme/ann';
const key = (name: string): { algorithm: string; publicKey: Uint8Array } => ({
  algorithm: 'ed25519',
  publicKey: keyNamed(name).publicKey,
});

function ask(host: TestHost, by: string, method: string, args: object): string {
  return host.call(signer(host, by), method, args).code;
}

describe('genesis', () => {
  const host = startHost();

  it('writes records that the verifier reads, in force from the first block', () => {
    const read = (collection: string, id: string): Uint8Array =>
      encodeCbor(host.value(collection, id) as CborValue);
    const ann = keyNamed(ANN);
    expect(decodeOrganisationRecord(read('organisations', 'court'))).toEqual({
      ok: true,
      record: { name: '法院', active: [[0, null]] },
    });
    expect(decodeMemberRecord(read('members', ANN))).toEqual({
      ok: true,
      record: {
        organisation: 'acme',
        kind: 'person',
        roles: ['admin', 'operator'],
        active: [[0, null]],
      },
    });
    expect(decodeKeyRecord(read('keys', ann.id))).toEqual({
      ok: true,
      record: {
        member: ANN,
        algorithm: 'ed25519',
        publicKey: ann.publicKey,
        purpose: 'sign',
        active: [[0, null]],
      },
    });
  });

  it('keeps the rules', () => {
    expect(host.value('parameters', 'governance')).toEqual({
      kind: 'governance',
      policy: { kind: 'role', roles: ['operator'] },
    });
    expect(host.value('parameters', 'organisations')).toEqual({ kind: 'organisations', active: 3 });
    expect(host.value('parameters', 'chain')).toMatchObject({
      kind: 'chain',
      algorithms: ['ed25519', 'es256'],
      values: { heartbeatMs: 60_000 },
    });
    expect(host.value('modules', 'membership')).toEqual({ version: 1, next: null, cursor: null });
    expect(host.values('validators')).toMatchObject([['acme', { power: 1, active: [[0, null]] }]]);
    expect(host.values('admins')).toEqual([
      ['acme', { members: ['acme/ann', 'acme/bob'] }],
      ['beta', { members: ['beta/dan'] }],
    ]);
  });

  it('tells of all it wrote, for the read models', () => {
    const names = host.events.map(({ name }) => name);
    expect(names.filter((name) => name === 'organisationAdded')).toHaveLength(3);
    expect(names.filter((name) => name === 'memberAdded')).toHaveLength(4);
    expect(names.filter((name) => name === 'keyAdded')).toHaveLength(4);
  });

  it('takes a document with more members than a call may write', () => {
    const members = Array.from({ length: 500 }, (_, index) => ({
      id: `acme/m${index}`,
      kind: 'device' as const,
      roles: [],
    }));
    const large = startHost(genesisDocument({ members, keys: [], governance: { kind: 'member' } }));
    expect(large.values('members')).toHaveLength(500);
  });

  it.each([
    ['a policy that is none', { governance: { kind: 'king' } }],
    [
      'a role twice',
      { members: [{ id: ANN, kind: 'person' as const, roles: ['admin', 'admin'] }], keys: [] },
    ],
    [
      'a weak key',
      {
        keys: [
          {
            member: ANN,
            algorithm: 'ed25519' as const,
            publicKey: toBase64(new Uint8Array(32)),
            purpose: 'sign' as const,
          },
        ],
      },
    ],
    [
      'a key of nobody',
      {
        keys: [
          {
            member: 'acme/no',
            algorithm: 'ed25519' as const,
            publicKey: toBase64(keyNamed('x').publicKey),
            purpose: 'sign' as const,
          },
        ],
      },
    ],
  ])('does not start with %s', (_, change) => {
    expect(() => startHost(genesisDocument(change))).toThrow(/genesis of membership/);
  });
});

describe('organisations', () => {
  it('come, are renamed, go and come back with the next block each', () => {
    const host = startHost();
    const standing = (): unknown => host.value('organisations', 'delta');
    expect(ask(host, ANN, 'addOrganisation', { organisation: 'delta', name: 'Delta' })).toBe('ok');
    expect(standing()).toEqual({ name: 'Delta', active: [[2, null]] });
    host.advance();
    expect(ask(host, ANN, 'renameOrganisation', { organisation: 'delta', name: 'Δ' })).toBe('ok');
    host.advance();
    expect(ask(host, ANN, 'suspendOrganisation', { organisation: 'delta' })).toBe('ok');
    expect(standing()).toEqual({ name: 'Δ', active: [[2, 4]] });
    host.advance();
    expect(ask(host, ANN, 'reinstateOrganisation', { organisation: 'delta' })).toBe('ok');
    expect(standing()).toEqual({
      name: 'Δ',
      active: [
        [2, 4],
        [5, null],
      ],
    });
    expect(host.value('parameters', 'organisations')).toEqual({ kind: 'organisations', active: 4 });
    expect(host.events.slice(-4).map(({ name, data }) => [name, data])).toEqual([
      ['organisationAdded', { organisation: 'delta', name: 'Delta', active: [[2, null]] }],
      ['organisationRenamed', { organisation: 'delta', name: 'Δ' }],
      ['organisationSuspended', { organisation: 'delta', active: [[2, 4]] }],
      [
        'organisationReinstated',
        {
          organisation: 'delta',
          active: [
            [2, 4],
            [5, null],
          ],
        },
      ],
    ]);
  });

  it('added and suspended in one block have never been', () => {
    const host = startHost();
    ask(host, ANN, 'addOrganisation', { organisation: 'delta', name: 'Delta' });
    ask(host, ANN, 'suspendOrganisation', { organisation: 'delta' });
    expect(host.value('organisations', 'delta')).toEqual({ name: 'Delta', active: [] });
    expect(ask(host, ANN, 'reinstateOrganisation', { organisation: 'delta' })).toBe('ok');
    expect(host.value('organisations', 'delta')).toEqual({ name: 'Delta', active: [[2, null]] });
  });

  it('suspended and reinstated in one block have never been gone', () => {
    const host = startHost();
    ask(host, ANN, 'suspendOrganisation', { organisation: 'beta' });
    ask(host, ANN, 'reinstateOrganisation', { organisation: 'beta' });
    expect(host.value('organisations', 'beta')).toEqual({ name: 'Beta', active: [[0, null]] });
  });

  it('can’t all be suspended', () => {
    const host = startHost();
    expect(ask(host, ANN, 'suspendOrganisation', { organisation: 'court' })).toBe('ok');
    expect(ask(host, ANN, 'suspendOrganisation', { organisation: 'beta' })).toBe('ok');
    expect(ask(host, ANN, 'suspendOrganisation', { organisation: 'acme' })).toBe(
      'membership/last-organisation',
    );
  });

  it('are governed as the genesis says', () => {
    const majority = startHost(genesisDocument({ governance: { kind: 'majority' } }));
    const add = (host: TestHost): string =>
      ask(host, ANN, 'addOrganisation', { organisation: 'delta', name: 'D' });
    expect(add(majority)).toBe('not-permitted');
    const alone = startHost(
      genesisDocument({
        governance: { kind: 'majority' },
        organisations: [{ id: 'acme', name: 'Acme' }],
        members: [{ id: ANN, kind: 'person', roles: ['admin'] }],
        keys: [],
      }),
    );
    expect(add(alone)).toBe('ok');
    // Now there are two, and one is no majority of them.
    expect(ask(alone, ANN, 'suspendOrganisation', { organisation: 'delta' })).toBe('not-permitted');
  });
});

describe('members', () => {
  it('come with their first key, change roles, go and come back', () => {
    const host = startHost();
    const eve = 'acme/eve';
    const outcome = host.call(signer(host, ANN), 'addMember', {
      member: eve,
      kind: 'device',
      roles: ['sensor', 'clerk'],
      key: key(eve),
    });
    expect(outcome.output).toEqual({ key: keyNamed(eve).id, from: 2 });
    expect(host.value('members', eve)).toEqual({
      organisation: 'acme',
      kind: 'device',
      roles: ['clerk', 'sensor'],
      active: [[2, null]],
    });
    expect(host.value('keys', keyNamed(eve).id)).toMatchObject({
      member: eve,
      purpose: 'sign',
      active: [[2, null]],
    });
    host.advance();
    expect(ask(host, 'acme/bob', 'setRoles', { member: eve, roles: ['admin'] })).toBe('ok');
    expect(host.value('admins', 'acme')).toEqual({ members: ['acme/ann', 'acme/bob', 'acme/eve'] });
    expect(ask(host, eve, 'suspendMember', { member: ANN })).toBe('ok');
    expect(ask(host, eve, 'suspendMember', { member: 'acme/bob' })).toBe('ok');
    expect(ask(host, eve, 'suspendMember', { member: eve })).toBe('membership/last-admin');
    expect(ask(host, eve, 'setRoles', { member: eve, roles: [] })).toBe('membership/last-admin');
    host.advance();
    expect(ask(host, eve, 'reinstateMember', { member: ANN })).toBe('ok');
    expect(host.value('members', ANN)).toMatchObject({
      active: [
        [0, 3],
        [4, null],
      ],
    });
    expect(host.value('admins', 'acme')).toEqual({ members: ['acme/ann', 'acme/eve'] });
    expect(ask(host, ANN, 'suspendMember', { member: eve })).toBe('ok');
  });

  it('are appointed admins by governance where an organisation has none', () => {
    const host = startHost();
    const judge = 'court/judge';
    const appointed = host.call(signer(host, ANN), 'appointAdmin', {
      member: judge,
      kind: 'person',
      key: key(judge),
    });
    expect(appointed.output).toEqual({ key: keyNamed(judge).id, from: 2 });
    expect(host.value('members', judge)).toMatchObject({ roles: ['admin'], active: [[2, null]] });
    expect(ask(host, 'acme/bob', 'appointAdmin', { member: 'court/x', kind: 'person' })).toBe(
      'not-permitted',
    );
    expect(ask(host, ANN, 'appointAdmin', { member: 'nobody/x', kind: 'person' })).toBe(
      'membership/unknown-organisation',
    );
  });

  it('are brought back as admins, whatever they were', () => {
    const host = startHost();
    ask(host, ANN, 'suspendMember', { member: 'acme/cho' });
    host.advance();
    expect(ask(host, ANN, 'appointAdmin', { member: 'acme/cho', kind: 'person' })).toBe('ok');
    expect(host.value('members', 'acme/cho')).toEqual({
      organisation: 'acme',
      kind: 'service',
      roles: ['admin', 'clerk'],
      active: [
        [0, 2],
        [3, null],
      ],
    });
    const roles = Array.from({ length: 16 }, (_, index) => `role-${'abcdefghijklmnop'[index]}`);
    expect(ask(host, ANN, 'addMember', { member: 'acme/full', kind: 'person', roles })).toBe('ok');
    expect(ask(host, ANN, 'appointAdmin', { member: 'acme/full', kind: 'person' })).toBe(
      'membership/too-many-roles',
    );
  });

  it('are no more admins than there may be', () => {
    const host = startHost();
    for (let i = 2; i < ADMINS_MAX; i++) {
      expect(
        ask(host, ANN, 'addMember', { member: `acme/a${i}`, kind: 'person', roles: ['admin'] }),
        `admin ${i}`,
      ).toBe('ok');
    }
    expect(ask(host, ANN, 'setRoles', { member: 'acme/cho', roles: ['admin'] })).toBe(
      'membership/too-many-admins',
    );
  });

  it('change their standing no more often than a record can hold', () => {
    const host = startHost();
    for (let i = 1; i < INTERVALS_MAX; i++) {
      ask(host, ANN, 'suspendMember', { member: 'acme/cho' });
      host.advance();
      expect(ask(host, ANN, 'reinstateMember', { member: 'acme/cho' }), `change ${i}`).toBe('ok');
      host.advance();
    }
    ask(host, ANN, 'suspendMember', { member: 'acme/cho' });
    host.advance();
    expect(ask(host, ANN, 'reinstateMember', { member: 'acme/cho' })).toBe(
      'membership/too-many-changes',
    );
  });
});

describe('keys', () => {
  it('are added by their member, or by an admin of its organisation', () => {
    const host = startHost();
    const add = (by: string, member: string, name: string): string =>
      ask(host, by, 'addKey', { member, ...key(name), purpose: 'encrypt' });
    expect(add('acme/cho', 'acme/cho', 'k1')).toBe('ok');
    expect(add(ANN, 'acme/cho', 'k2')).toBe('ok');
    expect(add('acme/cho', ANN, 'k3')).toBe('membership/not-yours');
    expect(add('beta/dan', 'acme/cho', 'k3')).toBe('membership/not-yours');
    expect(add(ANN, 'acme/nobody', 'k3')).toBe('membership/unknown-member');
    expect(host.value('keys', keyNamed('k1').id)).toMatchObject({
      purpose: 'encrypt',
      active: [[2, null]],
    });
  });

  it('are rotated at once, or with an overlap', () => {
    const host = startHost();
    const old = keyNamed(ANN);
    const rotated = host.call(signer(host, ANN), 'rotateKey', {
      key: old.id,
      ...key('k1'),
      until: 10,
    });
    expect(rotated.output).toEqual({ key: keyNamed('k1').id, from: 2 });
    expect(host.value('keys', old.id)).toMatchObject({ active: [[0, 10]] });
    expect(host.value('keys', keyNamed('k1').id)).toMatchObject({
      member: ANN,
      purpose: 'sign',
      active: [[2, null]],
    });
    expect(host.events.at(-1)).toMatchObject({
      name: 'keyClosed',
      data: { key: old.id, reason: 'rotated', active: [[0, 10]] },
    });
    expect(ask(host, ANN, 'rotateKey', { key: keyNamed('k1').id, ...key('k2') })).toBe('ok');
    // k1 was made in this very block, so it never counts.
    expect(host.value('keys', keyNamed('k1').id)).toMatchObject({ active: [] });
    expect(ask(host, ANN, 'rotateKey', { key: old.id, ...key('k3'), until: 11 })).toBe(
      'membership/until-out-of-range',
    );
    expect(ask(host, ANN, 'rotateKey', { key: old.id, ...key('k3'), until: 1 })).toBe(
      'membership/until-out-of-range',
    );
    expect(
      ask(host, ANN, 'rotateKey', { key: keyNamed('k2').id, ...key('k3'), until: 2_000_000 }),
    ).toBe('membership/until-out-of-range');
    expect(ask(host, ANN, 'rotateKey', { key: old.id, ...key('k3'), until: 5 })).toBe('ok');
    expect(host.value('keys', old.id)).toMatchObject({ active: [[0, 5]] });
  });

  it('are revoked with the next block, once', () => {
    const host = startHost();
    const cho = keyNamed('acme/cho').id;
    expect(ask(host, ANN, 'revokeKey', { key: cho })).toBe('ok');
    expect(host.value('keys', cho)).toMatchObject({ active: [[0, 2]] });
    expect(host.events.at(-1)).toMatchObject({ name: 'keyClosed', data: { reason: 'revoked' } });
    expect(ask(host, ANN, 'revokeKey', { key: cho })).toBe('membership/key-closed');
    expect(ask(host, ANN, 'rotateKey', { key: cho, ...key('k') })).toBe('membership/key-closed');
  });

  it('that end later can be revoked sooner', () => {
    const host = startHost();
    ask(host, ANN, 'rotateKey', { key: keyNamed(ANN).id, ...key('k'), until: 10 });
    expect(ask(host, ANN, 'revokeKey', { key: keyNamed(ANN).id })).toBe('ok');
    expect(host.value('keys', keyNamed(ANN).id)).toMatchObject({ active: [[0, 2]] });
  });

  it('of the only admin: the last one to sign with stays', () => {
    const host = startHost();
    const dan = 'beta/dan';
    expect(ask(host, dan, 'revokeKey', { key: keyNamed(dan).id })).toBe('membership/last-key');
    ask(host, dan, 'addKey', { member: dan, ...key('e'), purpose: 'encrypt' });
    expect(ask(host, dan, 'revokeKey', { key: keyNamed(dan).id })).toBe('membership/last-key');
    expect(ask(host, dan, 'revokeKey', { key: keyNamed('e').id })).toBe('ok');
    ask(host, dan, 'addKey', { member: dan, ...key('s'), purpose: 'sign' });
    expect(ask(host, dan, 'revokeKey', { key: keyNamed(dan).id })).toBe('ok');
    // acme has two admins, so that one of them may lose every key.
    expect(ask(host, ANN, 'revokeKey', { key: keyNamed(ANN).id })).toBe('ok');
  });

  it('are refused when weak, malformed, known or of another', () => {
    const host = startHost();
    const add = (algorithm: string, publicKey: Uint8Array, purpose = 'sign'): unknown => {
      const outcome = host.call(signer(host, ANN), 'addKey', {
        member: ANN,
        algorithm,
        publicKey,
        purpose,
      });
      return [outcome.code, outcome.data];
    };
    expect(add('ed25519', new Uint8Array(32))).toMatchObject([
      'membership/key-invalid',
      { reason: expect.stringMatching(/^key-/) },
    ]);
    expect(add('es256', new Uint8Array(65).fill(4))).toMatchObject([
      'membership/key-invalid',
      { reason: 'key-not-on-curve' },
    ]);
    expect(add('es256', keyNamed('x').publicKey)).toMatchObject([
      'membership/key-invalid',
      { reason: 'key-malformed' },
    ]);
    expect(add('sm2', generateKeyPair('sm2').publicKey)).toEqual([
      'membership/algorithm-not-admitted',
      { algorithm: 'sm2' },
    ]);
    expect(add('sm2', generateKeyPair('sm2').publicKey, 'encrypt')).toEqual(['ok', undefined]);
    expect(add('ed25519', keyNamed(ANN).publicKey)).toEqual([
      'membership/key-exists',
      { key: keyNamed(ANN).id },
    ]);
    expect(add('ed25519', keyNamed('beta/dan').publicKey)).toEqual([
      'membership/key-of-another',
      { key: keyNamed('beta/dan').id },
    ]);
    // Also a key that ended long ago stays whose it was.
    ask(host, ANN, 'revokeKey', { key: keyNamed('acme/cho').id });
    host.advance();
    expect(add('ed25519', keyNamed('acme/cho').publicKey)).toMatchObject([
      'membership/key-of-another',
      {},
    ]);
  });

  it('are no more than a member may ever have had', () => {
    const host = startHost();
    let old = keyNamed('acme/cho').id;
    for (let i = 1; i < KEYS_PER_MEMBER_MAX; i++) {
      expect(ask(host, 'acme/cho', 'rotateKey', { key: old, ...key(`k${i}`) }), `key ${i}`).toBe(
        'ok',
      );
      old = keyNamed(`k${i}`).id;
      host.advance();
    }
    expect(ask(host, 'acme/cho', 'rotateKey', { key: old, ...key('last') })).toBe(
      'membership/too-many-keys',
    );
  });
});

describe('modules', () => {
  const plan = (version: number, height: number): object => ({
    name: 'membership',
    version,
    height,
  });

  it('are switched as planned, which governance can change until it begins', () => {
    const host = startHost();
    const soon = host.height + 2;
    expect(ask(host, ANN, 'switchModule', plan(2, soon))).toBe('ok');
    const planned = { version: 1, next: { version: 2, height: soon }, cursor: null };
    expect(host.value('modules', 'membership')).toEqual(planned);
    expect(host.events.at(-1)).toMatchObject({
      name: 'moduleSwitchPlanned',
      data: { name: 'membership', version: 2, height: soon },
    });
    host.advance();
    expect(ask(host, ANN, 'switchModule', plan(2, soon))).toBe('membership/height-too-soon');
    expect(host.value('modules', 'membership')).toEqual(planned);
    expect(ask(host, ANN, 'switchModule', plan(2, soon + 100))).toBe('ok');
    expect(host.value('modules', 'membership')).toEqual({
      ...planned,
      next: { version: 2, height: soon + 100 },
    });
  });
});
