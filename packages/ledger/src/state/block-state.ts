import { compareBytes, utf8Decode, utf8Encode } from '@hefu/bytes';
import type { StatePort } from '@hefu/contract';
import { MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import {
  DUE_START,
  dueEnd,
  dueIdKey,
  dueKey,
  indexPrefix,
  numberKey,
  numberOfKey,
  parseDueKey,
  prefixEnd,
} from '../keys.ts';
import type { StoreReader, StoreTransaction } from '../store-port.ts';
import { META_DERIVED } from '../meta-keys.ts';
import { DerivedSum } from './derived-sum.ts';
import { JournaledMap } from './journaled-map.ts';
import { splitStatePath, statePath } from './path.ts';
import type { StatePath } from './path.ts';

/** Reads a committed value by its path. */
export type CommittedValue = (path: StatePath) => Uint8Array | undefined;

interface IndexChange {
  readonly rows: JournaledMap<boolean>;
  readonly prefix: Uint8Array;
}

/** Contract, collection, index, value. */
type IndexPlace = readonly [contract: string, collection: string, index: string, value: string];

interface DueChange {
  readonly timeMs: number;
  /** null when the effect was cancelled or has run. */
  readonly payload: Uint8Array | null;
}

/** A scheduled effect that has fallen due. */
export interface DueEffect {
  readonly timeMs: number;
  readonly contract: string;
  readonly id: string;
  readonly payload: Uint8Array;
}

/** Where a statement's changes begin, so that they can be undone. */
export interface StateMark {
  readonly values: number;
  readonly due: number;
  readonly indexes: number;
}

/**
 * The state as seen inside a block: what was committed, with the block's own changes over it. It is the port through which
 * contracts read and write. Nothing reaches the store before the block is sealed.
 */
export class BlockState implements StatePort {
  readonly #committed: CommittedValue;
  readonly #store: StoreReader;
  readonly #values = new JournaledMap<Uint8Array | null>();
  readonly #due = new JournaledMap<DueChange>();
  readonly #indexes = new Map<string, IndexChange>();
  #membershipVersion = 0;
  readonly #indexLog: { readonly change: IndexChange; readonly mark: number }[] = [];

  constructor(committed: CommittedValue, store: StoreReader) {
    this.#committed = committed;
    this.#store = store;
  }

  /** Changes whenever a record of membership may have: with it what was read of one before. */
  get membershipVersion(): number {
    return this.#membershipVersion;
  }

  get(contract: string, collection: string, key: string): Uint8Array | undefined {
    const path = statePath(contract, collection, key);
    const changed = this.#values.get(path);
    if (changed !== undefined) return changed ?? undefined;
    return this.#committed(path);
  }

  put(contract: string, collection: string, key: string, value: Uint8Array): void {
    this.#write(contract, collection, key, value);
  }

  delete(contract: string, collection: string, key: string): void {
    this.#write(contract, collection, key, null);
  }

  indexPut(contract: string, collection: string, index: string, value: string, key: string): void {
    this.#changeIndex([contract, collection, index, value], key, true);
  }

  indexDelete(
    contract: string,
    collection: string,
    index: string,
    value: string,
    key: string,
  ): void {
    this.#changeIndex([contract, collection, index, value], key, false);
  }

  scan(
    contract: string,
    collection: string,
    index: string,
    value: string,
    options: { readonly after?: string | undefined; readonly limit: number },
  ): string[] {
    const prefix = indexPrefix(contract, collection, index, value);
    const change = this.#indexes.get([contract, collection, index, value].join('\0'));
    const after = options.after === undefined ? undefined : utf8Encode(options.after);
    const added: Uint8Array[] = [];
    for (const [key, present] of change?.rows.entries() ?? []) {
      const bytes = utf8Encode(key);
      if (present && (after === undefined || compareBytes(bytes, after) > 0)) added.push(bytes);
    }
    added.sort(compareBytes);
    return mergeKeys(this.#committedKeys(prefix, after), added, change?.rows, options.limit);
  }

  schedule(atMs: number, contract: string, id: string, payload: Uint8Array): void {
    this.cancel(contract, id);
    this.#due.set(`${contract}\0${id}`, { timeMs: atMs, payload });
  }

  cancel(contract: string, id: string): void {
    const name = `${contract}\0${id}`;
    const changed = this.#due.get(name);
    const timeMs = changed === undefined ? this.#committedDueTime(contract, id) : changed.timeMs;
    if (timeMs === undefined) return;
    this.#due.set(name, { timeMs, payload: null });
  }

  /** Committed effects due at or before `timeMs`, in order, at most `limit`. */
  dueEffects(timeMs: number, limit: number): DueEffect[] {
    const effects: DueEffect[] = [];
    const range = { from: DUE_START, to: dueEnd(timeMs), limit };
    for (const [key, payload] of this.#store.range('due', range)) {
      effects.push({ ...parseDueKey(key), payload });
    }
    return effects;
  }

  /** Whether a committed effect still is due: none that ran before it in the block has cancelled or moved it. */
  isStillDue(effect: DueEffect): boolean {
    return !this.#due.has(`${effect.contract}\0${effect.id}`);
  }

  mark(): StateMark {
    return {
      values: this.#values.mark(),
      due: this.#due.mark(),
      indexes: this.#indexLog.length,
    };
  }

  rollback(mark: StateMark): void {
    this.#membershipVersion++;
    this.#values.rollback(mark.values);
    this.#due.rollback(mark.due);
    while (this.#indexLog.length > mark.indexes) {
      const last = this.#indexLog.pop();
      last?.change.rows.rollback(last.mark);
    }
  }

  /** The block's writes; null where a value was deleted. */
  changes(): IterableIterator<[StatePath, Uint8Array | null]> {
    return this.#values.entries();
  }

  /** Whether the block wrote to the given collection. */
  touched(contract: string, collection: string): boolean {
    for (const [path] of this.#values.entries()) {
      const parts = splitStatePath(path);
      if (parts.contract === contract && parts.collection === collection) return true;
    }
    return false;
  }

  /** Writes the derived rows (indexes, scheduled effects) and their sum; the values themselves go into the state tree. */
  writeDerived(transaction: StoreTransaction): void {
    if (this.#indexes.size === 0 && this.#due.size === 0) return;
    const sum = new DerivedSum(transaction.get('meta', META_DERIVED));
    for (const change of this.#indexes.values()) {
      for (const [key, present] of change.rows.entries()) {
        const row = joinKey(change.prefix, utf8Encode(key));
        if (transaction.has('indexes', row) === present) continue;
        sum.toggle('indexes', row, EMPTY);
        if (present) transaction.put('indexes', row, EMPTY);
        else transaction.delete('indexes', row);
      }
    }
    for (const [name, change] of this.#due.entries()) {
      const split = name.indexOf('\0');
      writeDue(transaction, sum, name.slice(0, split), name.slice(split + 1), change);
    }
    if (sum.changed) transaction.put('meta', META_DERIVED, sum.bytes);
  }

  #write(contract: string, collection: string, key: string, value: Uint8Array | null): void {
    if (contract === MEMBERSHIP_CONTRACT) this.#membershipVersion++;
    this.#values.set(statePath(contract, collection, key), value);
  }

  #committedDueTime(contract: string, id: string): number | undefined {
    const row = this.#store.get('due', dueIdKey(contract, id));
    return row === undefined ? undefined : numberOfKey(row);
  }

  #changeIndex(place: IndexPlace, key: string, present: boolean): void {
    // The value comes last: of the four it alone may hold a NUL.
    const name = place.join('\0');
    let change = this.#indexes.get(name);
    if (change === undefined) {
      change = { rows: new JournaledMap<boolean>(), prefix: indexPrefix(...place) };
      this.#indexes.set(name, change);
    }
    this.#indexLog.push({ change, mark: change.rows.mark() });
    change.rows.set(key, present);
  }

  *#committedKeys(prefix: Uint8Array, after: Uint8Array | undefined): Iterable<Uint8Array> {
    const end = prefixEnd(prefix);
    // The successor of a key in byte order is the key with a zero byte behind it.
    const from = after === undefined ? prefix : joinKey(joinKey(prefix, after), Uint8Array.of(0));
    const range = end === undefined ? { from } : { from, to: end };
    for (const [row] of this.#store.range('indexes', range)) yield row.subarray(prefix.length);
  }
}

