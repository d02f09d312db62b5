// Goal: a grant, its end and an erasure are kept and told as declared, and each refusal has its code. Method: the kit's test
// host, which runs each call twice and compares; both suites.
import { createTestHost } from '@hefu/contract/testing';
import type { TestHost } from '@hefu/contract/testing';
import { describe, expect, it } from 'vitest';
import { erasureKey, isGranted } from '../args.ts';
import type { GrantRecord } from '../args.ts';
import { sharingV1 } from './contract.ts';

const object = 'ab'.repeat(32);
const args = { object, grantee: 'court', readers: ['acme', 'court'] };

function grantOf(host: TestHost, more: object = {}): string {
  const ann = host.caller('acme/ann', ['operator']);
  return (host.must(ann, 'grant', { ...args, ...more }) as { grant: string }).grant;
}

describe.each(['international', 'gm'] as const)('sharing on a chain of suite %s', (suite) => {
  it('keeps a grant until it is revoked', () => {
    const host = createTestHost({ contract: sharingV1, suite });
    const grant = grantOf(host);
    const { time, height } = host;
    const made = { ...args, granter: 'acme', by: 'acme/ann', time, height };
    expect(host.value('grants', grant)).toEqual(made);
    expect(host.events.at(-1)).toMatchObject({ name: 'granted', data: { grant, ...made } });
    const before = host.value('grants', grant) as GrantRecord;
    host.advance();
    host.must(host.caller('acme/bo', ['admin']), 'revoke', { grant });
    const ended = host.value('grants', grant) as GrantRecord;
    expect(ended).toEqual({
      ...made,
      revoked: { by: 'acme/bo', time: host.time, height: host.height },
    });
    expect(host.events.at(-1)).toMatchObject({ name: 'revoked', data: { grant } });
    expect([isGranted(before, time), isGranted(ended, host.time)]).toEqual([true, false]);
  });

  it('records an erasure, once, and grants nothing of it after that', () => {
    const host = createTestHost({ contract: sharingV1, suite });
    const ann = host.caller('acme/ann', ['operator']);
    host.must(ann, 'recordErasure', { object, readers: ['acme', 'court'] });
    expect(host.value('erasures', erasureKey('acme', object))).toMatchObject({
      object,
      organisation: 'acme',
      by: 'acme/ann',
    });
    host.advance();
    expect(host.call(ann, 'recordErasure', { object, readers: ['acme'] }).code).toBe(
      'sharing/already-erased',
    );
    expect(host.call(ann, 'grant', args).code).toBe('sharing/object-erased');
    // Another organisation's object of the same digest is its own.
    const eve = host.caller('bank/eve', ['operator']);
    const theirs = { object, grantee: 'court', readers: ['bank', 'court'] };
    expect(host.call(eve, 'grant', theirs).code).toBe('ok');
  });
});

