import { isLeafRecord } from './node.ts';
import { RecordRing } from './record-ring.ts';
import type { NodePut, NodeReader } from './types.ts';

/** Memory of a cache unless told otherwise: holds the inner records of a million keys. */
export const NODE_CACHE_BYTES_DEFAULT: number = 96 * 1024 * 1024;
/** Part of a cache's memory that leaves may take. */
const LEAF_SHARE = 1 / 8;
/** What a leaf entry costs beside its bytes: objects, map slot. A fair guess for V8. */
const LEAF_OVERHEAD_BYTES = 250;
/**
 * Records deeper than this many nibbles are not cached: places down to here have numbers below
 * 2^53, and only keys made to collide reach beyond.
 */
const DEPTH_CACHED_MAX = 12;

const DEPTH_OFFSET = 8;
const TWO_POW_32 = 0x1_0000_0000;

interface LeafEntry {
  readonly version: number;
  readonly bytes: Uint8Array;
}

/**
 * Keeps records that were read or written lately, within a number of bytes: for each place in the
 * tree the newest version seen. Inner records are copied into one ring; leaves are kept as they are,
 * in two generations: what is used moves to the young one, and when that is full the old one is
 * dropped. One cache belongs to one store, and only durable records may enter it.
 */
export class NodeCache {
  readonly #inner: RecordRing;
  readonly #leafBytesMax: number;
  #young: Map<number, LeafEntry> = new Map();
  #old: Map<number, LeafEntry> = new Map();
  #youngBytes: number = 0;

  constructor(options: { readonly bytesMax?: number } = {}) {
    const { bytesMax = NODE_CACHE_BYTES_DEFAULT } = options;
    if (!Number.isSafeInteger(bytesMax) || bytesMax < 0) {
      throw new RangeError(`a cache of ${bytesMax} bytes`);
    }
    const leafBytes = Math.floor(bytesMax * LEAF_SHARE);
    this.#inner = new RecordRing(bytesMax - leafBytes);
    this.#leafBytesMax = leafBytes / 2;
  }

  /**
   * A reader that looks here first and keeps what `read` finds. What it gives of an inner record is
   * overwritten in time: the functions of this package are done with it before they read on.
   */
  wrap(read: NodeReader): NodeReader {
    return (key) => {
      const place = placeOf(key);
      if (place === undefined) return read(key);
      const version = versionOf(key);
      const known = this.#inner.get(place, version) ?? this.#leaf(place, version);
      if (known !== undefined) return known;
      const bytes = read(key);
      if (bytes !== undefined) this.#keep(place, version, bytes);
      return bytes;
    };
  }

  /**
   * Takes over the records that applyWrites returned. Call it when the block is durable, never
   * before: a block that is not stored after all may come again with other contents under the same
   * keys.
   */
  applied(change: { readonly puts: readonly NodePut[] }): void {
    for (const [key, bytes] of change.puts) {
      const place = placeOf(key);
      if (place !== undefined) this.#keep(place, versionOf(key), bytes);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#inner.clear();
    this.#young = new Map();
    this.#old = new Map();
    this.#youngBytes = 0;
  }

  #leaf(place: number, version: number): Uint8Array | undefined {
    const young = this.#young.get(place);
    if (young?.version === version) return young.bytes;
    const old = this.#old.get(place);
    if (old?.version !== version) return undefined;
    // A copy, so that what stays here does not hold all leaves of its block in memory.
    this.#keep(place, version, old.bytes.slice());
    return old.bytes;
  }

  #keep(place: number, version: number, bytes: Uint8Array): void {
    if (!isLeafRecord(bytes)) {
      this.#inner.set(place, version, bytes);
      return;
    }
    const present = this.#young.get(place);
    // A reader of an earlier state must not push out what the next block needs.
    if (present !== undefined && present.version > version) return;
    this.#young.set(place, { version, bytes });
    // What is replaced stays counted: a neighbour in its block may hold it in memory.
    this.#youngBytes += bytes.length + LEAF_OVERHEAD_BYTES;
    if (this.#youngBytes <= this.#leafBytesMax) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}

/** A number for depth and path, different for each place; undefined for one too deep. */
function placeOf(key: Uint8Array): number | undefined {
  const depth = key[DEPTH_OFFSET] as number;
  if (depth > DEPTH_CACHED_MAX) return undefined;
  // A one before the nibbles tells lengths apart: 1, 1n, 1nn, …
  let place = 1;
  const whole = depth >> 1;
  for (let i = 1; i <= whole; i++) place = place * 256 + (key[DEPTH_OFFSET + i] as number);
  if ((depth & 1) === 1) place = place * 16 + ((key[DEPTH_OFFSET + 1 + whole] as number) >> 4);
  return place;
}

function versionOf(key: Uint8Array): number {
  const high = readWord(key, 0);
  return high * TWO_POW_32 + readWord(key, 4);
}

function readWord(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  return high * 0x1_0000 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
}
