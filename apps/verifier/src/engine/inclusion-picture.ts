import { equalBytes } from '@hefu/bytes';
import type { Hasher } from '@hefu/merkle';

/** One step from a leaf towards the root. */
export interface PathLevel {
  /** On which side the sibling stands. */
  readonly side: 'left' | 'right';
  readonly sibling: Uint8Array;
  /** What the two hash to. */
  readonly parent: Uint8Array;
}

/** The way from a leaf to a root, as far as it can be walked. */
export interface PathPicture {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly levels: readonly PathLevel[];
  /** Where the way ends. */
  readonly top: Uint8Array;
  /** The root that it should reach. */
  readonly root: Uint8Array;
  /** Whether the place and the tree's size ask for a way of just this length. */
  readonly fits: boolean;
  readonly reached: boolean;
}

/**
 * Walks an inclusion path as RFC 9162 §2.1.3.2 verifies it and keeps each hash, to be drawn. The
 * verdict is the verifier's; this shows how it came about.
 */
export function walkPath(claim: {
  readonly hasher: Hasher;
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}): PathPicture {
  const { hasher, index, size, leaf, path, root } = claim;
  const levels: PathLevel[] = [];
  let fits = index < size;
  let place = BigInt(index);
  let last = BigInt(size) - 1n;
  let top = leaf;
  for (const sibling of path) {
    if (last <= 0n) fits = false;
    const isRight = (place & 1n) === 1n || place === last;
    const parent = isRight ? hasher.node(sibling, top) : hasher.node(top, sibling);
    levels.push({ side: isRight ? 'left' : 'right', sibling, parent });
    if (isRight) {
      // A node without a sibling moves up unchanged, as at the right edge of the tree.
      while ((place & 1n) === 0n && place !== 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    }
    place >>= 1n;
    last >>= 1n;
    top = parent;
  }
  if (last > 0n) fits = false;
  return { index, size, leaf, levels, top, root, fits, reached: fits && equalBytes(top, root) };
}
