import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { READ_MODEL_FORMAT } from '../limits.ts';
import { isDamage } from '../sqlite.ts';

/** How long to wait for a lock that a checkpoint or a reader's opening holds, in milliseconds. */
const BUSY_MAX_MS = 5000;

/** Length to which the write-ahead log is cut back after a checkpoint, in bytes. */
const LOG_BYTES_KEPT = 64 * 1024 * 1024;

/**
 * Pages in the write-ahead log before they go into the file: as many as the log keeps anyway. An index over digests changes a page
 * at random with each row, and with SQLite's own 1,000 each of them is written twice again and again.
 */
const LOG_PAGES_MAX = LOG_BYTES_KEPT / 4096;

/** Pages the writer keeps in memory: with SQLite's own 2 MiB a large batch reads its index pages again and again. */
const CACHE_KIBIBYTES = 64 * 1024;

/**
 * Opens the file for the one thread that writes it. What is damaged, or of another format, is thrown away: everything in
 * it can be built again from the chain.
 */
export function openProjectionFile(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true });
  try {
    const database = openOnce(file);
    if (database !== undefined) return database;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const database = openOnce(file);
  if (database === undefined) throw new Error(`${file} could not be made`);
  return database;
}

/** Undefined when the file has another format. */
function openOnce(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file, { timeout: BUSY_MAX_MS });
  try {
    // NORMAL: a power cut may lose the last transactions, rows and height together; they are built again.
    database.exec(`pragma journal_mode = wal; pragma synchronous = normal;
      pragma journal_size_limit = ${LOG_BYTES_KEPT}; pragma cache_size = -${CACHE_KIBIBYTES};
      pragma wal_autocheckpoint = ${LOG_PAGES_MAX}`);
    const format = database.prepare('pragma user_version').get()?.['user_version'];
    if (format !== 0 && format !== READ_MODEL_FORMAT) {
      database.close();
      return undefined;
    }
    database.exec(`begin immediate;
      create table if not exists hefu_projections (
        name text primary key, module text not null, version integer not null,
        definition text not null, objects text not null, height integer not null);
      pragma user_version = ${READ_MODEL_FORMAT};
      commit`);
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}