describe('encryption keys', () => {
  // The generator of the curve of SM2 (GB/T 32918.5).
  const point = [
    '04',
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  ];
  const sm2 = Uint8Array.from(Buffer.from(point.join(''), 'hex'));
  const x25519 = new Uint8Array(32).fill(9);

  it.each([
    ['international', { algorithm: 'x25519', publicKey: x25519 }],
    ['gm', { algorithm: 'sm2', publicKey: sm2 }],
  ] as const)('are registered and replaced, %s', (suite, key) => {
    const host = createTestHost({ contract: sharingV1, suite });
    const ann = host.caller('acme/ann', ['operator']);
    host.must(ann, 'registerEncryptionKey', key);
    expect(host.value('encryptionKeys', 'acme')).toMatchObject({
      organisation: 'acme',
      by: 'acme/ann',
      ...key,
    });
    expect(host.events.at(-1)).toMatchObject({ name: 'encryptionKeyRegistered' });
    host.advance();
    const other = key.algorithm === 'sm2' ? key.publicKey : new Uint8Array(32).fill(8);
    host.must(host.caller('acme/bo', ['admin']), 'registerEncryptionKey', {
      ...key,
      publicKey: other,
    });
    expect(host.value('encryptionKeys', 'acme')).toMatchObject({ publicKey: other, by: 'acme/bo' });
  });

  it.each([
    [
      'of the other suite',
      { algorithm: 'sm2', publicKey: sm2 },
      'sharing/encryption-algorithm-wrong',
    ],
    ['of no length', { algorithm: 'x25519', publicKey: sm2 }, 'sharing/encryption-key-invalid'],
    ['too short', { algorithm: 'x25519', publicKey: new Uint8Array(31) }, 'args-invalid'],
    ['of no algorithm', { algorithm: 'rsa', publicKey: x25519 }, 'args-invalid'],
  ])('%s are refused', (_name, key, code) => {
    const host = createTestHost({ contract: sharingV1 });
    const ann = host.caller('acme/ann', ['operator']);
    expect(host.call(ann, 'registerEncryptionKey', key).code).toBe(code);
    expect(host.value('encryptionKeys', 'acme')).toBeUndefined();
  });

  it('that are no point, and members without the role, are refused', () => {
    const host = createTestHost({ contract: sharingV1, suite: 'gm' });
    const bent = { algorithm: 'sm2', publicKey: sm2.with(64, (sm2[64] ?? 0) ^ 1) };
    expect(host.call(host.caller('acme/ann', ['admin']), 'registerEncryptionKey', bent).code).toBe(
      'sharing/encryption-key-invalid',
    );
    const good = { algorithm: 'sm2', publicKey: sm2 };
    expect(
      host.call(host.caller('acme/bo', ['depositor']), 'registerEncryptionKey', good).code,
    ).toBe('not-permitted');
  });
});

describe('a grant with an end', () => {
  it('counts before it and not from it on', () => {
    const host = createTestHost({ contract: sharingV1 });
    const until = host.time + 1000;
    const record = host.value('grants', grantOf(host, { until })) as GrantRecord;
    expect([until - 1, until].map((time) => isGranted(record, time))).toEqual([true, false]);
  });
});

describe('refusals', () => {
  const cases: readonly (readonly [string, string, object, string])[] = [
    ['a grant to oneself', 'grant', { ...args, grantee: 'acme' }, 'sharing/grantee-is-granter'],
    [
      'readers without the grantee',
      'grant',
      { ...args, readers: ['acme'] },
      'sharing/readers-incomplete',
    ],
    [
      'readers without the granter',
      'grant',
      { ...args, readers: ['court'] },
      'sharing/readers-incomplete',
    ],
    ['everybody as readers', 'grant', { ...args, readers: 'consortium' }, 'args-invalid'],
    ['no digest', 'grant', { ...args, object: 'abc' }, 'args-invalid'],
    ['a grant that is not there', 'revoke', { grant: object }, 'sharing/unknown-grant'],
    [
      'an erasure hidden from its author',
      'recordErasure',
      { object, readers: ['court'] },
      'sharing/readers-incomplete',
    ],
  ];

  it.each(cases)('%s', (_name, method, given, code) => {
    const host = createTestHost({ contract: sharingV1 });
    expect(host.call(host.caller('acme/ann', ['operator']), method, given).code).toBe(code);
  });

  it('a member without the role, and another organisation’s grant', () => {
    const host = createTestHost({ contract: sharingV1 });
    const grant = grantOf(host);
    for (const roles of [[], ['member'], ['auditor'], ['depositor']]) {
      const caller = host.caller('acme/bo', roles);
      for (const [method, given] of [
        ['grant', args],
        ['revoke', { grant }],
        ['recordErasure', { object, readers: ['acme'] }],
      ] as const) {
        expect(host.call(caller, method, given).code, method).toBe('not-permitted');
      }
    }
    const eve = host.caller('court/eve', ['operator']);
    expect(host.call(eve, 'revoke', { grant }).code).toBe('sharing/unknown-grant');
    host.must(host.caller('acme/ann', ['operator']), 'revoke', { grant });
    host.advance();
    expect(host.call(host.caller('acme/ann', ['operator']), 'revoke', { grant }).code).toBe(
      'sharing/already-revoked',
    );
  });
});
