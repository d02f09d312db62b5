import type { RangeOptions, StoreTransaction, Table } from '@hefu/ledger';
import type { Tree } from './environment.ts';
import { StoreError } from './errors.ts';
import {
  INLINE_BYTES_MAX,
  SEGMENTED_TABLES,
  VALUE_BYTES_MAX,
  WALK_PAGE_ENTRIES,
} from './limits.ts';
import { encodePointer, INLINE_HEAD_BYTES, writeInlineHead } from './segments/pointer.ts';
import type { SegmentWriter } from './segments/segment-writer.ts';
import { requireKey } from './table-reader.ts';
import type { TableReader, WalkOptions } from './table-reader.ts';

const SEGMENTED: ReadonlySet<Table> = new Set(SEGMENTED_TABLES);

/** Values up to this size go through one buffer. */
const SHORT_VALUE_BYTES_MAX = 16 * 1024;
/**
 * Inside a transaction lmdb has taken a value over when `putSync` returns, so one buffer serves all. It asks for the
 * address of each ArrayBuffer that it has not met, by a call out, which costs more than copying a short value (measured).
 */
const shortValue = new Uint8Array(INLINE_HEAD_BYTES + SHORT_VALUE_BYTES_MAX);

/** What `commit` hands to its callback. It is dead once the callback returns. */
export class LmdbTransaction implements StoreTransaction {
  readonly #reader: TableReader;
  readonly #tables: Readonly<Record<Table, Tree>>;
  readonly #segments: SegmentWriter;
  #open = true;

  constructor(reader: TableReader, tables: Readonly<Record<Table, Tree>>, segments: SegmentWriter) {
    this.#reader = reader;
    this.#tables = tables;
    this.#segments = segments;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    this.#requireOpen();
    return this.#reader.get(table, key);
  }

  has(table: Table, key: Uint8Array): boolean {
    this.#requireOpen();
    return this.#reader.has(table, key);
  }

  /**
   * Entries are fetched some at a time, so that the caller may delete or put in the same table while it walks. Changes
   * beyond the entry in hand may or may not be met.
   */
  *range(
    table: Table,
    options: RangeOptions = {},
  ): Generator<readonly [Uint8Array, Uint8Array], void, undefined> {
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    let bounds: WalkOptions = options;
    while (left > 0) {
      this.#requireOpen();
      const limit = Math.min(left, WALK_PAGE_ENTRIES);
      const page = [...this.#reader.range(table, { ...bounds, limit })];
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < limit) return;
      left -= page.length;
      const edge = last[0];
      bounds = options.reverse === true ? { ...bounds, to: edge } : { ...bounds, after: edge };
    }
  }

  put(table: Table, key: Uint8Array, value: Uint8Array): void {
    this.#requireOpen();
    requireKey(key);
    if (value.length > VALUE_BYTES_MAX) {
      throw new StoreError(
        'store-value-size',
        `a value has at most ${VALUE_BYTES_MAX} bytes, not ${value.length}`,
        { table, valueBytes: value.length },
      );
    }
    this.#tables[table].putSync(key, SEGMENTED.has(table) ? this.#recordOf(value) : short(value));
  }

  delete(table: Table, key: Uint8Array): void {
    this.#requireOpen();
    requireKey(key);
    this.#tables[table].removeSync(key);
  }

  /** No call reaches the database after this. */
  end(): void {
    this.#open = false;
  }

  #recordOf(value: Uint8Array): Uint8Array {
    if (value.length > INLINE_BYTES_MAX) return encodePointer(this.#segments.append(value));
    writeInlineHead(shortValue);
    shortValue.set(value, INLINE_HEAD_BYTES);
    return shortValue.subarray(0, INLINE_HEAD_BYTES + value.length);
  }

  #requireOpen(): void {
    if (this.#open) return;
    throw new StoreError('store-misuse', 'a transaction was used after its end');
  }
}

function short(value: Uint8Array): Uint8Array {
  if (value.length === 0 || value.length > SHORT_VALUE_BYTES_MAX) return value;
  shortValue.set(value);
  return shortValue.subarray(0, value.length);
}
