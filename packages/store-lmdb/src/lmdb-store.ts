import { join } from 'node:path';
import { readU32be, readU64be, u32be, u64be } from '@hefu/bytes';
import type { RangeOptions, Store, StoreReader, StoreTransaction, Table } from '@hefu/ledger';
import { DATABASE_FILE } from './environment.ts';
import type { Environment } from './environment.ts';
import { StoreError } from './errors.ts';
import { storeErrorOf } from './failure.ts';
import { ensureDirectory } from './files.ts';
import { writeFormat } from './format.ts';
import type { SegmentReader } from './segments/segment-reader.ts';
import type { SegmentEnd, SegmentWriter } from './segments/segment-writer.ts';
import { TableReader } from './table-reader.ts';
import type { ReadAccess } from './table-reader.ts';
import { LmdbTransaction } from './transaction.ts';

/** What an operator wants to see of a store. Sizes in bytes. */
export interface StoreStats {
  readonly path: string;
  readonly readOnly: boolean;
  /** Address space reserved; not disk. */
  readonly mapSizeBytes: number;
  /** Of the database file: in use or free for reuse. */
  readonly databaseBytes: number;
  readonly segments: number;
  readonly segmentBytes: number;
  /** Transactions since the store was made. */
  readonly transactions: number;
  /** Slots taken by readers, in all threads and processes. */
  readonly readers: number;
}

/** The parts a store is put together from; `openStore` does it. */
export interface StoreParts {
  readonly directory: string;
  readonly environment: Environment;
  readonly segmentReader: SegmentReader;
  /** Absent when the store is only read. */
  readonly writer?: { readonly segments: SegmentWriter; readonly lock: Disposable };
}

/** Ends of the segments lie in the store's own table under this byte and the segment's number. */
const SEGMENT_END = 1;

/**
 * A ledger's store on LMDB, with large values in segments. Synchronous throughout: a read is a look into mapped memory.
 *
 * A read outside a transaction sees the newest commit as of the beginning of the current run of JavaScript (until the
 * stack is empty), so that the reads of one function agree; the next run sees what was committed meanwhile, by whatever
 * thread or process.
 */
