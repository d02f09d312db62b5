import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { AccountsError } from './errors.ts';
import { ACCOUNTS_VERSION, SCHEMA } from './schema.ts';

/** How long one process waits for the other (the node, a command) to finish its transaction. */
const BUSY_TIMEOUT_MS = 5_000;
/** Only the owner may read the file and what SQLite lays beside it, which takes the same mode. */
const FILE_MODE = 0o600;

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The file of accounts. Calls are synchronous and short. */
export interface AccountsDatabase extends Disposable {
  get(sql: string, ...parameters: readonly SQLInputValue[]): Row | undefined;
  all(sql: string, ...parameters: readonly SQLInputValue[]): readonly Row[];
  /** Rows changed. */
  run(sql: string, ...parameters: readonly SQLInputValue[]): number;
  /** Runs `work` for notes that reading must not hang on: false when the disk is full or takes no writes now. */
  attempt(work: () => void): boolean;
  /**
   * Runs `work` in one transaction; inside another it is part of that. `durable` survives a loss of power: for what
   * takes away or grants a right. The rest survives a crash of the process.
   */
  transaction<T>(work: () => T, options?: { readonly durable?: boolean }): T;
}

/** Opens the file, made when absent. Throws AccountsError `accounts-too-new`, `accounts-damaged`. */
export function openDatabase(file: string): AccountsDatabase {
  if (file !== ':memory:') makePrivate(file);
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec('pragma journal_mode = wal; pragma synchronous = normal;');
    database.exec('pragma foreign_keys = on; pragma trusted_schema = off;');
    prepareSchema(database);
  } catch (error) {
    database.close();
    if (error instanceof AccountsError || !isDamage(error)) throw error;
    throw new AccountsError('accounts-damaged', `${file} cannot be read`, { cause: error });
  }
  return wrap(database);
}

function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', FILE_MODE));
  if (process.platform !== 'win32') chmodSync(file, FILE_MODE);
}

function prepareSchema(database: DatabaseSync): void {
  database.exec('begin immediate');
  try {
    const version = Number(database.prepare('pragma user_version').get()?.['user_version']);
    if (version > ACCOUNTS_VERSION) {
      const message = `the accounts have version ${version}; this Hefu knows ${ACCOUNTS_VERSION}`;
      throw new AccountsError('accounts-too-new', message);
    }
    if (version === 0) database.exec(SCHEMA);
    database.exec(`pragma user_version = ${ACCOUNTS_VERSION}`);
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}

function wrap(database: DatabaseSync): AccountsDatabase {
  // The texts are those of this package, so that there are only so many.
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  function begin<T>(work: () => T): T {
    prepare('begin immediate').run();
    try {
      const result = work();
      prepare('commit').run();
      return result;
    } catch (error) {
      if (database.isTransaction) prepare('rollback').run();
      throw error;
    }
  }
  return {
    get: (sql, ...parameters) => prepare(sql).get(...parameters),
    all: (sql, ...parameters) => prepare(sql).all(...parameters),
    run: (sql, ...parameters) => Number(prepare(sql).run(...parameters).changes),
    attempt(work) {
      try {
        work();
        return true;
      } catch (error) {
        if (ROOM_CODES.has(resultCode(error) ?? -1)) return false;
        throw error;
      }
    },
    transaction(work, { durable = false } = {}) {
      if (database.isTransaction) return work();
      if (!durable) return begin(work);
      database.exec('pragma synchronous = full');
      try {
        return begin(work);
      } finally {
        database.exec('pragma synchronous = normal');
      }
    },
    [Symbol.dispose]() {
      statements.clear();
      database.close();
    },
  };
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGE_CODES = new Set([11, 26]);
/** SQLITE_BUSY, SQLITE_READONLY, SQLITE_IOERR and SQLITE_FULL. */
const ROOM_CODES = new Set([5, 8, 10, 13]);

function isDamage(error: unknown): boolean {
  return DAMAGE_CODES.has(resultCode(error) ?? -1);
}

/** SQLite's primary result code of what was thrown; undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  const extended = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof extended === 'number' ? extended & 0xff : undefined;
}
