import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from './errors.ts';
import { replaceFile } from './files.ts';

const LOCK_FILE = 'writer.lock';
const OWNER_FILE = 'writer.json';
const SQLITE_BUSY = 5;

/**
 * Holds a folder for one writer.
 *
 * Node has no call for the system's file locks, and a file with a process id in it lies after a kill, after the id is
 * reused, and between containers. SQLite does lock by the system, on every platform: an exclusive transaction on an
 * empty database that is never written. The system takes the lock back when the process dies, however it dies, and
 * SQLite keeps two threads of one process apart, which POSIX locks alone would not.
 *
 * Nobody in this process may open `writer.lock` otherwise (a backup must leave it out): closing it would drop the lock.
 */
export class WriterLock implements Disposable {
  readonly #database: DatabaseSync;

  /** Throws `store-locked` when another writer holds the folder. */
  constructor(directory: string) {
    const path = join(directory, LOCK_FILE);
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      // The rollback journal stays in memory: there is nothing to roll back, and no file is left behind.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (cause) {
      database.close();
      if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
      throw locked(directory, cause);
    }
    this.#database = database;
    nameOwner(directory);
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** Only for the message that the next one sees; the lock does not rest on it, and a full disk must not keep us out. */
function nameOwner(directory: string): void {
  try {
    replaceFile(join(directory, OWNER_FILE), `${JSON.stringify({ process: process.pid })}\n`);
  } catch {
    // Another's number would be worse than none; a folder that gives neither way is told of by the next write.
    truncateOwner(directory);
  }
}

function truncateOwner(directory: string): void {
  try {
    truncateSync(join(directory, OWNER_FILE), 0);
  } catch {
    return;
  }
}

function locked(directory: string, cause: unknown): StoreError {
  const owner = ownerOf(directory);
  const who = owner === undefined ? 'another writer' : `process ${owner}`;
  return new StoreError(
    'store-locked',
    `${directory} is being written by ${who}; stop it first, or open the store for reading`,
    owner === undefined ? { path: directory } : { path: directory, process: owner },
    { cause },
  );
}

function ownerOf(directory: string): number | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(join(directory, OWNER_FILE), 'utf8'));
    const owner = (content as { process?: unknown } | null)?.process;
    return typeof owner === 'number' ? owner : undefined;
  } catch {
    // The file only serves the message; without it the message says less.
    return undefined;
  }
}
