import { closeSync, fdatasyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import type { StoreErrorCode } from './errors.ts';
import { FILE_MODE } from './files.ts';
import { FULL_PROBE_BYTES } from './limits.ts';

const PROBE_FILE = '.full-probe';

/** Numbers that LMDB gives as `code`: its own, or the system's. */
const CODES: ReadonlyMap<number | string, StoreErrorCode> = new Map<
  number | string,
  StoreErrorCode
>([
  [-30792, 'store-full'], // MDB_MAP_FULL
  [28, 'store-full'], // ENOSPC
  [122, 'store-full'], // EDQUOT
  ['ENOSPC', 'store-full'],
  ['EDQUOT', 'store-full'],
  [-30797, 'store-damaged'], // MDB_PAGE_NOTFOUND
  [-30796, 'store-damaged'], // MDB_CORRUPTED
  [-30794, 'store-damaged'], // MDB_VERSION_MISMATCH
  [-30793, 'store-damaged'], // MDB_INVALID
  [30, 'store-read-only'], // EROFS
  [13, 'store-read-only'], // EACCES
  [1, 'store-read-only'], // EPERM
  ['EROFS', 'store-read-only'],
  ['EACCES', 'store-read-only'],
  ['EPERM', 'store-read-only'],
  ['ERR_SQLITE_ERROR', 'store-read-only'], // only the writer's lock uses SQLite: it cannot open its file
]);

/** LMDB reports a short write as EIO, and whatever failed inside a transaction as MDB_BAD_TXN. */
const AMBIGUOUS: ReadonlySet<number | string> = new Set<number | string>([5, 'EIO', -30782]);

const SENTENCES: Partial<Record<StoreErrorCode, string>> = {
  'store-full': 'the disk of the store is full; free space, then go on',
  'store-damaged': 'a file of the store is damaged',
  'store-read-only': 'the folder of the store cannot be written',
};

/** Turns whatever LMDB, SQLite or the file system threw into the store's own error. */
export function storeErrorOf(error: unknown, directory: string): StoreError {
  if (error instanceof StoreError) return error;
  const thrown = error as { code?: number | string; message?: string };
  let code = CODES.get(thrown.code ?? '');
  if (code === undefined && AMBIGUOUS.has(thrown.code ?? '') && isFull(directory)) {
    code = 'store-full';
  }
  code ??= 'store-failed';
  const sentence = SENTENCES[code] ?? 'the disk failed while the store was written';
  return new StoreError(
    code,
    `${sentence} (${directory}: ${thrown.message ?? 'unknown cause'})`,
    { path: directory },
    { cause: error },
  );
}

/** What LMDB says of pages that are not what was written: besides those above, walks that lead nowhere, and what follows from them. */
const DAMAGE_FOUND_READING: ReadonlySet<number | string> = new Set<number | string>([
  -30797, // MDB_PAGE_NOTFOUND
  -30796, // MDB_CORRUPTED
  -30787, // MDB_CURSOR_FULL: deeper than a tree can be
  -30786, // MDB_PAGE_FULL
  -30782, // MDB_BAD_TXN: the view in which one of these was met before
]);

/** Turns what LMDB threw while reading into `store-damaged` where it is that; everything else stays what it is. */
export function readErrorOf(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: number | string; message?: string };
  if (!DAMAGE_FOUND_READING.has(code)) return error;
  return new StoreError(
    'store-damaged',
    `a page of the database cannot be read: ${message}`,
    {},
    { cause: error },
  );
}

/** Asks the disk itself: free-space figures know nothing of quotas. */
function isFull(directory: string): boolean {
  const path = join(directory, PROBE_FILE);
  try {
    const handle = openSync(path, 'w', FILE_MODE);
    try {
      writeFileSync(handle, new Uint8Array(FULL_PROBE_BYTES));
      fdatasyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return false;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOSPC' || code === 'EDQUOT';
  } finally {
    rmSync(path, { force: true });
  }
}