export class LmdbStore implements Store, Disposable {
  readonly #parts: StoreParts;
  readonly #reader: TableReader;
  #fresh = false;
  #writing = false;
  #closed = false;
  #failure: StoreError | undefined;
  readonly #snapshots = new Set<Disposable>();

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#reader = new TableReader({ ...this.#access(), begin: () => this.#beginRead() });
  }

  /** Throws `store-damaged` when a large value is not what was written. */
  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#reader.get(table, key);
  }

  has(table: Table, key: Uint8Array): boolean {
    return this.#reader.has(table, key);
  }

  /** Walks lazily over one view of the table. End the walk (or let `for … of` do it): it pins old pages. */
  range(table: Table, options?: RangeOptions): Iterable<readonly [Uint8Array, Uint8Array]> {
    return this.#reader.range(table, options);
  }

  /**
   * Runs `write` in one transaction; it must be synchronous. All of it is on disk when this returns.
   * What `write` throws is thrown on, with nothing written. Throws `store-full` with nothing written, and the store
   * goes on; `store-failed` with nothing written, and the store refuses every further commit; `store-read-only`.
   */
  commit(write: (transaction: StoreTransaction) => void): void {
    const { segments } = this.#beginWrite();
    const { environment, directory } = this.#parts;
    const transaction = new LmdbTransaction(
      new TableReader({ ...this.#access(), begin: () => undefined }),
      environment.tables,
      segments,
    );
    let thrownByCaller = false;
    this.#writing = true;
    try {
      environment.transact(() => {
        try {
          requireSynchronous(write(transaction));
        } catch (error) {
          thrownByCaller = true;
          throw error;
        } finally {
          transaction.end();
        }
        recordEnds(environment, segments.sync());
      });
      segments.committed();
    } catch (error) {
      const diskFailure = segments.failure;
      segments.rollback();
      // A segment that was cut or taken away may have been opened by a read inside the transaction.
      this.#parts.segmentReader.close();
      if (diskFailure === undefined && thrownByCaller) throw error;
      throw this.#failed(storeErrorOf(diskFailure ?? error, directory));
    } finally {
      this.#writing = false;
    }
  }

  snapshot(): StoreReader & Disposable {
    this.#requireOpen();
    if (this.#writing) {
      throw new StoreError('store-misuse', 'a snapshot was asked for inside a transaction');
    }
    const pinned = this.#parts.environment.pin();
    let open = true;
    const begin = (): void => {
      if (!open) throw new StoreError('store-closed', 'a snapshot was used after its end');
    };
    const reader = new TableReader({
      ...this.#access(),
      transaction: pinned,
      begin,
      requireOpen: begin,
    });
    const snapshot: StoreReader & Disposable = {
      get: (table, key) => reader.get(table, key),
      has: (table, key) => reader.has(table, key),
      range: (table, options) => reader.range(table, options),
      [Symbol.dispose]: () => {
        if (!open) return;
        open = false;
        this.#snapshots.delete(snapshot);
        reader.endWalks();
        pinned.done();
      },
    };
    this.#snapshots.add(snapshot);
    return snapshot;
  }

  /**
   * Copies one moment of the store's tables into `directory`, which is new, as a database with its `format.json`: a store that lacks
   * its segments. They are append-only, so that whoever needs them takes each up to the end that `segmentEnds` of the copy names.
   */
  async copyTables(directory: string): Promise<void> {
    this.#requireOpen();
    ensureDirectory(directory);
    await this.#parts.environment.copyTo(join(directory, DATABASE_FILE));
    writeFormat(directory);
  }

  /** Ends of all segments as the newest commit knows them, in order: bytes up to there never change. */
  segmentEnds(): readonly SegmentEnd[] {
    this.#requireOpen();
    return readSegmentEnds(this.#parts.environment);
  }

  stats(): StoreStats {
    this.#requireOpen();
    const { directory, environment, writer } = this.#parts;
    const figures = environment.figures();
    const ends = readSegmentEnds(environment);
    return {
      path: directory,
      readOnly: writer === undefined,
      mapSizeBytes: figures.mapSizeBytes,
      databaseBytes: figures.pages * figures.pageBytes,
      segments: ends.length,
      segmentBytes: ends.reduce((sum, { endBytes }) => sum + endBytes, 0),
      transactions: figures.transactions,
      readers: figures.readers,
    };
  }

  /** Closes snapshots too. Further calls throw `store-closed`; closing again does nothing. */
  close(): void {
    if (this.#closed) return;
    if (this.#writing) {
      throw new StoreError('store-misuse', 'a store was closed inside a transaction');
    }
    this.#closed = true;
    for (const snapshot of this.#snapshots) snapshot[Symbol.dispose]();
    this.#reader.endWalks();
    const { environment, segmentReader, writer } = this.#parts;
    segmentReader.close();
    writer?.segments.close();
    environment.close();
    writer?.lock[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #access(): Omit<ReadAccess, 'begin'> {
    const { environment, segmentReader, writer } = this.#parts;
    return {
      environment,
      requireOpen: () => {
        this.#requireOpen();
      },
      writing: () => this.#writing,
      readSegment: (pointer) => {
        if (this.#writing) writer?.segments.flush();
        return segmentReader.read(pointer);
      },
    };
  }

  #beginRead(): void {
    this.#requireOpen();
    if (this.#writing) {
      throw new StoreError('store-misuse', 'inside a transaction, read through the transaction');
    }
    if (this.#fresh) return;
    this.#fresh = true;
    this.#parts.environment.refresh();
    queueMicrotask(() => {
      this.#fresh = false;
    });
  }

  #beginWrite(): { readonly segments: SegmentWriter } {
    this.#requireOpen();
    const { directory, writer } = this.#parts;
    if (writer === undefined) {
      throw new StoreError('store-read-only', `${directory} was opened for reading`, {
        path: directory,
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#writing) {
      throw new StoreError('store-misuse', 'a transaction was begun inside another');
    }
    return writer;
  }

  #requireOpen(): void {
    if (!this.#closed) return;
    throw new StoreError('store-closed', `the store in ${this.#parts.directory} is closed`);
  }

  /** After a failure that leaves LMDB unusable, or of unknown kind, nothing is written any more. */
  #failed(error: StoreError): StoreError {
    let failure = error;
    if (failure.code === 'store-full') {
      try {
        this.#parts.environment.requireUsable();
        return failure;
      } catch (cause) {
        failure = storeErrorOf(cause, this.#parts.directory);
      }
    }
    this.#failure = failure;
    return failure;
  }
}

/** Ends of all segments as the newest commit knows them, in order. */
export function readSegmentEnds(environment: Environment): SegmentEnd[] {
  const ends: SegmentEnd[] = [];
  const bounds = { start: Uint8Array.of(SEGMENT_END), end: Uint8Array.of(SEGMENT_END + 1) };
  for (const { key, value } of environment.own.getRange(bounds)) {
    const segment = readU32be(key, 1);
    const endBytes = readU64be(value);
    if (segment === undefined || endBytes === undefined) {
      throw new StoreError('store-damaged', 'the record of the segments is not readable');
    }
    ends.push({ segment, endBytes });
  }
  return ends;
}

function recordEnds(environment: Environment, ends: readonly SegmentEnd[]): void {
  for (const { segment, endBytes } of ends) {
    environment.own.putSync(Uint8Array.of(SEGMENT_END, ...u32be(segment)), u64be(endBytes));
  }
}

function requireSynchronous(result: unknown): void {
  if (typeof (result as { then?: unknown } | undefined)?.then !== 'function') return;
  throw new StoreError('store-misuse', 'a transaction must be synchronous');
}
