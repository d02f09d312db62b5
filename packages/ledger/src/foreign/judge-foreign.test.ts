import { encodeCbor, toHex, utf8Encode } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { generateKeyPair, keyId } from '@hefu/crypto/keys';
import type { KeyPair } from '@hefu/crypto/keys';
import { issuerOf, parseForeignStatement } from '@hefu/protocol';
import { foreignStatement } from '@hefu/protocol/testing';
import { describe, expect, it } from 'vitest';
import { SignerDirectory } from '../state/signer-directory.ts';
import { judgeForeign } from './judge-foreign.ts';
import type { ForeignJudgeContext } from './judge-foreign.ts';

// Goal: a foreign statement is judged by the chain's records at the block's height and time, and by nothing else. Method: a state in
// plain maps; for each rule a statement that just keeps it and one that just breaks it.

const CHAIN = 'mini.example/test';
const ISSUER = 'https://issuer.example';
const [one, two, member] = [
  generateKeyPair('ed25519'),
  generateKeyPair('es256'),
  generateKeyPair('ed25519'),
];
const NOW_MS = 1_800_000_000_000;

interface Key {
  readonly key?: KeyPair;
  readonly kid?: string;
  readonly notAfter?: number | null;
  readonly active?: readonly (readonly [number, number | null])[];
  readonly organisation?: string;
}

function issuerKeyRecord({ key = one, kid = 'a', ...rest }: Key = {}): CborValue {
  return {
    organisation: rest.organisation ?? 'acme',
    kid: utf8Encode(kid),
    algorithm: key.algorithm,
    publicKey: key.publicKey,
    notAfter: rest.notAfter ?? null,
    active: rest.active ?? [[1, null]],
  };
}

const memberKeyId = keyId('sha256', 'ed25519', member.publicKey);

function contextOf(
  keys: readonly Key[],
  change: Partial<ForeignJudgeContext> = {},
): ForeignJudgeContext {
  const state = new Map<string, Uint8Array>([
    [`issuers ${ISSUER}`, encodeCbor({ keys: keys.map(issuerKeyRecord) })],
    ['organisations acme', encodeCbor({ name: 'Acme', active: [[0, null]] })],
    ['organisations gone', encodeCbor({ name: 'Gone', active: [[0, 5]] })],
    [
      'members acme/ann',
      encodeCbor({ organisation: 'acme', kind: 'person', roles: [], active: [[0, 20]] }),
    ],
    [
      `keys ${toHex(memberKeyId)}`,
      encodeCbor({
        member: 'acme/ann',
        algorithm: 'ed25519',
        publicKey: member.publicKey,
        purpose: 'sign',
        active: [[0, 30]],
      }),
    ],
  ]);
  return {
    spec: { chain: CHAIN, hashName: 'sha256', algorithms: new Set(['ed25519'] as const) },
    directory: new SignerDirectory(),
    read: (contract, collection, key) =>
      contract === 'membership' ? state.get(`${collection} ${key}`) : undefined,
    height: 10,
    timeMs: NOW_MS,
    ...change,
  };
}

function codeOf(
  options: Partial<Parameters<typeof foreignStatement>[0]>,
  context: ForeignJudgeContext = contextOf([{}]),
): string {
  const parsed = parseForeignStatement(foreignStatement({ key: one, issuer: ISSUER, ...options }));
  if (!parsed.ok) throw new Error(parsed.code);
  const judgement = judgeForeign(parsed.statement, context);
  return judgement.ok ? `ok ${judgement.organisation}` : judgement.code;
}

const kid = utf8Encode('a');

