import { equalBytes } from '@hefu/bytes';
import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import { half, isOdd, isSize } from './sizes.ts';

/** A leaf, its place, and the way up. */
export interface InclusionClaim {
  readonly hasher: Hasher;
  readonly index: number;
  readonly size: number;
  /** H(0x00 ‖ entry). */
  readonly leafHash: Uint8Array;
  /** Siblings, nearest to the leaf first. */
  readonly path: readonly Uint8Array[];
}

/** Two trees, and what should show that the first is the beginning of the second. */
export interface ConsistencyClaim {
  readonly hasher: Hasher;
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/**
 * The root that an inclusion proof leads to (RFC 9162 §2.1.3.2), or undefined when the proof can't
 * belong to this place: index ≥ size, a size beyond 2^53 − 1, a hash that is not 32 bytes, or a
 * path of the wrong length. Never throws.
 */
export function rootFromInclusion(claim: InclusionClaim): Uint8Array | undefined {
  const { hasher, index, size, leafHash, path } = claim;
  if (!isSize(index) || !isSize(size) || index >= size) return undefined;
  if (leafHash.length !== HASH_BYTES) return undefined;
  let position = index;
  let last = size - 1;
  let root = leafHash;
  for (const sibling of path) {
    if (last === 0 || sibling.length !== HASH_BYTES) return undefined;
    if (isOdd(position) || position === last) {
      root = hasher.node(sibling, root);
      // On the right edge a node without a sibling rises unchanged.
      while (!isOdd(position) && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else {
      root = hasher.node(root, sibling);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 ? root : undefined;
}

/**
 * Whether `path` proves that `leafHash` is leaf `index` of the tree of `size` leaves with `root`
 * (RFC 9162 §2.1.3.2). False for any fault of form. Never throws.
 */
export function verifyInclusion(claim: InclusionClaim & { readonly root: Uint8Array }): boolean {
  if (claim.root.length !== HASH_BYTES) return false;
  const root = rootFromInclusion(claim);
  return root !== undefined && equalBytes(root, claim.root);
}

/**
 * Whether `path` proves that the tree (size1, root1) is the beginning of the tree (size2, root2)
 * (RFC 9162 §2.1.4.2). Equal sizes need equal roots and an empty path. False for size1 = 0 with
 * size2 > 0, about which nothing can be proved, and for any fault of form. Never throws.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { size1, size2, root1, root2, path } = claim;
  if (!isSize(size1) || !isSize(size2) || size1 > size2) return false;
  if (root1.length !== HASH_BYTES || root2.length !== HASH_BYTES) return false;
  if (size1 === size2) return path.length === 0 && equalBytes(root1, root2);
  if (size1 === 0 || path.some((hash) => hash.length !== HASH_BYTES)) return false;
  return verifyGrowth(claim);
}

/** The steps of RFC 9162 §2.1.4.2 for 0 < size1 < size2 and hashes of the right length. */
function verifyGrowth(claim: ConsistencyClaim): boolean {
  const { hasher, size1, size2, root1, root2, path } = claim;
  let position = size1 - 1;
  let last = size2 - 1;
  while (isOdd(position)) {
    position = half(position);
    last = half(last);
  }
  // The old tree is one whole subtree exactly when it has no left part; its root then starts both.
  const rest = position === 0 ? [root1, ...path] : path;
  const start = rest[0];
  if (path.length === 0 || start === undefined) return false;
  let old = start;
  let grown = start;
  for (const hash of rest.slice(1)) {
    if (last === 0) return false;
    if (isOdd(position) || position === last) {
      old = hasher.node(hash, old);
      grown = hasher.node(hash, grown);
      while (!isOdd(position) && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else {
      grown = hasher.node(grown, hash);
    }
    position = half(position);
    last = half(last);
  }
  return last === 0 && equalBytes(old, root1) && equalBytes(grown, root2);
}
