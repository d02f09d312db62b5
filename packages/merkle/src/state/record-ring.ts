/** What an entry costs beside its bytes: object, map slot, place in the queue. A guess for V8. */
const ENTRY_OVERHEAD_BYTES = 140;
/** The share of the memory that is set aside for that, fit for records of 400 bytes. */
const OVERHEAD_SHARE = 0.25;
/** Bytes that the ring begins with; it doubles from there up to its limit. */
const BYTES_INITIAL = 64 * 1024;

interface Entry {
  readonly offset: number;
  readonly size: number;
  version: number;
}

/**
 * Records of many sizes in one array that is written round and round: the newest overwrite the
 * oldest. A new version of the same size takes the place of its forerunner, so that a tree that fits
 * stays whole. Nothing is allocated for a record but its entry.
 */
export class RecordRing {
  readonly #bytesMax: number;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Where the next record goes. */
  #head: number = 0;
  readonly #entries: Map<number, Entry> = new Map();
  /** Places and offsets in order of writing, itself a ring: what to drop next. */
  readonly #queuePlaces: Float64Array;
  readonly #queueOffsets: Float64Array;
  #queueStart: number = 0;
  #queueCount: number = 0;

  /** Takes about `bytesMax` bytes at most, entries included. */
  constructor(bytesMax: number) {
    const entriesMax = Math.floor((bytesMax * OVERHEAD_SHARE) / ENTRY_OVERHEAD_BYTES);
    this.#bytesMax = entriesMax === 0 ? 0 : Math.floor(bytesMax * (1 - OVERHEAD_SHARE));
    this.#queuePlaces = new Float64Array(entriesMax);
    this.#queueOffsets = new Float64Array(entriesMax);
  }

  /** The record, as a view that a later `set` may overwrite; undefined when not held. */
  get(place: number, version: number): Uint8Array | undefined {
    const entry = this.#entries.get(place);
    if (entry === undefined || entry.version !== version) return undefined;
    return this.#bytes.subarray(entry.offset, entry.offset + entry.size);
  }

  /** Copies a record in, unless a newer version of it is held or it is larger than all there is. */
  set(place: number, version: number, record: Uint8Array): void {
    const size = record.length;
    const present = this.#entries.get(place);
    if (present !== undefined) {
      // A reader of an earlier state must not push out what the next block needs.
      if (present.version > version) return;
      if (present.size === size) {
        present.version = version;
        this.#bytes.set(record, present.offset);
        return;
      }
      this.#entries.delete(place);
    }
    if (size > this.#bytesMax) return;
    const offset = this.#makeRoom(size);
    this.#bytes.set(record, offset);
    this.#head = offset + size;
    this.#entries.set(place, { offset, size, version });
    const end = (this.#queueStart + this.#queueCount) % this.#queuePlaces.length;
    this.#queuePlaces[end] = place;
    this.#queueOffsets[end] = offset;
    this.#queueCount++;
  }

  /** Forgets all records. */
  clear(): void {
    this.#entries.clear();
    this.#head = 0;
    this.#queueCount = 0;
  }

  /** Drops the oldest until `size` bytes are free in one piece; returns where. */
  #makeRoom(size: number): number {
    if (this.#queueCount === this.#queuePlaces.length) this.#dropOldest();
    if (this.#head + size > this.#bytes.length) this.#grow(this.#head + size);
    if (this.#head + size > this.#bytes.length) {
      // All that lies between head and end is older than what lies before the head.
      while (this.#oldestOffset() >= this.#head) this.#dropOldest();
      this.#head = 0;
    }
    // What is at or behind the head was written in the round before; the lowest comes first.
    for (let at = this.#oldestOffset(); at >= this.#head && at < this.#head + size;) {
      this.#dropOldest();
      at = this.#oldestOffset();
    }
    return this.#head;
  }

  #grow(needed: number): void {
    const size = Math.min(this.#bytesMax, Math.max(needed, 2 * this.#bytes.length, BYTES_INITIAL));
    if (size <= this.#bytes.length) return;
    const larger = new Uint8Array(size);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  /** Offset of the oldest record, −1 when there is none. */
  #oldestOffset(): number {
    return this.#queueCount === 0 ? -1 : (this.#queueOffsets[this.#queueStart] as number);
  }

  #dropOldest(): void {
    const place = this.#queuePlaces[this.#queueStart] as number;
    // Not so when a version of another size has gone to the head since.
    const isHeld = this.#entries.get(place)?.offset === this.#oldestOffset();
    if (isHeld) this.#entries.delete(place);
    this.#queueStart = (this.#queueStart + 1) % this.#queuePlaces.length;
    this.#queueCount--;
  }
}
