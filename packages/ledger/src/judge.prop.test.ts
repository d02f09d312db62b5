import { encodeCbor, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { EXPIRY_AHEAD_MAX_MS, parseStatement } from '@hefu/protocol';
import type { Statement } from '@hefu/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { SignerDirectory } from './state/signer-directory.ts';
import { MemoryStore, MINI_GENESIS_TIME_MS, miniChain } from './testing/index.ts';

// Goal: a statement is taken in only when every rule holds, and otherwise the first rule that fails gives the verdict. Method: any mix of
// wrong fields, records and signatures, against the list of rules in their order, each said in one line.

const mini = miniChain();
const HEIGHT = 7;
const TIME_MS = MINI_GENESIS_TIME_MS + 5_000;
const { bytes } = mini.call({ method: 'write', args: { key: 'a', text: '' } });
const genuine = parsedOf(bytes);
const signer = mini.signers[0];
const publicKey = signer?.keys.publicKey ?? new Uint8Array(0);

function parsedOf(statement: Uint8Array): Statement {
  const parsed = parseStatement(statement, mini.spec.hashName);
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.statement;
}

/** Mostly right, so that every rule is reached often. */
function mostly<Value>(right: Value, ...wrong: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

const anyMix = fc.record({
  chain: mostly(true, false),
  algorithm: mostly(true, false),
  expires: mostly('good', 'past', 'now', 'far', 'last'),
  key: mostly('good', 'none', 'other-algorithm', 'no-member', 'no-organisation'),
  issuer: mostly(true, false),
  purpose: mostly('sign', 'checkpoint', 'encrypt', 'transport'),
  keyActive: mostly('always', 'ended', 'from-next', 'between'),
  member: mostly(true, false),
  organisation: mostly(true, false),
});
type Mix = typeof anyMix extends fc.Arbitrary<infer Value> ? Value : never;

const EXPIRES: { readonly [name: string]: number } = {
  good: TIME_MS + 1_000,
  past: TIME_MS - 1,
  now: TIME_MS,
  far: TIME_MS + EXPIRY_AHEAD_MAX_MS + 1,
  last: TIME_MS + EXPIRY_AHEAD_MAX_MS,
};
const ACTIVE: { readonly [name: string]: CborValue } = {
  always: [[0, null]],
  ended: [[0, HEIGHT]],
  'from-next': [[HEIGHT + 1, null]],
  between: [
    [0, HEIGHT],
    [HEIGHT + 1, null],
  ],
};

/** The state as the mix wants it. */
function readerOf(
  mix: Mix,
): (contract: string, collection: string, key: string) => Uint8Array | undefined {
  const rows = new Map<string, CborValue>();
  const active = (good: boolean): CborValue => ACTIVE[good ? 'always' : 'ended'] ?? null;
  if (mix.key !== 'none') {
    rows.set(`keys/${toHex(genuine.keyId)}`, {
      member: genuine.member,
      algorithm: mix.key === 'other-algorithm' ? 'es256' : 'ed25519',
      publicKey,
      purpose: mix.purpose,
      active: ACTIVE[mix.keyActive] ?? null,
    });
  }
  if (mix.key !== 'no-member') {
    const member = {
      organisation: 'alpha',
      kind: 'service',
      roles: [],
      active: active(mix.member),
    };
    rows.set(`members/${genuine.member}`, member);
  }
  if (mix.key !== 'no-organisation') {
    rows.set('organisations/alpha', { name: 'Alpha', active: active(mix.organisation) });
  }
  return (contract, collection, key) => {
    const row = contract === 'membership' ? rows.get(`${collection}/${key}`) : undefined;
    return row === undefined ? undefined : encodeCbor(row);
  };
}

/** The rules in their order; the first that says something is the verdict. */
function expected(mix: Mix): string {
  const rules: readonly (readonly [boolean, string])[] = [
    [!mix.chain, 'wrong-chain'],
    [!mix.algorithm, 'algorithm-not-admitted'],
    [mix.expires === 'past' || mix.expires === 'now', 'expired'],
    [mix.expires === 'far', 'expiry-too-far'],
    [mix.key !== 'good', 'unknown-signer'],
    [!mix.issuer, 'issuer-mismatch'],
    [mix.purpose !== 'sign', 'key-wrong-purpose'],
    [mix.keyActive !== 'always', 'key-not-valid'],
    [!mix.member, 'refused: member-suspended'],
    [!mix.organisation, 'refused: organisation-suspended'],
  ];
  return rules.find(([fails]) => fails)?.[1] ?? 'ok';
}

/** What admission says of a statement made and judged as the mix wants it. */
function verdictOn(mix: Mix): string {
  const statement: Statement = {
    ...genuine,
    chain: mix.chain ? genuine.chain : 'other.example',
    expires: EXPIRES[mix.expires] ?? 0,
    member: mix.issuer ? genuine.member : 'alpha/bo',
  };
  const judgement = judge(statement, {
    rules: {
      chain: genuine.chain,
      algorithms: new Set(mix.algorithm ? ['ed25519'] : ['sm2']),
    },
    signerOf: (keyId) => new SignerDirectory().find(keyId, readerOf(mix)),
    height: HEIGHT,
    timeMs: TIME_MS,
  });
  if (!judgement.ok) return judgement.code;
  return judgement.refused === undefined ? 'ok' : `refused: ${judgement.refused}`;
}

describe('admission', () => {
  it('gives the verdict of the first rule that fails, and ok only when none does', () => {
    fc.assert(
      fc.property(anyMix, (mix) => {
        expect(verdictOn(mix)).toBe(expected(mix));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is asked for each of its verdicts', () => {
    // One seed: what chance leaves out of a run says nothing about admission.
    const mixes = fc.sample(anyMix, { seed: 1, numRuns: 2_000 });
    expect(new Set(mixes.map(verdictOn)).size).toBe(11);
  });

  it('lets no statement through whose bytes were touched, and enters each once', () => {
    const store = new MemoryStore();
    const chain = mini.create(store);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const touched = bytes.slice();
        touched[at] = (touched[at] ?? 0) ^ (1 << bit);
        const parsed = parseStatement(touched, mini.spec.hashName);
        if (!parsed.ok) return;
        const candidates = [{ statement: parsed.statement, verifiedBy: new Uint8Array(32) }];
        const { results } = chain.execute({ timeMs: TIME_MS, candidates });
        expect(results).toMatchObject([{ entered: false }]);
      }),
      { numRuns: 500 },
    );
    const candidate = mini.candidate(bytes);
    const { results } = chain.execute({ timeMs: TIME_MS, candidates: [candidate, candidate] });
    expect(results).toMatchObject([{ entered: true }, { entered: false, code: 'duplicate' }]);
  });
});