describe('a registered issuer', () => {
  it('is known by its name, and its key by the name it gives it', () => {
    expect(codeOf({ kid })).toBe('ok acme');
    expect(codeOf({})).toBe('ok acme');
    expect(codeOf({ kid: utf8Encode('b') })).toBe('scitt-key-unknown');
    expect(codeOf({ issuer: 'https://issuer.example/' })).toBe('scitt-issuer-unknown');
    expect(codeOf({ issuer: '发'.repeat(200) })).toBe('scitt-issuer-unknown');
  });

  it('has to name its key where it has several that fit', () => {
    const both = contextOf([{}, { kid: 'b' }]);
    expect(codeOf({}, both)).toBe('scitt-key-ambiguous');
    expect(codeOf({ kid: utf8Encode('b') }, both)).toBe('ok acme');
    const apart = contextOf([{}, { key: two, kid: 'b' }]);
    expect(codeOf({}, apart)).toBe('ok acme');
    expect(codeOf({ key: two }, apart)).toBe('ok acme');
    const ended = contextOf([{ notAfter: NOW_MS }, { kid: 'b' }]);
    expect(codeOf({}, ended)).toBe('ok acme');
    const none = contextOf([{ key: two }, { key: two, kid: 'b' }]);
    expect(codeOf({}, none)).toBe('scitt-algorithm-mismatch');
  });

  it('signs with the algorithm of its key', () => {
    expect(codeOf({ key: two, kid })).toBe('scitt-algorithm-mismatch');
    expect(codeOf({ key: two })).toBe('scitt-algorithm-mismatch');
  });

  it('counts at heights of its key, until its time', () => {
    const from = contextOf([{ active: [[10, 11]] }]);
    expect(codeOf({ kid }, from)).toBe('ok acme');
    expect(codeOf({ kid }, { ...from, height: 9 })).toBe('key-not-valid');
    expect(codeOf({ kid }, { ...from, height: 11 })).toBe('key-not-valid');
    const again = contextOf([{ active: [[1, 5]] }, { active: [[8, null]] }]);
    expect(codeOf({ kid }, again)).toBe('ok acme');
    expect(codeOf({ kid }, contextOf([{ notAfter: NOW_MS + 1 }]))).toBe('ok acme');
    expect(codeOf({ kid }, contextOf([{ notAfter: NOW_MS }]))).toBe('scitt-issuer-expired');
    expect(codeOf({ kid }, contextOf([{ organisation: 'gone' }]))).toBe('organisation-suspended');
    expect(codeOf({ kid }, contextOf([]))).toBe('scitt-key-unknown');
    expect(codeOf({}, contextOf([]))).toBe('scitt-key-unknown');
  });
});

describe('a member', () => {
  const issuer = issuerOf(CHAIN, 'acme/ann');
  const own = { key: member, issuer, kid: memberKeyId };

  it('speaks for itself, with a key of its own', () => {
    expect(codeOf(own)).toBe('ok acme');
    expect(codeOf({ ...own, issuer: issuerOf(CHAIN, 'acme/bob') })).toBe('issuer-mismatch');
    expect(codeOf({ ...own, kid: undefined as never })).toBe('unknown-signer');
    expect(codeOf({ ...own, key: two })).toBe('algorithm-not-admitted');
    expect(codeOf({ ...own, issuer: ISSUER })).toBe('scitt-key-unknown');
  });

  it('counts while it and its key do', () => {
    const at = (height: number): string => codeOf(own, contextOf([], { height }));
    expect([at(19), at(20), at(30)]).toEqual(['ok acme', 'member-suspended', 'key-not-valid']);
  });

  it('of another chain is an issuer like any other', () => {
    expect(codeOf({ issuer: issuerOf('other.example', 'acme/ann') })).toBe('scitt-issuer-unknown');
  });
});

describe('a statement', () => {
  it("counts within its own claims' times, at the block's", () => {
    const seconds = NOW_MS / 1000;
    expect(codeOf({ kid, claims: [[4, seconds + 1]] })).toBe('ok acme');
    expect(codeOf({ kid, claims: [[4, seconds]] })).toBe('scitt-expired');
    expect(codeOf({ kid, claims: [[5, seconds]] })).toBe('ok acme');
    expect(codeOf({ kid, claims: [[5, seconds + 1]] })).toBe('scitt-not-yet');
  });

  it('has no receipts on a chain of the GM suite', () => {
    const { spec } = contextOf([]);
    const context = contextOf([{}], { spec: { ...spec, hashName: 'sm3' } });
    expect(codeOf({ kid }, context)).toBe('suite-has-no-standard');
  });
});
