// Goal: a proof shows exactly what the state holds under a key, in its encoded form too.
// Method: random states; for keys inside and outside, the true claim verifies and every other claim
// and every mutation of the proof is refused; decoding accepts only what encoding writes.
import fc from 'fast-check';
import { encodeCbor, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { HASHERS, HASHER_NAMES } from '../testing/hashers.ts';
import { flipBit } from '../testing/leaves.ts';
import { anyKeyHash, modelRoot, RecordStore, sortedLeaves } from '../testing/state-model.ts';
import type { StateModel } from '../testing/state-model.ts';
import { applyWrites } from './apply.ts';
import {
  decodeStateProof,
  encodeStateProof,
  STATE_PROOF_SIBLINGS_MAX,
  verifyStateProof,
} from './proof.ts';
import type { StateProof } from './proof.ts';
import { proveState } from './prove.ts';
import { EMPTY_STATE_ROOT, EMPTY_SUBTREE } from './types.ts';

const anyModel = fc
  .uniqueArray(fc.tuple(anyKeyHash, fc.uint8Array({ maxLength: 3 })), {
    maxLength: 24,
    size: 'max',
    selector: ([keyHash]) => toHex(keyHash),
  })
  .map(
    (pairs): StateModel => new Map(pairs.map(([k, value]) => [toHex(k), { keyHash: k, value }])),
  );

/** Every way of changing one thing in a proof. */
function mutantsOf(proof: StateProof, where: number, bit: number): StateProof[] {
  const { siblings, leaf } = proof;
  const at = where % (siblings.length + 1);
  const filler = flipBit(siblings[0] ?? new Uint8Array(32).fill(1), bit);
  const rest = leaf === undefined ? {} : { leaf };
  const mutants: StateProof[] = [
    { ...rest, siblings: siblings.toSpliced(at, 0, filler) },
    { ...rest, siblings: siblings.toSpliced(at, 0, EMPTY_SUBTREE) },
    { ...rest, siblings: [...siblings, EMPTY_SUBTREE] },
    { ...rest, siblings: [filler.subarray(1), ...siblings] },
    { siblings, leaf: { keyHash: filler, valueHash: filler } },
  ];
  if (at < siblings.length) {
    const sibling = siblings[at] as Uint8Array;
    mutants.push(
      { ...rest, siblings: siblings.with(at, flipBit(sibling, bit)) },
      { ...rest, siblings: siblings.toSpliced(at, 1) },
      { ...rest, siblings: siblings.with(at, sibling.subarray(1)) },
    );
  }
  if (leaf !== undefined) {
    const { keyHash, valueHash } = leaf;
    mutants.push(
      { siblings },
      { siblings, leaf: { keyHash: flipBit(keyHash, bit), valueHash } },
      { siblings, leaf: { keyHash, valueHash: flipBit(valueHash, bit) } },
      { siblings, leaf: { keyHash, valueHash: valueHash.subarray(1) } },
      { siblings, leaf: { keyHash: keyHash.subarray(1), valueHash } },
      { siblings, leaf: { keyHash: valueHash, valueHash: keyHash } },
    );
  }
  return mutants;
}

describe.each(HASHER_NAMES)('state proofs under %s', (name) => {
  const hasher = HASHERS[name];

  it('hold for what is so and for nothing else', () => {
    fc.assert(
      fc.property(anyModel, anyKeyHash, fc.nat(), fc.nat(), (model, other, where, bit) => {
        const store = new RecordStore();
        const applied = applyWrites({
          hasher,
          reader: store.read,
          root: EMPTY_STATE_ROOT,
          writes: sortedLeaves(model),
          version: 1,
        });
        store.put(applied);
        const root = modelRoot(hasher, model);
        const foreign = hasher.hash(new Uint8Array([9, 9, 9, 9]));
        for (const keyHash of [other, ...sortedLeaves(model).map((leaf) => leaf.keyHash)]) {
          const proof = proveState({ hasher, reader: store.read, root: applied.root, keyHash });
          const value = model.get(toHex(keyHash))?.value;
          const valueHash = value === undefined ? null : hasher.hash(value);
          const claim = { hasher, root, keyHash, valueHash, proof };
          const label = toHex(keyHash);
          expect(verifyStateProof(claim), label).toBe(true);
          expect(decodeStateProof(encodeStateProof(proof)), label).toEqual({ ok: true, proof });

          const falseClaims = [
            { ...claim, valueHash: valueHash === null ? foreign : null },
            { ...claim, valueHash: foreign },
            { ...claim, root: flipBit(root, bit) },
            { ...claim, root: root.subarray(1) },
            { ...claim, keyHash: keyHash.subarray(1) },
          ];
          for (const [i, wrong] of falseClaims.entries()) {
            expect(verifyStateProof(wrong), `false claim ${i} on ${label}`).toBe(false);
          }
          for (const [i, mutant] of mutantsOf(proof, where, bit).entries()) {
            for (const each of [null, valueHash, mutant.leaf?.valueHash ?? foreign]) {
              const wrong = { ...claim, valueHash: each, proof: mutant };
              expect(verifyStateProof(wrong), `mutant ${i} on ${label}`).toBe(false);
            }
          }
        }
      }),
      { numRuns: 120 },
    );
  });

  it('of one key prove nothing of another unless their ways are one', () => {
    fc.assert(
      fc.property(anyModel, anyKeyHash, anyKeyHash, (model, a, b) => {
        const store = new RecordStore();
        const writes = sortedLeaves(model);
        const reader = store.read;
        const applied = applyWrites({ hasher, reader, root: EMPTY_STATE_ROOT, writes, version: 1 });
        store.put(applied);
        const root = modelRoot(hasher, model);
        const proof = proveState({ hasher, reader, root: applied.root, keyHash: a });
        // Whatever another key's proof says of b, it may not contradict the state.
        const claim = { hasher, root, keyHash: b, proof };
        const value = model.get(toHex(b))?.value;
        const claimsAbsence = verifyStateProof({ ...claim, valueHash: null });
        const claimsOther = verifyStateProof({ ...claim, valueHash: hasher.hash(root) });
        expect(claimsAbsence && value !== undefined).toBe(false);
        expect(claimsOther).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a root that no honest tree has', () => {
  const hasher = HASHERS.sha256;
  const valueHash = hasher.hash(new Uint8Array(0));
  const low = new Uint8Array(32);
  const high = new Uint8Array(32).fill(0xff);
  const lowLeaf = hasher.stateLeaf(low, valueHash);
  const highLeaf = hasher.stateLeaf(high, valueHash);

  it('proves no absence by a leaf that stands on the wrong side', () => {
    const root = hasher.stateNode(highLeaf, lowLeaf);
    const proof = { siblings: [lowLeaf], leaf: { keyHash: high, valueHash } };
    expect(verifyStateProof({ hasher, root, keyHash: low, valueHash: null, proof })).toBe(false);
    expect(verifyStateProof({ hasher, root, keyHash: high, valueHash, proof })).toBe(false);
  });

  it('proves nothing by a leaf that was not folded', () => {
    const root = hasher.stateNode(lowLeaf, EMPTY_SUBTREE);
    const present = { siblings: [EMPTY_SUBTREE], leaf: { keyHash: low, valueHash } };
    expect(verifyStateProof({ hasher, root, keyHash: low, valueHash, proof: present })).toBe(false);
  });
});

describe('state proof encoding', () => {
  const hash = new Uint8Array(32).fill(5);
  const malformed = { ok: false, code: 'state-proof-malformed' };

  it('never throws, and reads only what it would write', () => {
    const anyEnd = fc.oneof(
      fc.constant(null),
      fc.constant([hash, hash]),
      fc.constant([hash]),
      fc.constant([hash, hash.subarray(1)]),
      fc.constant(7),
    );
    const anyItem = fc.tuple(
      fc.integer({ min: -1, max: 20 }),
      fc.uint8Array({ maxLength: 3 }),
      fc.integer({ min: 0, max: 4 }).map((n) => new Uint8Array(32 * n).fill(5)),
      anyEnd,
    );
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      anyItem.map((item) => encodeCbor(item as CborValue)),
    );
    let read = 0;
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const decoded = decodeStateProof(bytes);
        if (decoded.ok) read++;
        const again = decoded.ok ? encodeStateProof(decoded.proof) : bytes;
        expect(again).toStrictEqual(bytes);
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(0);
  });

  it.each([
    ['too many siblings', [257, new Uint8Array(33), new Uint8Array(0), null]],
    ['a bitmap too short', [9, new Uint8Array(1), new Uint8Array(0), null]],
    ['a bit beyond the count', [1, new Uint8Array([0xc0]), new Uint8Array(64).fill(5), null]],
    ['a sibling too many', [1, new Uint8Array([0x80]), new Uint8Array(64).fill(5), null]],
    ['a sibling too few', [2, new Uint8Array([0xc0]), new Uint8Array(32).fill(5), null]],
    ['an empty sibling written out', [1, new Uint8Array([0x80]), new Uint8Array(32), null]],
    ['a leaf of one part', [0, new Uint8Array(0), new Uint8Array(0), [hash]]],
    ['another shape', [0, new Uint8Array(0), new Uint8Array(0)]],
    ['no array', 0],
  ] satisfies [string, CborValue][])('refuses %s', (_what, item) => {
    expect(decodeStateProof(encodeCbor(item))).toEqual(malformed);
  });

  it('refuses more siblings than a key has bits', () => {
    const siblings = Array.from({ length: STATE_PROOF_SIBLINGS_MAX + 1 }, () => hash);
    const claim = { hasher: HASHERS.sha256, root: hash, keyHash: hash, valueHash: null };
    expect(verifyStateProof({ ...claim, proof: { siblings } })).toBe(false);
  });
});
