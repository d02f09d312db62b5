import { compareBytes, equalBytes, toHex } from '@hefu/bytes';
import type { RangeOptions, StoreReader, Table } from '../store-port.ts';
import type { Findings } from './report.ts';

/** Reads a row; what the store itself reports as damaged is a finding, and the row counts as absent. */
export function readRow(
  store: StoreReader,
  findings: Findings,
  table: Table,
  key: Uint8Array,
): Uint8Array | undefined {
  try {
    return store.get(table, key);
  } catch (error) {
    if (!isDamage(error)) throw error;
    findings.add('row-damaged', `${table}/${toHex(key)}`);
    return undefined;
  }
}

/** All rows of a table in order; ends early, with a finding, where the store says that it is damaged. */
export function* walkRows(
  store: StoreReader,
  findings: Findings,
  table: Table,
  options: RangeOptions = {},
): Generator<readonly [Uint8Array, Uint8Array], boolean> {
  let last: Uint8Array | undefined;
  try {
    for (const row of store.range(table, options)) {
      [last] = row;
      yield row;
    }
    return true;
  } catch (error) {
    if (!isDamage(error)) throw error;
    findings.add('row-damaged', `${table}, after ${last === undefined ? 'none' : toHex(last)}`);
    return false;
  }
}

/**
 * Walks a table beside what should be in it: rows are asked for in ascending order of their keys, and one that nobody asked for
 * is a finding.
 */
export class ExpectedRows {
  readonly #store: StoreReader;
  readonly #findings: Findings;
  readonly #table: Table;
  readonly #rows: Iterator<readonly [Uint8Array, Uint8Array], boolean>;
  #next: readonly [Uint8Array, Uint8Array] | undefined;
  /** The walk broke off; what is left is read row by row. */
  #broken = false;

  constructor(store: StoreReader, findings: Findings, table: Table) {
    this.#store = store;
    this.#findings = findings;
    this.#table = table;
    this.#rows = walkRows(store, findings, table);
    this.#advance();
  }

  /** The row of this key; undefined when there is none. */
  take(key: Uint8Array): Uint8Array | undefined {
    this.#skipBelow(key);
    if (this.#next !== undefined && equalBytes(this.#next[0], key)) {
      const [, value] = this.#next;
      this.#advance();
      return value;
    }
    return this.#broken ? readRow(this.#store, this.#findings, this.#table, key) : undefined;
  }

  /** The next row, when its key is below `end`. */
  takeBelow(end: Uint8Array): readonly [Uint8Array, Uint8Array] | undefined {
    const row = this.#next;
    if (row === undefined || compareBytes(row[0], end) >= 0) return undefined;
    this.#advance();
    return row;
  }

  /** Nothing more is expected. */
  finish(): void {
    while (this.#next !== undefined && !this.#findings.full) this.#reportNext();
    this.close();
  }

  /** Lets the store go. */
  close(): void {
    this.#next = undefined;
    this.#rows.return?.();
  }

  #skipBelow(key: Uint8Array): void {
    while (this.#next !== undefined && compareBytes(this.#next[0], key) < 0) this.#reportNext();
  }

  #reportNext(): void {
    if (this.#next !== undefined) {
      this.#findings.add('row-unexpected', `${this.#table}/${toHex(this.#next[0])}`);
    }
    this.#advance();
  }

  #advance(): void {
    const step = this.#rows.next();
    if (step.done === true) {
      this.#next = undefined;
      this.#broken ||= !step.value;
    } else {
      this.#next = step.value;
    }
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'store-damaged';
}
