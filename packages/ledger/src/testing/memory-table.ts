import type { RangeOptions } from '../store-port.ts';

/** Changes to a table by key; `null` deletes. */
export type TableChanges = ReadonlyMap<string, Uint8Array | null>;

/**
 * One table of a `MemoryStore`: byte keys in order. Keys are held as strings of one character a byte, whose own order
 * is the bytes' order.
 */
export class MemoryTable {
  readonly #values: Map<string, Uint8Array>;
  /** All keys in order; undefined after a change, until it is asked for. It only ever grows at its end. */
  #order: string[] | undefined;

  constructor(values: Map<string, Uint8Array> = new Map()) {
    this.#values = values;
  }

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** The keys of a range, in the order of the walk. `limit` is the caller's to count. */
  *keys(options: RangeOptions): Generator<string, void, undefined> {
    this.#order ??= [...this.#values.keys()].toSorted(compareText);
    const order = this.#order;
    const start = options.from === undefined ? 0 : position(order, toText(options.from));
    const end = options.to === undefined ? order.length : position(order, toText(options.to));
    for (let step = 0; step < end - start; step += 1) {
      const key = order[options.reverse === true ? end - 1 - step : start + step];
      if (key !== undefined) yield key;
    }
  }

  /** A table with the changes made. This one stays as it is. */
  with(changes: TableChanges): MemoryTable {
    const table = new MemoryTable(new Map(this.#values));
    table.apply(changes);
    return table;
  }

  /** Makes the changes in place: for a table that nobody else looks at. */
  apply(changes: TableChanges): void {
    const added: string[] = [];
    let deleted = false;
    for (const [key, value] of changes) {
      const known = this.#values.has(key);
      if (value === null) {
        deleted ||= known;
        this.#values.delete(key);
      } else {
        if (!known) added.push(key);
        this.#values.set(key, value);
      }
    }
    if (this.#order === undefined) return;
    // A ledger's keys mostly grow, so that sorting everything anew after each block is rarely needed.
    added.sort(compareText);
    const last = this.#order.at(-1);
    const [first] = added;
    const growing = first === undefined || last === undefined || first > last;
    if (deleted || !growing) this.#order = undefined;
    else this.#order.push(...added);
  }
}

/** Merges the keys of a walk with those that a transaction changed, in the order of the walk. */
export function* mergeKeys(
  stored: Iterable<string>,
  changes: TableChanges,
  options: RangeOptions,
): Generator<string, void, undefined> {
  const sign = options.reverse === true ? -1 : 1;
  const from = options.from === undefined ? '' : toText(options.from);
  const to = options.to === undefined ? undefined : toText(options.to);
  const changed = [...changes.keys()]
    .filter((key) => key >= from && (to === undefined || key < to))
    .toSorted((left, right) => sign * compareText(left, right));
  let next = 0;
  for (const key of stored) {
    for (;;) {
      const other = changed[next];
      if (other === undefined || sign * compareText(other, key) > 0) break;
      next += 1;
      if (other !== key) yield other;
    }
    yield key;
  }
  yield* changed.slice(next);
}

export function toText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function fromText(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Where `key` stands in the order, or would stand. */
function position(order: readonly string[], key: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
