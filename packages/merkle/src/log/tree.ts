import type { Hasher } from '../hasher.ts';
import { requireSize, splitPoint } from './sizes.ts';

/**
 * Hash of the whole subtree of 2^level leaves that begins at leaf index · 2^level. Only asked for
 * subtrees that lie inside the tree at hand.
 */
export type GetNode = (level: number, index: number) => Uint8Array;

const EMPTY = new Uint8Array(0);

/** Root of the empty tree: the hash of no bytes (RFC 9162 §2.1.1). */
export function emptyRoot(hasher: Hasher): Uint8Array {
  return hasher.hash(EMPTY);
}

/** Merkle tree hash over leaf hashes (RFC 9162 §2.1.1). Keeps nothing; see buildTree for paths. */
export function rootOf(hasher: Hasher, leafHashes: readonly Uint8Array[]): Uint8Array {
  if (leafHashes.length === 0) return emptyRoot(hasher);
  let row: readonly Uint8Array[] = leafHashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    // A last node without a sibling rises as it is: the same tree as splitting at the largest
    // power of two.
    for (let i = 0; i < row.length; i += 2) {
      const left = row[i] as Uint8Array;
      const right = row[i + 1];
      above.push(right === undefined ? left : hasher.node(left, right));
    }
    row = above;
  }
  return row[0] as Uint8Array;
}

/** Reads nodes from leaf hashes held in memory; every row is computed once, here. */
export function nodesOfLeaves(hasher: Hasher, leafHashes: readonly Uint8Array[]): GetNode {
  const rows: (readonly Uint8Array[])[] = [leafHashes];
  for (let row = leafHashes; row.length > 1;) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      above.push(hasher.node(row[i] as Uint8Array, row[i + 1] as Uint8Array));
    }
    rows.push(above);
    row = above;
  }
  return (level, index) => {
    const node = rows[level]?.[index];
    if (node === undefined) throw new RangeError(`no node ${level}/${index} in these leaves`);
    return node;
  };
}

/**
 * Hash over the leaves [begin, end), where begin is a multiple of a power of two no smaller than
 * the width: the subtrees that RFC 9162 §2.1 speaks of.
 */
export function subtreeRoot(
  hasher: Hasher,
  begin: number,
  end: number,
  getNode: GetNode,
): Uint8Array {
  const width = end - begin;
  let power = 1;
  let level = 0;
  while (power * 2 <= width) {
    power *= 2;
    level++;
  }
  const left = getNode(level, begin / power);
  return power === width
    ? left
    : hasher.node(left, subtreeRoot(hasher, begin + power, end, getNode));
}

/** Root of the first `size` leaves. */
export function rootFromNodes(hasher: Hasher, size: number, getNode: GetNode): Uint8Array {
  requireSize(size, 'size');
  return size === 0 ? emptyRoot(hasher) : subtreeRoot(hasher, 0, size, getNode);
}

/**
 * Inclusion proof of leaf `index` in the tree of `size` leaves, nearest sibling first (RFC 9162
 * §2.1.3.1). Throws RangeError unless index < size.
 */
export function inclusionPath(
  hasher: Hasher,
  index: number,
  size: number,
  getNode: GetNode,
): Uint8Array[] {
  requireSize(index, 'index');
  requireSize(size, 'size');
  if (index >= size) throw new RangeError(`leaf ${index} is not in a tree of ${size}`);
  const path: Uint8Array[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      path.push(subtreeRoot(hasher, middle, end, getNode));
      end = middle;
    } else {
      path.push(subtreeRoot(hasher, begin, middle, getNode));
      begin = middle;
    }
  }
  return path.toReversed();
}

/**
 * Consistency proof between the trees of the first `size1` and the first `size2` leaves (RFC 9162
 * §2.1.4.1). Empty when the sizes are equal. Throws RangeError unless 0 < size1 ≤ size2: every tree
 * begins with the empty one, so there is nothing to prove about it.
 */
export function consistencyPath(
  hasher: Hasher,
  size1: number,
  size2: number,
  getNode: GetNode,
): Uint8Array[] {
  requireSize(size1, 'size1');
  requireSize(size2, 'size2');
  if (size1 === 0 || size1 > size2) {
    throw new RangeError(`no consistency proof from size ${size1} to ${size2}`);
  }
  if (size1 === size2) return [];
  const path: Uint8Array[] = [];
  let begin = 0;
  let end = size2;
  while (size1 !== end) {
    const middle = begin + splitPoint(end - begin);
    if (size1 <= middle) {
      path.push(subtreeRoot(hasher, middle, end, getNode));
      end = middle;
    } else {
      path.push(subtreeRoot(hasher, begin, middle, getNode));
      begin = middle;
    }
  }
  // Nothing to the left was given yet only where the old tree is itself a whole subtree; its root
  // is then known to the verifier.
  if (begin > 0) path.push(subtreeRoot(hasher, begin, end, getNode));
  return path.toReversed();
}
