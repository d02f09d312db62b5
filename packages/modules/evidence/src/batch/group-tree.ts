import type { Hasher } from '@hefu/merkle';

/**
 * Items of one group: an aligned subtree of eight levels. The tree over a batch is the tree over its
 * groups' roots (RFC 9162 §2.1.1 splits at powers of two), so that with those roots at hand a path
 * costs one group's hashes instead of all.
 */
export const GROUP_ITEMS = 256;
const HASH_BYTES = 32;

/** Rows of a tree from its leaves to its root; a last node without sibling is the one above too. */
export type TreeRows = readonly (readonly Uint8Array[])[];

/** All rows of the tree over some leaf hashes, of which there is at least one. */
export function treeRows(hasher: Hasher, leaves: readonly Uint8Array[]): TreeRows {
  if (leaves.length === 0) throw new RangeError('a tree of no leaves has no rows');
  const rows: (readonly Uint8Array[])[] = [leaves];
  for (let row = leaves; row.length > 1;) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      above.push(hasher.node(row[i] as Uint8Array, row[i + 1] as Uint8Array));
    }
    if (row.length % 2 === 1) above.push(row[row.length - 1] as Uint8Array);
    rows.push(above);
    row = above;
  }
  return rows;
}

/** The root of rows. */
export function rootOfRows(rows: TreeRows): Uint8Array {
  return (rows[rows.length - 1] as readonly Uint8Array[])[0] as Uint8Array;
}

/** Where the siblings of leaf `index` are, nearest first: the path of its inclusion proof. */
export function pathInRows(rows: TreeRows, index: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let place = index;
  for (const row of rows) {
    const sibling = row[place ^ 1];
    if (sibling !== undefined) path.push(sibling);
    place >>>= 1;
  }
  return path;
}

/** Roots of all groups, joined: 32 bytes for every 256 items. */
export function groupRoots(hasher: Hasher, leaves: readonly Uint8Array[]): Uint8Array {
  const groups = Math.ceil(leaves.length / GROUP_ITEMS);
  const roots = new Uint8Array(groups * HASH_BYTES);
  for (let group = 0; group < groups; group++) {
    const from = group * GROUP_ITEMS;
    const rows = treeRows(hasher, leaves.slice(from, from + GROUP_ITEMS));
    roots.set(rootOfRows(rows), group * HASH_BYTES);
  }
  return roots;
}

/** The rows above joined group roots. */
export function rowsAboveGroups(hasher: Hasher, roots: Uint8Array): TreeRows {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at + HASH_BYTES <= roots.length; at += HASH_BYTES) {
    leaves.push(roots.slice(at, at + HASH_BYTES));
  }
  return treeRows(hasher, leaves);
}
