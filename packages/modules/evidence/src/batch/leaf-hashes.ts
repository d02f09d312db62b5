import type { HashName } from '@hefu/crypto/algorithm';
import type { Hasher } from '@hefu/merkle';
import { treeHasher } from '@hefu/protocol';
import { itemBytes } from './bundle.ts';
import type { BundleIndex } from './bundle.ts';

/** The hasher of batch trees (RFC 9162 §2.1.1) under a chain's hash. */
export function batchHasher(hashName: HashName): Hasher {
  return treeHasher(hashName);
}

/** Leaf hashes of a bundle's items, from `from` up to, not including, `to`. */
export function leafHashes(
  hasher: Hasher,
  bundle: Uint8Array,
  places: BundleIndex,
  from = 0,
  to: number = places.count,
): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  for (let i = from; i < to; i++) leaves.push(hasher.leaf(itemBytes(bundle, places, i)));
  return leaves;
}
