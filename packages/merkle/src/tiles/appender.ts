import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import { LogFrontier } from '../log/frontier.ts';
import { TILE_HEIGHT, TILE_WIDTH } from './path.ts';
import { readTile, tileWidth } from './nodes.ts';
import type { TileReader } from './nodes.ts';

/** A tile as it stands after an append; full when its width is 256, and then it never changes. */
export interface ChangedTile {
  readonly level: number;
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
  /** 32 · width bytes. */
  readonly hashes: Uint8Array;
}

/** The tile at the right edge of one level that is still being filled. */
interface EdgeTile {
  readonly hashes: Uint8Array;
  index: number;
  /** 0 to 255. */
  width: number;
}

/**
 * Appends leaf hashes and tells which tiles (C2SP tlog-tiles) that wrote or changed. Holds the
 * log's right edge: the frontier, and one unfinished tile a level (8 kB each).
 */
export class TileAppender {
  readonly #frontier: LogFrontier;
  readonly #edges: EdgeTile[];

  private constructor(frontier: LogFrontier, edges: EdgeTile[]) {
    this.#frontier = frontier;
    this.#edges = edges;
  }

  /** An appender for the empty log. */
  static create(hasher: Hasher): TileAppender {
    return new TileAppender(new LogFrontier(hasher), []);
  }

  /**
   * Goes on from a frontier; `read` gives the unfinished tiles of the frontier's size. Throws
   * TileError when one is missing or too short.
   */
  static resume(frontier: LogFrontier, read: TileReader): TileAppender {
    const edges: EdgeTile[] = [];
    for (let level = 0; tileWidth(level, 0, frontier.size) > 0; level++) {
      const index = Math.floor(frontier.size / TILE_WIDTH ** (level + 1));
      const width = tileWidth(level, index, frontier.size);
      const hashes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
      if (width > 0) hashes.set(readTile(read, level, index, width));
      edges.push({ hashes, index, width });
    }
    return new TileAppender(frontier.clone(), edges);
  }

  /** Number of leaves. */
  get size(): number {
    return this.#frontier.size;
  }

  /** Merkle tree hash of all leaves so far. */
  root(): Uint8Array {
    return this.#frontier.root();
  }

  /** A copy of the frontier, for storing. */
  frontier(): LogFrontier {
    return this.#frontier.clone();
  }

  /** An appender that goes on from here on its own, so that a block can be tried and dropped. */
  clone(): TileAppender {
    const edges = this.#edges.map((edge) => ({ ...edge, hashes: edge.hashes.slice() }));
    return new TileAppender(this.#frontier.clone(), edges);
  }

  /**
   * Appends in order and returns each tile that changed, once, as it stands at the end: lowest
   * level first, then by index. The bytes returned are the caller's.
   */
  append(leafHashes: readonly Uint8Array[]): ChangedTile[] {
    const full: ChangedTile[][] = [];
    const touched = new Set<number>();
    const put = (level: number, hash: Uint8Array): void => {
      const edge = this.#edge(level);
      edge.hashes.set(hash, edge.width * HASH_BYTES);
      edge.width++;
      touched.add(level);
      if (edge.width < TILE_WIDTH) return;
      (full[level] ??= []).push(snapshotTile(level, edge));
      edge.index++;
      edge.width = 0;
      touched.delete(level);
    };
    const onSubtree = (level: number, hash: Uint8Array): void => {
      if (level % TILE_HEIGHT === 0) put(level / TILE_HEIGHT, hash);
    };
    for (const leafHash of leafHashes) {
      this.#frontier.append(leafHash, onSubtree);
      put(0, leafHash);
    }
    return this.#edges.flatMap((edge, level) => {
      const tiles = full[level] ?? [];
      return touched.has(level) ? [...tiles, snapshotTile(level, edge)] : tiles;
    });
  }

  #edge(level: number): EdgeTile {
    const edge = this.#edges[level];
    if (edge !== undefined) return edge;
    const fresh = { hashes: new Uint8Array(TILE_WIDTH * HASH_BYTES), index: 0, width: 0 };
    this.#edges[level] = fresh;
    return fresh;
  }
}

function snapshotTile(level: number, edge: EdgeTile): ChangedTile {
  const { index, width } = edge;
  return { level, index, width, hashes: edge.hashes.slice(0, width * HASH_BYTES) };
}
