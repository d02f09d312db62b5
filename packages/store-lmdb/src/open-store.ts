import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { readU32be, u32be } from '@hefu/bytes';
import { TABLES } from '@hefu/ledger';
import { DATABASE_FILE, openForReading, openForWriting } from './environment.ts';
import type { Environment } from './environment.ts';
import { StoreError } from './errors.ts';
import { storeErrorOf } from './failure.ts';
import { ensureDirectory, syncDirectory } from './files.ts';
import { readFormat, requireKnownFormat, writeFormat } from './format.ts';
import { MAP_SIZE_BYTES_DEFAULT, SEGMENT_BYTES_MAX, STORE_FORMAT } from './limits.ts';
import { LmdbStore, readSegmentEnds } from './lmdb-store.ts';
import { checkPagesWithinFile } from './page-reach.ts';
import { checkSegments, recoverSegments } from './segments/recover.ts';
import { SegmentReader } from './segments/segment-reader.ts';
import { SegmentWriter } from './segments/segment-writer.ts';
import { WriterLock } from './writer-lock.ts';

/** Folder of the segments within a store. */
export const SEGMENT_FOLDER = 'segments';
/** Key of the format's version in the store's own table. */
const FORMAT_KEY = Uint8Array.of(0);

export interface StoreOptions {
  /** The store's folder; made when it is absent, unless `readOnly`. */
  readonly path: string;
  /** Address space to reserve, in bytes. The first opening in a process decides for all its threads. */
  readonly mapSizeBytes?: number;
  /** Reads beside a writer, in this process or another, or a folder that cannot be written. */
  readonly readOnly?: boolean;
  /** Size at which a new segment is begun, in bytes. */
  readonly segmentBytesMax?: number;
}

/**
 * Opens a store, for its one writer or for any number of readers.
 * Throws StoreError: `store-locked`, `store-not-found` (readers), `store-too-new`, `store-read-only`, `store-full`,
 * `store-damaged`.
 */
export function openStore(options: StoreOptions): LmdbStore {
  try {
    return options.readOnly === true ? openReader(options) : openWriter(options);
  } catch (error) {
    throw storeErrorOf(error, options.path);
  }
}

function openReader(options: StoreOptions): LmdbStore {
  const directory = options.path;
  const complete = readFormat(directory) !== undefined;
  if (!complete) {
    throw new StoreError('store-not-found', `there is no store in ${directory}`, {
      path: directory,
    });
  }
  requireDatabase(directory);
  const environment = openForReading(directory, options.mapSizeBytes ?? MAP_SIZE_BYTES_DEFAULT);
  try {
    checkFormatRecord(environment, directory);
    const segments = join(directory, SEGMENT_FOLDER);
    checkSegments(segments, readSegmentEnds(environment));
    return new LmdbStore({ directory, environment, segmentReader: new SegmentReader(segments) });
  } catch (error) {
    environment.close();
    throw error;
  }
}

function openWriter(options: StoreOptions): LmdbStore {
  const directory = options.path;
  ensureDirectory(directory);
  const complete = readFormat(directory) !== undefined;
  // Asked of the system, because SQLite would quietly make do with a lock that keeps nobody out.
  accessSync(directory, constants.W_OK);
  const lock = new WriterLock(directory);
  let environment: Environment | undefined;
  try {
    if (complete) requireDatabase(directory);
    environment = openForWriting(directory, options.mapSizeBytes ?? MAP_SIZE_BYTES_DEFAULT);
    if (complete) checkFormatRecord(environment, directory);
    else finishMaking(environment, directory);
    const segments = join(directory, SEGMENT_FOLDER);
    ensureDirectory(segments);
    const ends = readSegmentEnds(environment);
    recoverSegments(segments, ends);
    const segmentBytesMax = options.segmentBytesMax ?? SEGMENT_BYTES_MAX;
    return new LmdbStore({
      directory,
      environment,
      segmentReader: new SegmentReader(segments),
      writer: { segments: new SegmentWriter(segments, ends.at(-1), segmentBytesMax), lock },
    });
  } catch (error) {
    environment?.close();
    lock[Symbol.dispose]();
    throw error;
  }
}

/** LMDB makes a new database where it finds none or an empty file; a complete folder must not lose its data so. */
function requireDatabase(directory: string): void {
  const path = join(directory, DATABASE_FILE);
  if (!existsSync(path)) {
    throw new StoreError('store-damaged', `${path} is missing`, { path });
  }
  checkPagesWithinFile(path);
}

/**
 * Makes a new store, or ends the making of one that was broken off. A database with data but without `format.json`
 * was not broken off: somebody took the file away.
 */
function finishMaking(environment: Environment, directory: string): void {
  const record = environment.own.getBinaryFast(FORMAT_KEY);
  if (record !== undefined) checkFormatRecord(environment, directory);
  for (const table of TABLES) {
    if ([...environment.tables[table].getRange({ limit: 1 })].length > 0) {
      throw new StoreError('store-damaged', `${directory} holds data but no format.json`, {
        path: directory,
      });
    }
  }
  environment.transact(() => {
    environment.own.putSync(FORMAT_KEY, u32be(STORE_FORMAT));
  });
  syncDirectory(directory);
  writeFormat(directory);
}

function checkFormatRecord(environment: Environment, directory: string): void {
  const view = environment.own.getBinaryFast(FORMAT_KEY);
  const version = view === undefined ? undefined : readU32be(view, 0);
  if (version === undefined) {
    throw new StoreError('store-damaged', `the database in ${directory} names no format`, {
      path: directory,
    });
  }
  requireKnownFormat(version, directory);
}
