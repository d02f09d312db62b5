import { TABLES } from '../store-port.ts';
import type { RangeOptions, Store, StoreReader, StoreTransaction, Table } from '../store-port.ts';
import { MemoryTable } from './memory-table.ts';
import { MemoryTransaction, MemoryView, tableOf } from './memory-view.ts';
import type { MemoryTables } from './memory-view.ts';

/** The commit at which a `MemoryStore` was told to crash. */
export class StoreCrash extends Error {
  override readonly name = 'StoreCrash';
}

/**
 * A `Store` in memory for tests and simulations, with the promises of the one on disk: a commit is whole or absent, and
 * nothing handed out changes later.
 *
 * To simulate a crash, `crashAt(n, …)` lets the n-th commit from now throw `StoreCrash`, just before or just after it
 * became durable. From then on every call throws; `reopen()` gives a new store with what a disk would hold.
 */
export class MemoryStore implements Store, Disposable {
  #tables: MemoryTables;
  /** Tables that somebody is looking at, and how many do: they are copied before they change. */
  readonly #pins = new Map<MemoryTable, number>();
  #writing = false;
  #state: 'open' | 'crashed' | 'closed' = 'open';
  #crash: { readonly commit: number; readonly when: 'before' | 'after' } | undefined;
  #commits = 0;

  constructor(tables?: MemoryTables) {
    this.#tables = tables ?? new Map(TABLES.map((table) => [table, new MemoryTable()]));
  }

  /** Commits that became durable in this instance. */
  get commits(): number {
    return this.#commits;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    this.#beginRead();
    return new MemoryView(this.#tables).get(table, key);
  }

  has(table: Table, key: Uint8Array): boolean {
    this.#beginRead();
    return new MemoryView(this.#tables).has(table, key);
  }

  *range(
    table: Table,
    options: RangeOptions = {},
  ): Generator<readonly [Uint8Array, Uint8Array], void, undefined> {
    this.#beginRead();
    const unpin = this.#pin([tableOf(this.#tables, table)]);
    try {
      for (const entry of new MemoryView(this.#tables).range(table, options)) {
        yield entry;
        this.#requireOpen();
      }
    } finally {
      unpin();
    }
  }

  commit(write: (transaction: StoreTransaction) => void): void {
    this.#requireOpen();
    if (this.#writing) throw new Error('a transaction was begun inside another');
    const transaction = new MemoryTransaction(this.#tables);
    this.#writing = true;
    try {
      const result: unknown = write(transaction);
      if (typeof (result as { then?: unknown } | undefined)?.then === 'function') {
        throw new TypeError('a transaction must be synchronous');
      }
    } finally {
      this.#writing = false;
      transaction.end();
    }
    const crashes = this.#crash?.commit === this.#commits + 1 ? this.#crash.when : undefined;
    if (crashes === 'before') this.#die();
    const tables = new Map(this.#tables);
    for (const [table, changes] of transaction.changes) {
      const stored = tableOf(this.#tables, table);
      if (this.#pins.has(stored)) tables.set(table, stored.with(changes));
      else stored.apply(changes);
    }
    this.#tables = tables;
    this.#commits += 1;
    if (crashes === 'after') this.#die();
  }

  snapshot(): StoreReader & Disposable {
    this.#beginRead();
    const view = new MemoryView(this.#tables);
    const unpin = this.#pin([...this.#tables.values()]);
    let open = true;
    const reader = (): StoreReader => {
      if (!open) throw new Error('a snapshot was used after its end');
      return view;
    };
    return {
      get: (table, key) => reader().get(table, key),
      has: (table, key) => reader().has(table, key),
      *range(table, options) {
        for (const entry of reader().range(table, options)) {
          yield entry;
          reader();
        }
      },
      [Symbol.dispose]: () => {
        if (open) unpin();
        open = false;
      },
    };
  }

  close(): void {
    this.#state = 'closed';
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The `nth` commit from now, counted from 1, crashes before or after it is durable. */
  crashAt(nth: number, when: 'before' | 'after'): void {
    this.#crash = { commit: this.#commits + nth, when };
  }

  /** A store with all that is durable. This one is closed. */
  reopen(): MemoryStore {
    this.#state = 'closed';
    const none = new Map();
    return new MemoryStore(
      new Map([...this.#tables].map(([table, stored]) => [table, stored.with(none)])),
    );
  }

  #pin(tables: readonly MemoryTable[]): () => void {
    for (const table of tables) this.#pins.set(table, (this.#pins.get(table) ?? 0) + 1);
    return () => {
      for (const table of tables) {
        const count = (this.#pins.get(table) ?? 0) - 1;
        if (count > 0) this.#pins.set(table, count);
        else this.#pins.delete(table);
      }
    };
  }

  #die(): never {
    this.#state = 'crashed';
    throw new StoreCrash('the store crashed, as it was told to');
  }

  #beginRead(): void {
    this.#requireOpen();
    if (this.#writing) throw new Error('inside a transaction, read through the transaction');
  }

  #requireOpen(): void {
    if (this.#state === 'crashed') throw new StoreCrash('the store crashed before');
    if (this.#state === 'closed') throw new Error('the store is closed');
  }
}
