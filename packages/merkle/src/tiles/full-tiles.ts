import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import { TILE_HEIGHT, TILE_WIDTH } from './path.ts';

/** Full tiles that a cache keeps unless told otherwise: 16 KiB each, so 16 MiB. */
export const FULL_TILES_KEPT_DEFAULT = 1024;

/** Heap nodes of a full tile: node 1 is the root, nodes 256 to 511 are the tile's hashes; there is no node 0. */
const NODES = 2 * TILE_WIDTH;

/**
 * Full tiles with all nodes above their hashes, hashed once: they never change. Proofs of many leaves share most of them. The
 * least lately used tile makes room. One cache belongs to one log.
 */
export class FullTiles {
  readonly #hasher: Hasher;
  readonly #tilesMax: number;
  /** In order of use. */
  readonly #trees = new Map<string, Uint8Array>();

  constructor(hasher: Hasher, tilesMax: number = FULL_TILES_KEPT_DEFAULT) {
    this.#hasher = hasher;
    this.#tilesMax = tilesMax;
  }

  /** The hash of node `index` in row `row` (0: the tile's own hashes) of a tile kept here; undefined when it is not. */
  node(level: number, tile: number, row: number, index: number): Uint8Array | undefined {
    const name = `${level}/${tile}`;
    const tree = this.#trees.get(name);
    if (tree === undefined) return undefined;
    this.#trees.delete(name);
    this.#trees.set(name, tree);
    return nodeOf(tree, row, index);
  }

  /** Takes a tile in when it is full; whether it did. */
  keep(level: number, tile: number, hashes: Uint8Array): boolean {
    if (hashes.length !== TILE_WIDTH * HASH_BYTES) return false;
    if (this.#trees.size >= this.#tilesMax) {
      const [oldest] = this.#trees.keys();
      if (oldest !== undefined) this.#trees.delete(oldest);
    }
    this.#trees.set(`${level}/${tile}`, this.#treeOf(hashes));
    return true;
  }

  #treeOf(hashes: Uint8Array): Uint8Array {
    const tree = new Uint8Array(NODES * HASH_BYTES);
    tree.set(hashes, TILE_WIDTH * HASH_BYTES);
    for (let node = TILE_WIDTH - 1; node > 0; node--) {
      this.#hasher.nodeWithin(tree, 2 * node * HASH_BYTES, node * HASH_BYTES);
    }
    return tree;
  }
}

function nodeOf(tree: Uint8Array, row: number, index: number): Uint8Array {
  const at = (2 ** (TILE_HEIGHT - row) + index) * HASH_BYTES;
  return tree.slice(at, at + HASH_BYTES);
}
