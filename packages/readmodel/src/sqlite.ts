import type { SqlRow, SqlValue } from '@hefu/contract';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { STATEMENTS_KEPT_MAX } from './limits.ts';

/** Prepared statements of one connection by their text, the least recently used given up first. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #kept = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(sql: string): StatementSync {
    const known = this.#kept.get(sql);
    if (known !== undefined) {
      this.#kept.delete(sql);
      this.#kept.set(sql, known);
      return known;
    }
    const statement = this.#database.prepare(sql);
    this.#kept.set(sql, statement);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > STATEMENTS_KEPT_MAX) this.#kept.delete(oldest);
    return statement;
  }
}

export type SqliteValue = string | number | bigint | null | Uint8Array;

/**
 * Whole numbers go in as integers: `node:sqlite` would bind every number as a real, which a text column keeps as `5.0`
 * and a division treats as a fraction. Throws TypeError for what is no SQL value; `node:sqlite` would take an object in
 * the first place for names of parameters, and leave the others empty.
 */
export function bindable(parameters: readonly SqlValue[]): SqliteValue[] {
  return parameters.map(bindableValue);
}

export function bindableValue(value: SqlValue): SqliteValue {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'string':
    case 'bigint':
      return value;
    default:
      if (value === null || value instanceof Uint8Array) return value;
      throw new TypeError(`a parameter cannot be bound: it is of type ${typeof value}`);
  }
}

/** Rows with numbers where they are safe and bigints where they are not. `bounded` may end the reading by throwing. */
export function readRows(
  statement: StatementSync,
  parameters: readonly SqlValue[],
  bounded?: (rows: number) => void,
): SqlRow[] {
  const bound = bindable(parameters);
  statement.setReadBigInts(false);
  try {
    return collect(statement, bound, bounded);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_OUT_OF_RANGE') throw error;
  }
  statement.setReadBigInts(true);
  return collect(statement, bound, bounded).map(withNumbers);
}

function collect(
  statement: StatementSync,
  bound: readonly SqliteValue[],
  bounded?: (rows: number) => void,
): SqlRow[] {
  const rows: SqlRow[] = [];
  for (const row of statement.iterate(...bound)) {
    rows.push({ ...row });
    bounded?.(rows.length);
  }
  return rows;
}

function withNumbers(row: SqlRow): SqlRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value,
    ]),
  );
}

/** Primary result codes that speak of the disk or the file, not of the statement. */
const ENVIRONMENT_CODES: ReadonlySet<number> = new Set([
  3, // SQLITE_PERM
  5, // SQLITE_BUSY
  7, // SQLITE_NOMEM
  8, // SQLITE_READONLY
  10, // SQLITE_IOERR
  11, // SQLITE_CORRUPT
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
  26, // SQLITE_NOTADB
]);

/** SQLite's primary result code of what was thrown; undefined for any other error. */
export function resultCode(error: unknown): number | undefined {
  const extended = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof extended === 'number' ? extended & 0xff : undefined;
}

export function isEnvironmentFailure(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && ENVIRONMENT_CODES.has(code);
}

const CORRUPT = 11;
const NOT_A_DATABASE = 26;

export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}
