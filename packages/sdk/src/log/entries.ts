import { equalBytes, toHex } from '@hefu/bytes';
import {
  decodeEntryBundle,
  entriesPath,
  HASH_BYTES,
  inclusionPathFromTiles,
  TILE_WIDTH,
  TileError,
  verifyInclusion,
} from '@hefu/merkle';
import { decodeEntry } from '@hefu/protocol';
import type { Entry } from '@hefu/protocol';
import type { NodeHttp } from '../http.ts';
import type { SeenCheckpoint } from './checkpoint-seen.ts';
import { readLogFile } from './tiles.ts';
import type { VerifiedLog } from './verified-log.ts';

/** An entry that was shown to stand in the log. */
export interface ProvenEntry {
  /** Place in the log. */
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
  /** Undefined for a registered foreign statement, whose entry is its bare digest. */
  readonly entry: Entry | undefined;
}

/** Which part of the log to read. */
export interface EntryRange {
  /** Index of the first entry; 0 unless given. */
  readonly from?: number;
  /** Index behind the last one; the end of the log unless given. */
  readonly to?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Reads the entries of a log, each shown to be there and none left out. */
export class LogEntries {
  readonly #log: VerifiedLog;
  readonly #http: NodeHttp;

  constructor(log: VerifiedLog, http: NodeHttp) {
    this.#log = log;
    this.#http = http;
  }

  /** The entries under a checkpoint in their order. Throws ProofError `entries-wrong`. */
  async *read(under: SeenCheckpoint, range: EntryRange = {}): AsyncGenerator<ProvenEntry> {
    const from = Math.max(0, range.from ?? 0);
    const to = Math.min(under.size, range.to ?? under.size);
    for (let tile = Math.floor(from / TILE_WIDTH); tile * TILE_WIDTH < to; tile++) {
      const start = tile * TILE_WIDTH;
      const entries = await this.#bundle(under, tile, range.signal);
      for (const [position, entry] of entries.entries()) {
        const index = start + position;
        if (index >= from && index < to) yield { index, ...entry };
      }
    }
  }

  /** One entry under a checkpoint that is larger. Throws ProofError `entries-wrong`. */
  async at(
    under: SeenCheckpoint,
    index: number,
    signal: AbortSignal | undefined,
  ): Promise<ProvenEntry> {
    for await (const entry of this.read(under, { from: index, to: index + 1, signal })) {
      return entry;
    }
    throw new RangeError(`entry ${index} lies outside a log of ${under.size}`);
  }

  /** Whether these bytes are the entry at this place. Throws ProofError `tiles-wrong` when the node can't show it. */
  async isAt(
    under: SeenCheckpoint,
    index: number,
    bytes: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    return this.#isLeaf(under, index, this.#log.hasher.leaf(bytes), signal);
  }

  async #bundle(
    under: SeenCheckpoint,
    tile: number,
    signal: AbortSignal | undefined,
  ): Promise<readonly Omit<ProvenEntry, 'index'>[]> {
    const width = Math.min(TILE_WIDTH, under.size - tile * TILE_WIDTH);
    const { hasher } = this.#log;
    const path = entriesPath(tile, width);
    const wrong = (why: string): Error =>
      this.#log.fault('entries-wrong', why, { asked: `/log/${path}`, shown: under.note });
    const bytes =
      (await readLogFile(this.#http, path, signal)) ??
      (width < TILE_WIDTH ? await readLogFile(this.#http, entriesPath(tile), signal) : undefined);
    if (bytes === undefined) throw wrong('there is no such bundle');
    const bundle = decodeEntryBundle(bytes);
    if (!bundle.ok || bundle.entries.length < width) throw wrong('the bundle is malformed');
    const entries = bundle.entries
      .slice(0, width)
      .map((entry) => entryOf(hasher.leaf(entry), entry));
    const hashes = await this.#leafHashes(under, tile, width, signal);
    const differs = entries.findIndex(({ leafHash }, position) => {
      const start = position * leafHash.length;
      return !equalBytes(leafHash, hashes.subarray(start, start + leafHash.length));
    });
    if (differs !== -1) {
      throw wrong(`entry ${tile * TILE_WIDTH + differs} is not the one in the log`);
    }
    return entries;
  }

  /** The hashes of a tile of leaves, shown to be those under the checkpoint. */
  async #leafHashes(
    under: SeenCheckpoint,
    tile: number,
    width: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    // The way up from one leaf of a tile is made of all its other leaves, and so proves each of them.
    const first = await this.#log.tiles.use((read) => {
      const bytes = read(0, tile, width);
      if (bytes !== undefined) return bytes;
      throw new TileError('tile-missing', { level: 0, index: tile, width });
    }, signal);
    const leaf = first.subarray(0, HASH_BYTES);
    if (await this.#isLeaf(under, tile * TILE_WIDTH, leaf, signal)) return first;
    throw this.#log.fault('tiles-wrong', `tile ${tile} of leaves`, { shown: under.note });
  }

  async #isLeaf(
    under: SeenCheckpoint,
    index: number,
    leafHash: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const { hasher, tiles } = this.#log;
    const { size, root } = under;
    try {
      const path = await tiles.use(
        (read) => inclusionPathFromTiles(hasher, index, size, read),
        signal,
      );
      const isThere = verifyInclusion({ hasher, index, size, leafHash, path, root });
      // Whether leaf or tiles are wrong, these tiles are not to be built on.
      if (!isThere) tiles.clear();
      return isThere;
    } catch (error) {
      if (!(error instanceof TileError)) throw error;
      tiles.clear();
      throw this.#log.fault('tiles-wrong', error.message, { shown: under.note }, error);
    }
  }
}

function entryOf(leafHash: Uint8Array, bytes: Uint8Array): Omit<ProvenEntry, 'index'> {
  const decoded = decodeEntry(bytes);
  return { bytes, leafHash, entry: decoded.ok ? decoded.entry : undefined };
}

/** Whether an entry is the one of a statement (id in hex). */
export function isEntryOf(proven: ProvenEntry, statementId: string): boolean {
  return proven.entry?.kind === 'statement' && toHex(proven.entry.statementId) === statementId;
}
