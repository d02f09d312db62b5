import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import { consistencyPath, inclusionPath, rootFromNodes } from '../log/tree.ts';
import type { GetNode } from '../log/tree.ts';
import { requireSize } from '../log/sizes.ts';
import type { FullTiles } from './full-tiles.ts';
import { TILE_HEIGHT, TILE_WIDTH } from './path.ts';

/**
 * Reads a hash tile: `width` hashes of 32 bytes, or a wider version of the same tile (only its
 * first `width` hashes are used), or undefined when the tile is not kept here.
 */
export type TileReader = (level: number, index: number, width: number) => Uint8Array | undefined;

/** A tile that a tree of this size must have was absent or of the wrong length. */
export class TileError extends Error {
  override readonly name: string = 'TileError';
  readonly code: 'tile-missing' | 'tile-malformed';
  readonly level: number;
  readonly index: number;
  readonly width: number;

  constructor(
    code: 'tile-missing' | 'tile-malformed',
    place: { readonly level: number; readonly index: number; readonly width: number },
  ) {
    super(`${code}: level ${place.level}, index ${place.index}, width ${place.width}`);
    this.code = code;
    this.level = place.level;
    this.index = place.index;
    this.width = place.width;
  }
}

/** Width that tile `index` of `level` has in the tree of `size` leaves; 0 when it has none. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Every tile of the tree of `size` leaves, lowest level first (C2SP tlog-tiles). */
export function* tilesOfSize(
  size: number,
): Generator<{ readonly level: number; readonly index: number; readonly width: number }> {
  requireSize(size, 'size');
  for (let level = 0; tileWidth(level, 0, size) > 0; level++) {
    for (let index = 0; tileWidth(level, index, size) > 0; index++) {
      yield { level, index, width: tileWidth(level, index, size) };
    }
  }
}

/** Tiles kept, with the nodes hashed from them, by one function of nodesOfTiles (3 MB at most). */
const TILES_KEPT_MAX = 64;

/**
 * Nodes of the tree of `size` leaves, read from tiles. Each tile is read and hashed at most once
 * while it is among the 64 last used; full ones are looked for in `full` first, and kept there. The
 * function throws {@link TileError} when a tile is absent or too short.
 */
export function nodesOfTiles(
  hasher: Hasher,
  size: number,
  read: TileReader,
  full?: FullTiles,
): GetNode {
  requireSize(size, 'size');
  const kept = new Map<string, TileTree>();
  return (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const row = level % TILE_HEIGHT;
    const tileIndex = Math.floor((index * 2 ** row) / TILE_WIDTH);
    const place = index - tileIndex * (TILE_WIDTH / 2 ** row);
    const known = full?.node(tileLevel, tileIndex, row, place);
    if (known !== undefined) return known;
    const key = `${tileLevel}/${tileIndex}`;
    let tile = kept.get(key);
    if (tile === undefined) {
      const width = tileWidth(tileLevel, tileIndex, size);
      // Full by now, it serves the smaller tree too: what is asked for lies within that.
      const stored = readWhole(read, tileLevel, tileIndex, width);
      if (full?.keep(tileLevel, tileIndex, stored) === true) {
        return full.node(tileLevel, tileIndex, row, place) as Uint8Array;
      }
      tile = new TileTree(hasher, stored.subarray(0, width * HASH_BYTES));
      if (kept.size >= TILES_KEPT_MAX) kept.clear();
      kept.set(key, tile);
    }
    return tile.node(row, place);
  };
}

/** Inclusion proof of leaf `index` in the tree of `size` leaves, from tiles (RFC 9162 §2.1.3.1). */
export function inclusionPathFromTiles(
  hasher: Hasher,
  index: number,
  size: number,
  read: TileReader,
  full?: FullTiles,
): Uint8Array[] {
  return inclusionPath(hasher, index, size, nodesOfTiles(hasher, size, read, full));
}

/** Consistency proof between two sizes, from tiles of the larger (RFC 9162 §2.1.4.1). */
export function consistencyPathFromTiles(
  hasher: Hasher,
  size1: number,
  size2: number,
  read: TileReader,
  full?: FullTiles,
): Uint8Array[] {
  return consistencyPath(hasher, size1, size2, nodesOfTiles(hasher, size2, read, full));
}

/** Root of the tree of `size` leaves, from its right-edge tiles. */
export function rootFromTiles(hasher: Hasher, size: number, read: TileReader): Uint8Array {
  return rootFromNodes(hasher, size, nodesOfTiles(hasher, size, read));
}

/** Reads a tile of exactly `width` hashes, which is at least 1. */
export function readTile(
  read: TileReader,
  level: number,
  index: number,
  width: number,
): Uint8Array {
  return readWhole(read, level, index, width).subarray(0, width * HASH_BYTES);
}

/** Reads a tile of at least `width` hashes. */
function readWhole(read: TileReader, level: number, index: number, width: number): Uint8Array {
  if (width < 1) throw new RangeError(`tile ${level}/${index} lies outside the tree`);
  const bytes = read(level, index, width);
  if (bytes === undefined) throw new TileError('tile-missing', { level, index, width });
  if (bytes.length < width * HASH_BYTES || bytes.length % HASH_BYTES !== 0) {
    throw new TileError('tile-malformed', { level, index, width });
  }
  return bytes;
}

/** A tile's hashes with the nodes above them, hashed as they are asked for. */
class TileTree {
  readonly #hasher: Hasher;
  readonly #hashes: Uint8Array;
  readonly #rows: (Uint8Array | undefined)[][] = [];

  constructor(hasher: Hasher, hashes: Uint8Array) {
    this.#hasher = hasher;
    this.#hashes = hashes;
    for (let row = 0; row <= TILE_HEIGHT; row++) this.#rows.push([]);
  }

  node(row: number, index: number): Uint8Array {
    const nodes = this.#rows[row] as (Uint8Array | undefined)[];
    const known = nodes[index];
    if (known !== undefined) return known;
    const node =
      row === 0
        ? this.#hashes.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES)
        : this.#hasher.node(this.node(row - 1, 2 * index), this.node(row - 1, 2 * index + 1));
    nodes[index] = node;
    return node;
  }
}
