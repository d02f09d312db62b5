// Goal: an admin registers issuers for its own organisation, nobody else's name is taken, and records keep what stood at earlier heights.
// Method: each rule in the test host, which runs every call twice; records are read as the ledger reads them.
import { encodeCbor, toHex, utf8Encode } from '@hefu/bytes';
import { createTestHost } from '@hefu/contract/testing';
import type { TestHost } from '@hefu/contract/testing';
import { decodeIssuerRecord } from '@hefu/protocol';
import type { IssuerKeyRecord } from '@hefu/protocol';
import { describe, expect, it } from 'vitest';
import { membership } from '../module.ts';
import { genesisDocument, keyNamed, signer } from '../testing/consortium.ts';

const ISSUER = 'https://issuer.example/labs';

function setting(suite: 'international' | 'gm' = 'international'): {
  readonly host: TestHost;
  readonly call: (member: string, method: string, args: object) => string;
  readonly register: (member: string, args?: object) => string;
  readonly keys: (issuer?: string) => readonly IssuerKeyRecord[];
} {
  const genesis = genesisDocument({ suite });
  const host = createTestHost({ modules: [membership], genesis, suite });
  const call = (member: string, method: string, args: object): string =>
    host.call(signer(host, member), method, args).code;
  return {
    host,
    call,
    register: (member, args = {}) =>
      call(member, 'registerIssuer', { issuer: ISSUER, key: keyOf('lab'), ...args }),
    keys: (issuer = ISSUER) => {
      const value = host.value('issuers', issuer);
      const decoded = value === undefined ? undefined : decodeIssuerRecord(encodeCbor(value));
      return decoded?.ok === true ? decoded.record.keys : [];
    },
  };
}

function keyOf(name: string, kid?: string): object {
  const { publicKey } = keyNamed(name);
  return {
    algorithm: 'ed25519',
    publicKey,
    ...(kid === undefined ? {} : { kid: utf8Encode(kid) }),
  };
}

describe('registerIssuer', () => {
  it('gives an issuer a key, from the next block on, for which the organisation answers', () => {
    const { register, keys, host } = setting();
    expect(register('acme/ann', { notAfter: 1_900_000_000_000 })).toBe('ok');
    const [key] = keys();
    expect(key).toMatchObject({
      organisation: 'acme',
      algorithm: 'ed25519',
      notAfter: 1_900_000_000_000,
    });
    expect(toHex(key?.kid ?? new Uint8Array(0))).toBe(keyNamed('lab').id);
    expect(key?.active).toEqual([[host.height + 1, null]]);
  });

  it('takes several keys of one organisation, each of its own name', () => {
    const { register, keys } = setting();
    expect(register('acme/ann', { key: keyOf('one', 'k1') })).toBe('ok');
    expect(register('acme/bob', { key: keyOf('two', 'k2') })).toBe('ok');
    expect(register('acme/ann', { key: keyOf('three', 'k1') })).toBe(
      'membership/issuer-key-exists',
    );
    expect(register('acme/ann', { key: keyOf('one', 'k3') })).toBe('membership/issuer-key-exists');
    expect(keys()).toHaveLength(2);
  });

  it('refuses who may not, and what may not be', () => {
    const { register, call } = setting();
    expect(register('acme/cho')).toBe('not-permitted');
    expect(register('acme/ann')).toBe('ok');
    expect(register('beta/dan', { key: keyOf('other') })).toBe('membership/issuer-of-another');
    const member = { issuer: 'hefu:test.example/chain#acme/bob' };
    expect(register('acme/ann', member)).toBe('membership/issuer-is-member');
    expect(register('acme/ann', { issuer: 'hefu:other.example#acme/bob' })).toBe('ok');
    expect(register('acme/ann', { issuer: 'x', notAfter: 1 })).toBe('membership/not-after-past');
    const weak = { algorithm: 'ed25519', publicKey: new Uint8Array(32) };
    expect(register('acme/ann', { issuer: 'x', key: weak })).toBe('membership/key-invalid');
    for (const issuer of ['', 'two words', 'x'.repeat(201), `https://${'x'.repeat(193)}`]) {
      expect(register('acme/ann', { issuer }), issuer).toBe('args-invalid');
    }
    expect(call('acme/ann', 'removeIssuer', { issuer: 'nobody' })).toBe(
      'membership/unknown-issuer',
    );
  });

  it('is not for chains whose receipts have no standard', () => {
    const { register } = setting('gm');
    expect(register('acme/ann')).toBe('membership/no-issuers-here');
  });

  it('has a bound', () => {
    const { register, call } = setting();
    for (let n = 0; n < 64; n++) {
      expect(register('acme/ann', { key: keyOf(`key ${n}`) }), `key ${n}`).toBe('ok');
    }
    expect(register('acme/ann', { key: keyOf('one more') })).toBe(
      'membership/too-many-issuer-keys',
    );
    expect(call('acme/ann', 'removeIssuer', { issuer: ISSUER })).toBe('ok');
  });
});

describe('removeIssuer', () => {
  it('ends one key, or all, and leaves what stood before', () => {
    const { host, register, call, keys } = setting();
    register('acme/ann', { key: keyOf('one', 'k1') });
    register('acme/ann', { key: keyOf('two', 'k2') });
    host.advance();
    expect(call('beta/dan', 'removeIssuer', { issuer: ISSUER })).toBe(
      'membership/issuer-of-another',
    );
    const one = { issuer: ISSUER, kid: utf8Encode('k1') };
    expect(call('acme/bob', 'removeIssuer', one)).toBe('ok');
    expect(call('acme/bob', 'removeIssuer', one)).toBe('membership/unknown-key');
    const [first, second] = keys();
    expect(first?.active.at(-1)?.[1]).toBe(host.height + 1);
    expect(second?.active.at(-1)?.[1]).toBe(null);
    expect(call('acme/ann', 'removeIssuer', { issuer: ISSUER })).toBe('ok');
    expect(keys().every(({ active }) => active.at(-1)?.[1] !== null)).toBe(true);
    // Nobody answers for it any more: then another may, and the old records stay.
    expect(register('beta/dan', { key: keyOf('one', 'k1') })).toBe('ok');
    expect(keys().map(({ organisation }) => organisation)).toEqual(['acme', 'acme', 'beta']);
    expect(keys()[0]?.active).toEqual(first?.active);
  });
});

describe('revokeIssuer', () => {
  it('is for governance, directly and by proposal, whoever answers for the issuer', () => {
    const { host, register, call, keys } = setting();
    register('beta/dan');
    expect(call('beta/dan', 'revokeIssuer', { issuer: ISSUER })).toBe('not-permitted');
    expect(call('acme/ann', 'revokeIssuer', { issuer: ISSUER })).toBe('ok');
    expect(call('acme/ann', 'revokeIssuer', { issuer: ISSUER })).toBe('membership/unknown-issuer');
    register('beta/dan', { key: keyOf('again') });
    const actions = [{ method: 'revokeIssuer', args: { issuer: ISSUER } }];
    const deadline = host.time + 3_600_000;
    const proposal = { title: 'Not theirs', actions, deadline };
    expect(call('acme/ann', 'propose', proposal)).toBe('ok');
    expect(keys().every(({ active }) => active.at(-1)?.[1] !== null)).toBe(true);
  });
});
