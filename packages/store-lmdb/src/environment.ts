import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from '@hefu/ledger';
import type { Table } from '@hefu/ledger';
import { open } from 'lmdb';
import type { RootDatabase } from 'lmdb';
import { StoreError } from './errors.ts';
import { FILE_MODE } from './files.ts';
import { MAP_SIZE_BYTES_MIN, READER_FILE_BYTES, READERS_MAX } from './limits.ts';

export const DATABASE_FILE = 'data.mdb';
/** What the store keeps about itself, in the same transactions as the ledger's tables. */
const OWN_TABLE = '#store';
const OUT_OF_ADDRESS_SPACE = 12; // ENOMEM

/** One transaction of LMDB that reads. */
export interface ReadTransaction {
  done(): void;
}

/** The part of lmdb's database that is used here; lmdb's own types leave some of it out. */
export interface Tree {
  /** Size of the value that `getBinaryFast` found last. */
  readonly lastSize: number;
  /** A view that the next read overwrites. */
  getBinaryFast(key: Uint8Array, options?: { transaction?: ReadTransaction }): Buffer | undefined;
  getRange(options: TreeRange): Iterable<{ readonly key: Buffer; readonly value: Buffer }>;
  putSync(key: Uint8Array, value: Uint8Array): unknown;
  removeSync(key: Uint8Array): unknown;
}

export interface TreeRange {
  start?: Uint8Array;
  end?: Uint8Array;
  reverse?: boolean;
  exclusiveStart?: boolean;
  inclusiveEnd?: boolean;
  limit?: number;
  transaction?: ReadTransaction;
}

/** One LMDB environment with all tables open. Several threads may each have one on the same folder. */
export interface Environment {
  readonly tables: Readonly<Record<Table, Tree>>;
  readonly own: Tree;
  /** Runs `action` in a write transaction; durable when it returns, rolled back when it throws. */
  transact(action: () => void): void;
  /** Lets the next read see the newest commit. */
  refresh(): void;
  /** Pins the newest commit. */
  pin(): ReadTransaction;
  /** Throws when LMDB refuses every further transaction, which beginning one would not tell. */
  requireUsable(): void;
  /** Writes the newest commit to a file that is not there yet, page by page, beside whatever writes meanwhile. */
  copyTo(path: string): Promise<void>;
  figures(): Figures;
  close(): void;
}

export interface Figures {
  readonly mapSizeBytes: number;
  readonly pageBytes: number;
  /** Pages in use or free for reuse. */
  readonly pages: number;
  readonly transactions: number;
  readonly readers: number;
}

type Root = RootDatabase<Buffer, Uint8Array>;

/** Opens the folder for its one writer, and makes the tables it lacks. */
export function openForWriting(directory: string, mapSizeBytes: number): Environment {
  return environmentOf([openRoot(directory, mapSizeBytes, false)], directory);
}

/**
 * Opens the folder for reading. All threads of a process share one mapping, and the first one's mode counts for all: a
 * mapping opened for reading alone would make a writer that starts later crash. So the file is opened as a writer would,
 * never written, and opened for reading alone only where it may not be written at all.
 */
export function openForReading(directory: string, mapSizeBytes: number): Environment {
  const roots: Root[] = [];
  // Asked beforehand: an opening that fails half-way leaves the file open.
  if (isWritable(directory)) roots.push(openRoot(directory, mapSizeBytes, false));
  roots.unshift(openRoot(directory, mapSizeBytes, true));
  return environmentOf(roots, directory);
}

/**
 * LMDB makes its file of reader slots as one long hole and writes to it through memory: on a full disk the first touch
 * kills the process (SIGBUS; seen). So the file is made here, with all its bytes, where a full disk is only an error.
 */
function makeReaderFile(directory: string): void {
  const path = join(directory, `${DATABASE_FILE}-lock`);
  if (existsSync(path)) return;
  try {
    writeFileSync(path, new Uint8Array(READER_FILE_BYTES), { flag: 'wx', mode: FILE_MODE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    rmSync(path, { force: true });
    throw error;
  }
}

function openRoot(directory: string, mapSizeBytes: number, readOnly: boolean): Root {
  if (!readOnly) makeReaderFile(directory);
  for (let mapSize = mapSizeBytes; ; mapSize = Math.floor(mapSize / 2)) {
    try {
      const options = {
        path: join(directory, DATABASE_FILE),
        noSubdir: true,
        keyEncoding: 'binary' as const,
        encoding: 'binary' as const,
        mapSize,
        maxDbs: TABLES.length + 8,
        maxReaders: READERS_MAX,
        permissionsMode: FILE_MODE,
        // A commit is on disk when it returns, not some time later.
        overlappingSync: false,
        readOnly,
      };
      return open<Buffer, Uint8Array>(options);
    } catch (error) {
      const refused = (error as { code?: number }).code === OUT_OF_ADDRESS_SPACE;
      if (!refused || mapSize / 2 < MAP_SIZE_BYTES_MIN) throw error;
    }
  }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    accessSync(join(directory, DATABASE_FILE), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first root is the one used; any other only keeps the mapping as it is. */
function environmentOf(roots: readonly Root[], directory: string): Environment {
  const [root] = roots;
  if (root === undefined) throw new Error('an environment has at least one root');
  const close = (): void => {
    // Nothing is ever queued, so closing ends before this returns and its promise is already kept.
    for (const each of roots) void each.close();
  };
  try {
    const tables = Object.fromEntries(
      TABLES.map((table) => [table, openTree(root, table, directory)]),
    ) as Record<Table, Tree>;
    const own = openTree(root, OWN_TABLE, directory);
    return {
      tables,
      own,
      transact: (action) => root.transactionSync(action),
      refresh: () => root.resetReadTxn(),
      pin: () => {
        root.resetReadTxn();
        return root.useReadTransaction();
      },
      requireUsable: () => {
        // A snapshot may hold the thread's transaction: it keeps it, and the thread lets go.
        root.resetReadTxn();
        endReading(root);
        own.getBinaryFast(Uint8Array.of(0));
      },
      // Not compacted: pages keep their places, so that two copies differ only where the database did.
      copyTo: async (path) => root.backup(path, false),
      figures: () => figuresOf(root),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Gives up the thread's read transaction, so that the next read has to begin one: only that is refused when LMDB is in
 * its state of fatal error. The method is lmdb's own, not public.
 */
function endReading(root: Root): void {
  const method = '_commitReadTxn';
  (root as unknown as Record<typeof method, () => void>)[method]();
}

function openTree(root: Root, name: string, directory: string): Tree {
  const tree = root.openDB<Buffer, Uint8Array>({
    name,
    keyEncoding: 'binary',
    encoding: 'binary',
  }) as unknown as Tree | undefined;
  if (tree !== undefined) return tree;
  throw new StoreError('store-damaged', `the database in ${directory} has no table ${name}`, {
    path: directory,
    table: name,
  });
}

function figuresOf(root: Root): Figures {
  const stats = root.getStats() as {
    mapSize: number;
    lastPageNumber: number;
    lastTxnId: number;
    numReaders: number;
    root: { pageSize: number };
  };
  return {
    mapSizeBytes: stats.mapSize,
    pageBytes: stats.root.pageSize,
    pages: stats.lastPageNumber + 1,
    transactions: stats.lastTxnId,
    readers: stats.numReaders,
  };
}
