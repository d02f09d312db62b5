import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { AccountsError } from './errors.ts';
import type { AccountsErrorCode } from './errors.ts';
import { ACCOUNTS_VERSION, SCHEMA } from './schema.ts';

/** How long one process waits for the other (the node, a command) to finish its transaction. */
const BUSY_TIMEOUT_MS = 5_000;
/** Only the owner may read the file and what SQLite lays beside it, which takes the same mode. */
const FILE_MODE = 0o600;

export type Row = Readonly<Record<string, SQLOutputValue>>;

/**
 * The file of accounts. Calls are synchronous and short. They throw AccountsError `accounts-storage-full` or
 * `accounts-unavailable` when the disk does not take or give what it should; a transaction is then as if it had never begun.
 */
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
  /** Runs `work`, which only reads, on one view of the file, whatever others write meanwhile. */
  view<T>(work: () => T): T;
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
  function begin<T>(how: 'begin' | 'begin immediate', work: () => T): T {
    guarded(() => prepare(how).run());
    try {
      const result = work();
      guarded(() => prepare('commit').run());
      return result;
    } catch (error) {
      if (database.isTransaction) prepare('rollback').run();
      throw error;
    }
  }
  return {
    get: (sql, ...parameters) => guarded(() => prepare(sql).get(...parameters)),
    all: (sql, ...parameters) => guarded(() => prepare(sql).all(...parameters)),
    run: (sql, ...parameters) => guarded(() => Number(prepare(sql).run(...parameters).changes)),
    attempt(work) {
      try {
        work();
        return true;
      } catch (error) {
        if (isStorageFault(error)) return false;
        throw error;
      }
    },
    transaction(work, { durable = false } = {}) {
      if (database.isTransaction) return work();
      if (!durable) return begin('begin immediate', work);
      database.exec('pragma synchronous = full');
      try {
        return begin('begin immediate', work);
      } finally {
        database.exec('pragma synchronous = normal');
      }
    },
    view: (work) => (database.isTransaction ? work() : begin('begin', work)),
    [Symbol.dispose]() {
      statements.clear();
      database.close();
    },
  };
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGE_CODES = new Set([11, 26]);
/** SQLite's result codes of a disk that does not do what it should, by ours. */
const STORAGE_CODES: Readonly<Record<number, AccountsErrorCode>> = {
  // SQLITE_BUSY, SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN.
  5: 'accounts-unavailable',
  8: 'accounts-unavailable',
  10: 'accounts-unavailable',
  14: 'accounts-unavailable',
  // SQLITE_FULL.
  13: 'accounts-storage-full',
};

/** What `work` gives; what the disk is to blame for is thrown as such. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = STORAGE_CODES[resultCode(error) ?? -1];
    if (code === undefined) throw error;
    const message = 'the file of accounts cannot be written or read';
    throw new AccountsError(code, message, { cause: error });
  }
}

/** Whether something failed because of the disk, and may be tried again when that is mended. */
export function isStorageFault(error: unknown): boolean {
  if (!(error instanceof AccountsError)) return false;
  return error.code === 'accounts-storage-full' || error.code === 'accounts-unavailable';
}

function isDamage(error: unknown): boolean {
  return DAMAGE_CODES.has(resultCode(error) ?? -1);
}

/** SQLite's primary result code of what was thrown; undefined for any other error. */
function resultCode(error: unknown): number | undefined {
  const extended = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof extended === 'number' ? extended & 0xff : undefined;
}