const EMPTY = new Uint8Array(0);

/** Replaces both rows of a scheduled effect: by time, and by id. */
function writeDue(
  transaction: StoreTransaction,
  sum: DerivedSum,
  contract: string,
  id: string,
  change: DueChange,
): void {
  const idKey = dueIdKey(contract, id);
  const before = transaction.get('due', idKey);
  if (before !== undefined) {
    const timeKey = dueKey(numberOfKey(before), contract, id);
    sum.toggle('due', idKey, before);
    sum.toggle('due', timeKey, transaction.get('due', timeKey) ?? EMPTY);
    transaction.delete('due', idKey);
    transaction.delete('due', timeKey);
  }
  if (change.payload === null) return;
  const time = numberKey(change.timeMs);
  const timeKey = dueKey(change.timeMs, contract, id);
  sum.toggle('due', idKey, time);
  sum.toggle('due', timeKey, change.payload);
  transaction.put('due', idKey, time);
  transaction.put('due', timeKey, change.payload);
}

function joinKey(prefix: Uint8Array, key: Uint8Array): Uint8Array {
  const joined = new Uint8Array(prefix.length + key.length);
  joined.set(prefix);
  joined.set(key, prefix.length);
  return joined;
}

/** Two ascending lists as one, without the rows that the block removed or that stand in both. */
function mergeKeys(
  committed: Iterable<Uint8Array>,
  added: readonly Uint8Array[],
  changes: JournaledMap<boolean> | undefined,
  limit: number,
): string[] {
  const keys: string[] = [];
  let next = 0;
  const push = (bytes: Uint8Array): void => {
    const key = utf8Decode(bytes);
    if (key === undefined) throw new Error('an index row holds a key that is not UTF-8');
    keys.push(key);
  };
  for (const row of committed) {
    for (
      let bytes = added[next];
      bytes !== undefined && compareBytes(bytes, row) < 0;
      bytes = added[next]
    ) {
      if (keys.length >= limit) return keys;
      push(bytes);
      next++;
    }
    if (keys.length >= limit) return keys;
    const bytes = added[next];
    if (bytes !== undefined && compareBytes(bytes, row) === 0) continue;
    const text = utf8Decode(row);
    if (text !== undefined && changes?.get(text) === false) continue;
    push(row);
  }
  while (keys.length < limit) {
    const bytes = added[next];
    if (bytes === undefined) break;
    push(bytes);
    next++;
  }
  return keys;
}
