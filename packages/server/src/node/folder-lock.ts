import { DatabaseSync } from 'node:sqlite';
import { StartError } from './start-fault.ts';

const SQLITE_BUSY = 5;
const SQLITE_CANTOPEN = 14;
const SQLITE_READONLY = 8;
const SQLITE_FULL = 13;

/**
 * Holds a data folder for one node. SQLite locks by the operating system on every platform, which Node has no call for:
 * an exclusive transaction on an empty database that is never written. The system takes the lock back when the process
 * dies, however it dies.
 */
export function lockFolder(lockFile: string): Disposable {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(lockFile, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    if (database?.isOpen === true) database.close();
    throw lockError(lockFile, cause);
  }
  const held = database;
  return {
    [Symbol.dispose]() {
      if (held.isOpen) held.close();
    },
  };
}

function lockError(lockFile: string, cause: unknown): StartError {
  switch ((cause as { readonly errcode?: number }).errcode) {
    case SQLITE_BUSY:
      return new StartError('data-in-use', `another process holds ${lockFile}`, { cause });
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return new StartError('data-read-only', `${lockFile} cannot be written`, { cause });
    case SQLITE_FULL:
      return new StartError('disk-full', `there is no room for ${lockFile}`, { cause });
    default:
      return new StartError('start-failed', `${lockFile} cannot be locked`, { cause });
  }
}
