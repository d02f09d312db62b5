/**
 * The ledger's view of storage: named tables of ordered byte keys, read synchronously, written in one
 * atomic and durable transaction a block. Adapters live outside (`store-lmdb`); the in-memory one here serves tests
 * and simulations.
 */
export const TABLES = [
  'meta', // format version, genesis, head, sum of the derived tables
  'entries', // u64 log index → entry
  'tiles', // u8 level ‖ u64 tile → hashes
  'statements', // u64 log index → statement, output and events
  'blocks', // u64 height → time, first index, size after, state root
  'checkpoints', // u64 log size ‖ u64 height → signed note
  'state', // state-tree nodes, version first
  'stale', // u64 height → keys of the nodes that the block made stale
  'ids', // statement id → u64 log index
  'indexes', // contracts' declared indexes
  'due', // by u64 time ‖ contract ‖ id: payload of a scheduled effect; by contract ‖ id: its time
  'attachments', // digest → bytes
] as const;

export type Table = (typeof TABLES)[number];

export interface RangeOptions {
  /** First key, inclusive. */
  readonly from?: Uint8Array;
  /** End of the range, exclusive. */
  readonly to?: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface StoreReader {
  /** The value's bytes, which the caller may keep; undefined when the key is absent. */
  get(table: Table, key: Uint8Array): Uint8Array | undefined;
  has(table: Table, key: Uint8Array): boolean;
  /** Entries in byte order of the keys. With `reverse` the walk starts below `to` and goes down to `from`. */
  range(table: Table, options?: RangeOptions): Iterable<readonly [Uint8Array, Uint8Array]>;
}

export interface StoreTransaction extends StoreReader {
  put(table: Table, key: Uint8Array, value: Uint8Array): void;
  delete(table: Table, key: Uint8Array): void;
}

export interface Store extends StoreReader {
  /**
   * Runs `write` in one transaction. All of it is on disk when this returns; when `write` throws or the process dies
   * first, none of it is.
   */
  commit(write: (transaction: StoreTransaction) => void): void;
  /** A view that stays as it is while blocks are written; close it soon, it pins old pages. */
  snapshot(): StoreReader & Disposable;
  close(): void;
}
