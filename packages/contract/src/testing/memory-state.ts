import { compareBytes, toHex, utf8Encode } from '@hefu/bytes';
import type { ScanOptions, StatePort } from '../state-port.ts';

/** What became due, or will. */
export interface Scheduled {
  readonly atMs: number;
  readonly contract: string;
  readonly id: string;
  readonly payload: Uint8Array;
}

/** Stands between the parts of a map's keys; no name and no well-formed id holds it. */
const SEPARATOR = '\u0000';
/** How a part is told from another that only begins alike. */
const join = (...parts: readonly string[]): string => parts.join(SEPARATOR);

/** State in memory. A fork takes over what there is and is compared, adopted or thrown away. */
export class MemoryState implements StatePort {
  readonly #values: Map<string, Uint8Array>;
  readonly #indexes: Set<string>;
  readonly #scheduled: Map<string, Scheduled>;

  private constructor(from?: MemoryState) {
    this.#values = new Map(from?.values());
    this.#indexes = new Set(from?.indexEntries());
    this.#scheduled = new Map(from?.scheduled());
  }

  static empty(): MemoryState {
    return new MemoryState();
  }

  fork(): MemoryState {
    return new MemoryState(this);
  }

  get(contract: string, collection: string, key: string): Uint8Array | undefined {
    return this.#values.get(join(contract, collection, key));
  }

  put(contract: string, collection: string, key: string, value: Uint8Array): void {
    this.#values.set(join(contract, collection, key), value);
  }

  delete(contract: string, collection: string, key: string): void {
    this.#values.delete(join(contract, collection, key));
  }

  indexPut(contract: string, collection: string, index: string, value: string, key: string): void {
    this.#indexes.add(join(contract, collection, index, value, key));
  }

  indexDelete(
    contract: string,
    collection: string,
    index: string,
    value: string,
    key: string,
  ): void {
    this.#indexes.delete(join(contract, collection, index, value, key));
  }

  scan(
    contract: string,
    collection: string,
    index: string,
    value: string,
    options: ScanOptions,
  ): readonly string[] {
    const prefix = join(contract, collection, index, value, '');
    const keys = [...this.#indexes]
      .filter((entry) => entry.startsWith(prefix))
      .map((entry) => ({ key: entry.slice(prefix.length), bytes: utf8Encode(entry) }))
      .toSorted((a, b) => compareBytes(a.bytes, b.bytes))
      .map(({ key }) => key);
    const after = options.after === undefined ? undefined : utf8Encode(options.after);
    return keys
      .filter((key) => after === undefined || compareBytes(utf8Encode(key), after) > 0)
      .slice(0, options.limit);
  }

  schedule(atMs: number, contract: string, id: string, payload: Uint8Array): void {
    this.#scheduled.set(join(contract, id), { atMs, contract, id, payload });
  }

  cancel(contract: string, id: string): void {
    this.#scheduled.delete(join(contract, id));
  }

  /** What is due at `timeMs`, by time, then contract, then id. */
  due(timeMs: number): readonly Scheduled[] {
    return [...this.#scheduled.values()]
      .filter(({ atMs }) => atMs <= timeMs)
      .toSorted(
        (a, b) => a.atMs - b.atMs || compareText(a.contract, b.contract) || compareText(a.id, b.id),
      );
  }

  values(): Iterable<readonly [string, Uint8Array]> {
    return this.#values;
  }

  indexEntries(): Iterable<string> {
    return this.#indexes;
  }

  scheduled(): Iterable<readonly [string, Scheduled]> {
    return this.#scheduled;
  }

  /** Keys of a collection, sorted, with their values. */
  collection(contract: string, name: string): readonly (readonly [string, Uint8Array])[] {
    const prefix = join(contract, name, '');
    return [...this.#values]
      .filter(([place]) => place.startsWith(prefix))
      .map(([place, value]) => [place.slice(prefix.length), value] as const)
      .toSorted(([a], [b]) => compareText(a, b));
  }

  /** Everything in it as sorted text: two states are the same when these are. */
  dump(): readonly string[] {
    const show = (text: string): string => text.replaceAll(SEPARATOR, ' / ');
    return [
      ...[...this.#values].map(([key, value]) => `value ${show(key)} = ${toHex(value)}`),
      ...[...this.#indexes].map((entry) => `index ${show(entry)}`),
      ...[...this.#scheduled.values()].map(
        ({ atMs, contract, id, payload }) =>
          `due ${contract} / ${id} at ${atMs} = ${toHex(payload)}`,
      ),
    ].toSorted(compareText);
  }
}

function compareText(a: string, b: string): number {
  return compareBytes(utf8Encode(a), utf8Encode(b));
}
