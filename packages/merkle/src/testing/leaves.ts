import { u64be } from '@hefu/bytes';
import type { Hasher } from '../hasher.ts';

/** Leaf hashes 0 to count − 1, all different, the same in every run. */
export function sampleLeaves(hasher: Hasher, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => hasher.leaf(u64be(i)));
}

/** The definition of RFC 9162 §2.1.1, word for word, as an independent reference. */
export function naiveRoot(hasher: Hasher, leafHashes: readonly Uint8Array[]): Uint8Array {
  if (leafHashes.length === 0) return hasher.hash(new Uint8Array(0));
  if (leafHashes.length === 1) return leafHashes[0] as Uint8Array;
  const k = naiveSplit(leafHashes.length);
  return hasher.node(
    naiveRoot(hasher, leafHashes.slice(0, k)),
    naiveRoot(hasher, leafHashes.slice(k)),
  );
}

/** PATH(m, D[n]) of RFC 9162 §2.1.3.1. */
export function naivePath(
  hasher: Hasher,
  index: number,
  leafHashes: readonly Uint8Array[],
): Uint8Array[] {
  if (leafHashes.length === 1) return [];
  const k = naiveSplit(leafHashes.length);
  const left = leafHashes.slice(0, k);
  const right = leafHashes.slice(k);
  return index < k
    ? [...naivePath(hasher, index, left), naiveRoot(hasher, right)]
    : [...naivePath(hasher, index - k, right), naiveRoot(hasher, left)];
}

/** SUBPROOF(m, D[n], b) of RFC 9162 §2.1.4.1; PROOF is SUBPROOF with b true. */
export function naiveSubproof(
  hasher: Hasher,
  size1: number,
  leafHashes: readonly Uint8Array[],
  isWhole: boolean,
): Uint8Array[] {
  if (size1 === leafHashes.length) return isWhole ? [] : [naiveRoot(hasher, leafHashes)];
  const k = naiveSplit(leafHashes.length);
  const left = leafHashes.slice(0, k);
  const right = leafHashes.slice(k);
  return size1 <= k
    ? [...naiveSubproof(hasher, size1, left, isWhole), naiveRoot(hasher, right)]
    : [...naiveSubproof(hasher, size1 - k, right, false), naiveRoot(hasher, left)];
}

/** The largest power of two below n. */
function naiveSplit(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}

/** A copy with one bit of one byte changed. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  const at = Math.floor(bit / 8) % copy.length;
  copy[at] = (copy[at] as number) ^ (1 << (bit % 8));
  return copy;
}
