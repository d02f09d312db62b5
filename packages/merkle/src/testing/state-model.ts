import { compareBytes, toHex } from '@hefu/bytes';
import fc from 'fast-check';
import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import type { AppliedWrites } from '../state/apply.ts';
import type { NodeReader, StateLeaf } from '../state/types.ts';

/** A state as plain data: key hashes in hex to values. */
export type StateModel = ReadonlyMap<string, StateLeaf>;

/** The model after a block, by the rules in words: later writes win, null removes. */
export function modelAfter(
  model: StateModel,
  writes: readonly { readonly keyHash: Uint8Array; readonly value: Uint8Array | null }[],
): StateModel {
  const next = new Map(model);
  for (const { keyHash, value } of writes) {
    if (value === null) next.delete(toHex(keyHash));
    else next.set(toHex(keyHash), { keyHash, value });
  }
  return next;
}

/** Leaves by ascending key hash. */
export function sortedLeaves(model: StateModel): StateLeaf[] {
  return [...model.values()].toSorted((a, b) => compareBytes(a.keyHash, b.keyHash));
}

/** The root by the recursive definition over single bits, from the sorted leaves. */
export function modelRoot(hasher: Hasher, model: StateModel): Uint8Array {
  return subtreeHash(hasher, sortedLeaves(model), 0);
}

function subtreeHash(hasher: Hasher, leaves: readonly StateLeaf[], depth: number): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return new Uint8Array(HASH_BYTES);
  if (leaves.length === 1) return hasher.stateLeaf(first.keyHash, hasher.hash(first.value));
  const bit = (leaf: StateLeaf): number =>
    ((leaf.keyHash[depth >> 3] as number) >> (7 - (depth % 8))) & 1;
  return hasher.stateNode(
    subtreeHash(
      hasher,
      leaves.filter((leaf) => bit(leaf) === 0),
      depth + 1,
    ),
    subtreeHash(
      hasher,
      leaves.filter((leaf) => bit(leaf) === 1),
      depth + 1,
    ),
  );
}

/** Records in memory, by key in hex. */
export class RecordStore {
  readonly records: Map<string, Uint8Array> = new Map();

  readonly read: NodeReader = (key) => this.records.get(toHex(key));

  put(applied: AppliedWrites): void {
    for (const [key, bytes] of applied.puts) this.records.set(toHex(key), bytes);
  }

  prune(stale: readonly Uint8Array[]): void {
    for (const key of stale) this.records.delete(toHex(key));
  }
}

const hexNibble = fc.constantFrom(0x0, 0x1, 0x8, 0xf);
/** Any key hash. */
const farKey = fc.uint8Array({ minLength: HASH_BYTES, maxLength: HASH_BYTES });
/** Keys that part from one another at a few chosen depths, down to the last bit. */
const nearKey = fc
  .record({
    first: hexNibble,
    at: fc.oneof(
      { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 12 },
      { arbitrary: fc.constantFrom(7, 12, 30, 63), weight: 1 },
    ),
    nibble: hexNibble,
  })
  .map(({ first, at, nibble }) => {
    const key = new Uint8Array(HASH_BYTES);
    key[0] = first << 4;
    key[at >> 1] = (key[at >> 1] as number) | (at % 2 === 0 ? nibble << 4 : nibble);
    return key;
  });

/** Key hashes for histories: mostly ones that share long ways, so that folding is at work. */
export const anyKeyHash: fc.Arbitrary<Uint8Array> = fc.oneof(
  { arbitrary: nearKey, weight: 3 },
  { arbitrary: farKey, weight: 1 },
);

/** A block's writes; keys come again, within a block too; a third are removals. */
export function anyBlock(keys: readonly Uint8Array[], writesMax: number) {
  const write = fc.record({
    keyHash: fc.constantFrom(...keys),
    value: fc.oneof(
      { arbitrary: fc.constant(null), weight: 1 },
      { arbitrary: fc.uint8Array({ maxLength: 3 }), weight: 2 },
    ),
  });
  return fc.array(write, { maxLength: writesMax });
}

/** Several blocks over one small set of keys. */
export const anyHistory = fc
  .uniqueArray(anyKeyHash, { minLength: 1, maxLength: 20, selector: toHex, size: 'max' })
  .chain((keys) => fc.array(anyBlock(keys, 12), { minLength: 1, maxLength: 7 }));
