import { HASH_BYTES } from './hasher.ts';
import type { Hasher } from './hasher.ts';
import { emptyRoot } from './log/tree.ts';

/** Leaves of one batch tree; the design's largest batch is a tenth of it. */
export const BATCH_LEAVES_MAX = 1_000_000;

/** A whole RFC 9162 tree in memory, for many paths from the same leaves. */
export interface MerkleTree {
  readonly size: number;
  readonly root: Uint8Array;
  /** Inclusion proof of leaf `index`, nearest sibling first (RFC 9162 §2.1.3.1). */
  path(index: number): Uint8Array[];
}

/**
 * Builds the tree over `leafHashes` (RFC 9162 §2.1.1): all rows in one flat array of at most 64
 * bytes a leaf, so that 100,000 leaves cost one hash each and no objects. Throws RangeError above
 * {@link BATCH_LEAVES_MAX} leaves or when a hash is not 32 bytes.
 */
export function buildTree(hasher: Hasher, leafHashes: readonly Uint8Array[]): MerkleTree {
  const size = leafHashes.length;
  if (size > BATCH_LEAVES_MAX) throw new RangeError(`${size} leaves are too many for one batch`);
  if (size === 0) return { size, root: emptyRoot(hasher), path: refuseLeaf };

  const rows = rowsOf(size);
  const hashes = new Uint8Array(rows.reduce((sum, row) => sum + row.width, 0) * HASH_BYTES);
  for (let i = 0; i < size; i++) {
    const leafHash = leafHashes[i] as Uint8Array;
    if (leafHash.length !== HASH_BYTES) throw new RangeError(`leaf hash ${i} is not 32 bytes`);
    hashes.set(leafHash, i * HASH_BYTES);
  }
  for (let r = 1; r < rows.length; r++) {
    fillRow(hasher, hashes, rows[r - 1] as Row, rows[r] as Row);
  }
  return {
    size,
    root: hashes.slice(-HASH_BYTES),
    path(index) {
      if (!Number.isSafeInteger(index) || index < 0 || index >= size) refuseLeaf(index);
      return pathIn(hashes, rows, index);
    },
  };
}

/** Where one row of the tree lies in the flat array, in hashes. */
interface Row {
  readonly start: number;
  readonly width: number;
}

/** Rows from the leaves to the root; a last node without a sibling is repeated in the row above. */
function rowsOf(size: number): Row[] {
  const rows: Row[] = [{ start: 0, width: size }];
  let start = size;
  for (let width = size; width > 1;) {
    width = Math.ceil(width / 2);
    rows.push({ start, width });
    start += width;
  }
  return rows;
}

function fillRow(hasher: Hasher, hashes: Uint8Array, below: Row, row: Row): void {
  for (let i = 0; i < row.width; i++) {
    const left = below.start + 2 * i;
    const target = (row.start + i) * HASH_BYTES;
    if (2 * i + 1 < below.width) hasher.nodeWithin(hashes, left * HASH_BYTES, target);
    else hashes.set(hashAt(hashes, left), target);
  }
}

function pathIn(hashes: Uint8Array, rows: readonly Row[], index: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let position = index;
  for (const row of rows) {
    const sibling = position % 2 === 0 ? position + 1 : position - 1;
    if (sibling < row.width) path.push(hashAt(hashes, row.start + sibling));
    position = Math.floor(position / 2);
  }
  return path;
}

function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  return hashes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES);
}

function refuseLeaf(index: number): never {
  throw new RangeError(`no leaf ${index} in this tree`);
}
