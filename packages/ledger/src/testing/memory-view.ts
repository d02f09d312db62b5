import type { RangeOptions, StoreReader, StoreTransaction, Table } from '../store-port.ts';
import { fromText, mergeKeys, toText } from './memory-table.ts';
import type { MemoryTable, TableChanges } from './memory-table.ts';

export type MemoryTables = ReadonlyMap<Table, MemoryTable>;

/** Longest key, as in the store on disk: what is too long there is too long here. */
const KEY_BYTES_MAX = 1978;

/** Reads one state of the tables; keys and values handed out are copies. */
export class MemoryView implements StoreReader {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return tableOf(this.#tables, table).get(keyText(key))?.slice();
  }

  has(table: Table, key: Uint8Array): boolean {
    return tableOf(this.#tables, table).has(keyText(key));
  }

  range(table: Table, options: RangeOptions = {}): Iterable<readonly [Uint8Array, Uint8Array]> {
    const stored = tableOf(this.#tables, table);
    return walk(stored.keys(options), options, (key) => stored.get(key));
  }
}

/** Reads the same through the changes that a transaction has made so far. */
export class MemoryTransaction implements StoreTransaction {
  readonly changes = new Map<Table, Map<string, Uint8Array | null>>();
  readonly #tables: MemoryTables;
  #open = true;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#find(table, keyText(key))?.slice();
  }

  has(table: Table, key: Uint8Array): boolean {
    return this.#find(table, keyText(key)) !== undefined;
  }

  range(table: Table, options: RangeOptions = {}): Iterable<readonly [Uint8Array, Uint8Array]> {
    this.#requireOpen();
    const changes: TableChanges = new Map(this.changes.get(table));
    const keys = mergeKeys(tableOf(this.#tables, table).keys(options), changes, options);
    return walk(keys, options, (key) => this.#find(table, key));
  }

  put(table: Table, key: Uint8Array, value: Uint8Array): void {
    this.#change(table, keyText(key), value.slice());
  }

  delete(table: Table, key: Uint8Array): void {
    this.#change(table, keyText(key), null);
  }

  end(): void {
    this.#open = false;
  }

  #find(table: Table, key: string): Uint8Array | undefined {
    this.#requireOpen();
    const changed = this.changes.get(table)?.get(key);
    if (changed !== undefined) return changed ?? undefined;
    return tableOf(this.#tables, table).get(key);
  }

  #change(table: Table, key: string, value: Uint8Array | null): void {
    this.#requireOpen();
    const changed = this.changes.get(table);
    if (changed === undefined) this.changes.set(table, new Map([[key, value]]));
    else changed.set(key, value);
  }

  #requireOpen(): void {
    if (!this.#open) throw new Error('a transaction was used after its end');
  }
}

export function tableOf(tables: MemoryTables, table: Table): MemoryTable {
  const found = tables.get(table);
  if (found === undefined) throw new Error(`there is no table ${table}`);
  return found;
}

function* walk(
  keys: Iterable<string>,
  options: RangeOptions,
  find: (key: string) => Uint8Array | undefined,
): Generator<readonly [Uint8Array, Uint8Array], void, undefined> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  for (const key of keys) {
    const value = find(key);
    if (value === undefined) continue;
    yield [fromText(key), value.slice()];
    left -= 1;
    if (left <= 0) return;
  }
}

function keyText(key: Uint8Array): string {
  if (key.length === 0 || key.length > KEY_BYTES_MAX) {
    throw new RangeError(`a key has 1 to ${KEY_BYTES_MAX} bytes, not ${key.length}`);
  }
  return toText(key);
}
