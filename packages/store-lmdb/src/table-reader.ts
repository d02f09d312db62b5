import type { RangeOptions, StoreReader, Table } from '@hefu/ledger';
import type { Environment, ReadTransaction, Tree, TreeRange } from './environment.ts';
import { StoreError } from './errors.ts';
import { readErrorOf } from './failure.ts';
import { KEY_BYTES_MAX, SEGMENTED_TABLES } from './limits.ts';
import { decodeRecord } from './segments/pointer.ts';
import type { SegmentPointer } from './segments/pointer.ts';

/** Smallest key there is: no key is empty. */
const FIRST_KEY = Uint8Array.of(0);
const SEGMENTED: ReadonlySet<Table> = new Set(SEGMENTED_TABLES);

/** How a reader reaches the data. */
export interface ReadAccess {
  readonly environment: Environment;
  /** The view to read; without one the newest commit, or inside a transaction what it wrote so far. */
  readonly transaction?: ReadTransaction | undefined;
  /** Called before every read: says no when the reader may not be used (any more). */
  readonly begin: () => void;
  /** The part of `begin` that a walk asks at each of its steps. */
  readonly requireOpen: () => void;
  readonly readSegment: (pointer: SegmentPointer) => Uint8Array;
  /** True while this thread writes: LMDB then answers `get` from the write transaction, whatever it is asked for. */
  readonly writing: () => boolean;
}

/** A range, or the rest of one: what comes after a key that was handed out. */
export interface WalkOptions extends RangeOptions {
  readonly after?: Uint8Array;
}

/** Reads tables. Every value and key handed out is in memory of its own. */
export class TableReader implements StoreReader {
  readonly #access: ReadAccess;
  readonly #walks = new Set<Iterator<unknown>>();
  readonly #options: { transaction?: ReadTransaction } | undefined;

  constructor(access: ReadAccess) {
    this.#access = access;
    this.#options =
      access.transaction === undefined ? undefined : { transaction: access.transaction };
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    requireKey(key);
    this.#access.begin();
    const stored = this.#stored(this.#access.environment.tables[table], key);
    return stored === undefined ? undefined : this.#valueOf(table, stored);
  }

  has(table: Table, key: Uint8Array): boolean {
    requireKey(key);
    this.#access.begin();
    const tree = this.#access.environment.tables[table];
    if (this.#options !== undefined && this.#access.writing()) {
      return this.#stored(tree, key) !== undefined;
    }
    return this.#lookUp(tree, key) !== undefined;
  }

  *range(
    table: Table,
    options: WalkOptions = {},
  ): Generator<readonly [Uint8Array, Uint8Array], void, undefined> {
    this.#access.begin();
    const bounds = treeRangeOf(options);
    if (bounds === undefined) return;
    if (this.#options !== undefined) Object.assign(bounds, this.#options);
    const entries = this.#access.environment.tables[table].getRange(bounds);
    const walk = entries[Symbol.iterator]();
    this.#walks.add(walk);
    try {
      for (let step = stepOf(walk); step.done !== true; step = stepOf(walk)) {
        yield [plain(step.value.key), this.#valueOf(table, plain(step.value.value))];
        // The caller had its turn, and may have closed what is being walked over.
        this.#access.requireOpen();
      }
    } finally {
      this.#walks.delete(walk);
      walk.return?.();
    }
  }

  /** Gives up LMDB's cursors, which have to be closed before their transaction ends. */
  endWalks(): void {
    for (const walk of this.#walks) walk.return?.();
    this.#walks.clear();
  }

  #stored(tree: Tree, key: Uint8Array): Uint8Array | undefined {
    if (this.#options !== undefined && this.#access.writing()) {
      const bounds = { ...this.#options, start: key, limit: 1 };
      for (const entry of tree.getRange(bounds)) {
        return Buffer.compare(entry.key, key) === 0 ? plain(entry.value) : undefined;
      }
      return undefined;
    }
    const view = this.#lookUp(tree, key);
    return view === undefined ? undefined : copyOf(view, tree.lastSize);
  }

  #lookUp(tree: Tree, key: Uint8Array): Buffer | undefined {
    try {
      return tree.getBinaryFast(key, this.#options);
    } catch (error) {
      throw readErrorOf(error);
    }
  }

  #valueOf(table: Table, stored: Uint8Array): Uint8Array {
    if (!SEGMENTED.has(table)) return stored;
    const record = decodeRecord(stored);
    if (record === undefined) {
      throw new StoreError('store-damaged', `a record in table ${table} has no known form`, {
        table,
      });
    }
    return 'inline' in record ? record.inline : this.#access.readSegment(record.pointer);
  }
}

function stepOf<T>(walk: Iterator<T>): IteratorResult<T> {
  try {
    return walk.next();
  } catch (error) {
    throw readErrorOf(error);
  }
}

/** Undefined when the range is empty by its bounds. */
export function treeRangeOf(options: WalkOptions): TreeRange | undefined {
  const { after, from = FIRST_KEY, to, reverse = false, limit } = options;
  if (limit !== undefined && limit <= 0) return undefined;
  const lower = after ?? (from.length === 0 ? FIRST_KEY : from);
  if (to !== undefined && (to.length === 0 || Buffer.compare(lower, to) >= 0)) return undefined;
  requireKey(lower);
  if (to !== undefined) requireKey(to);
  const range: TreeRange = reverse
    ? { reverse, end: lower, inclusiveEnd: true }
    : { start: lower, exclusiveStart: after !== undefined };
  if (to !== undefined && reverse) Object.assign(range, { start: to, exclusiveStart: true });
  if (to !== undefined && !reverse) range.end = to;
  if (limit !== undefined) range.limit = limit;
  return range;
}

export function requireKey(key: Uint8Array): void {
  if (key.length > 0 && key.length <= KEY_BYTES_MAX) return;
  throw new StoreError(
    'store-key-size',
    `a key has 1 to ${KEY_BYTES_MAX} bytes, not ${key.length}`,
    {
      keyBytes: key.length,
    },
  );
}

/**
 * A copy of the first bytes of lmdb's buffer. A plain array, not a Buffer: `slice` of a Buffer would not copy. The
 * view's own `length` cannot be trusted: lmdb overrides it.
 */
function copyOf(view: Buffer, lengthBytes: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, lengthBytes).slice();
}

/** The same memory, which nothing else uses, without a Buffer's methods. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
