import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite';
import { toHex } from '@hefu/bytes';
import { ChainReader } from '@hefu/ledger';
import { openStore, SEGMENT_FOLDER, segmentPath } from '@hefu/store-lmdb';
import { chainPaths, dataPaths, readNodeFile } from '../node/data-folder.ts';
import type { ChainEntry, DataPaths } from '../node/data-folder.ts';
import { toStartError } from '../node/start-fault.ts';
import { readBucketNote } from '../node/vault-storages.ts';
import type { BucketCredentials } from '../node/vault-storages.ts';
import { openBackupFolder, requireRoom } from './backup-folder.ts';
import type { BackupFolder } from './backup-folder.ts';
import { BackupError } from './errors.ts';
import { APPEND_CHUNK_BYTES, DATABASE_CHUNK_BYTES, KEEP_DEFAULT } from './limits.ts';
import { backupId, backupIds, readManifest, removeManifest, writeManifest } from './manifest.ts';
import type { BackupChain, BackupFile, BackupManifest } from './manifest.ts';
import { ObjectPool } from './object-pool.ts';
import { BUCKET_LIST, listBucket } from './list-bucket.ts';
import { isBackupPath } from './paths.ts';
import { requireGoingOn, storeFile } from './store-chunks.ts';
import type { FileToStore } from './store-chunks.ts';

export interface BackupOptions {
  /** The data folder; its node may run. */
  readonly directory: string;
  /** The folder of backups; made when absent. */
  readonly out: string;
  readonly nowMs: number;
  /** Version of Hefu. */
  readonly version: string;
  /** Backups that stay in the folder, this one included. */
  readonly keep?: number;
  /** What opens the bucket where the objects of the vault are in one. */
  readonly bucketCredentials?: BucketCredentials;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackupProgress) => void;
}

export interface BackupProgress {
  /** File under way, from the data folder. */
  readonly path: string;
  readonly doneBytes: number;
  /** As far as it is known. */
  readonly totalBytes: number;
}

export interface BackupReport {
  readonly id: string;
  readonly chains: readonly BackupChain[];
  readonly files: number;
  /** Of the data that the backup holds. */
  readonly totalBytes: number;
  /** Of the data that no earlier backup in the folder holds. */
  readonly newBytes: number;
  /** Chains whose objects are in a bucket that did not answer, or that nothing opens: the backup has no list of them. */
  readonly unlisted: readonly string[];
  /** Backups that were taken away because newer ones suffice. */
  readonly removed: readonly string[];
}

/** One run, with what its parts share. */
interface Run {
  readonly options: BackupOptions;
  readonly paths: DataPaths;
  readonly folder: BackupFolder;
  readonly pool: ObjectPool;
  readonly signal: AbortSignal;
  /** The newest backup that is there, by path. */
  readonly earlier: ReadonlyMap<string, BackupFile>;
  readonly files: BackupFile[];
  readonly unlisted: string[];
  doneBytes: number;
  newBytes: number;
  totalBytes: number;
}

/**
 * Makes a backup of a data folder while its node runs: one moment of each chain, then everything that may belong to it. A run
 * that fails, is cancelled or is killed leaves the earlier backups as they were. Throws BackupError and StartError.
 */
export async function createBackup(options: BackupOptions): Promise<BackupReport> {
  try {
    const paths = dataPaths(options.directory);
    const { chains } = readNodeFile(paths);
    using folder = openBackupFolder(options.out);
    const pool = await ObjectPool.open(folder.path);
    try {
      const run = newRun(options, paths, folder, pool, chains);
      return await makeBackup(run, chains);
    } catch (error) {
      await pool.undo();
      throw error;
    }
  } catch (error) {
    throw error instanceof BackupError ? error : toStartError(error);
  }
}

function newRun(
  options: BackupOptions,
  paths: DataPaths,
  folder: BackupFolder,
  pool: ObjectPool,
  chains: readonly ChainEntry[],
): Run {
  const newest = backupIds(folder.path).at(-1);
  const before = newest === undefined ? undefined : readableManifest(folder.path, newest);
  for (const { chain } of before?.chains ?? []) {
    if (chains.some((each) => each.chain === chain)) continue;
    throw new BackupError('backup-foreign', `${folder.path} holds backups of ${chain}`);
  }
  return {
    options,
    paths,
    folder,
    pool,
    signal: options.signal ?? new AbortController().signal,
    earlier: new Map(before?.files.map((file) => [file.path, file])),
    files: [],
    unlisted: [],
    doneBytes: 0,
    newBytes: 0,
    totalBytes: 0,
  };
}

/** An earlier backup that is damaged must not keep a new one from being made: it only saves nothing. */
function readableManifest(folder: string, id: string): BackupManifest | undefined {
  try {
    return readManifest(folder, id);
  } catch (error) {
    if (error instanceof BackupError && error.code === 'backup-damaged') return undefined;
    throw error;
  }
}

async function makeBackup(run: Run, entries: readonly ChainEntry[]): Promise<BackupReport> {
  const { options, folder, pool, files } = run;
  const chains: BackupChain[] = [];
  for (const entry of entries) chains.push(await takeChain(run, entry));
  await takeSmallFiles(run, entries);
  await pool.sync();
  requireGoingOn(run.signal);
  const id = freeId(folder.path, options.nowMs);
  const { nowMs: createdMs, version } = options;
  writeManifest(folder.path, {
    format: 'hefu-backup/1',
    id,
    createdMs,
    version,
    chains,
    files: files.toSorted((left, right) => (left.path < right.path ? -1 : 1)),
  });
  const removed = await retire(run, options.keep ?? KEEP_DEFAULT);
  const totalBytes = totalOf(files.map(({ sizeBytes }) => sizeBytes));
  const { newBytes, unlisted } = run;
  return { id, chains, files: files.length, totalBytes, newBytes, unlisted, removed };
}

/** The chain's tables as of one moment first; whatever that moment names is there already when the rest is read. */
async function takeChain(run: Run, entry: ChainEntry): Promise<BackupChain> {
  const { paths, folder } = run;
  const files = chainPaths(paths, entry.slug);
  const prefix = `chains/${entry.slug}`;
  const copy = join(folder.work, entry.slug);
  using store = openStore({ path: files.store, readOnly: true });
  const { databaseBytes } = store.stats();
  await requireRoom(folder.path, databaseBytes);
  await store.copyTables(copy);
  const segments = join(files.store, SEGMENT_FOLDER);
  symlinkSync(segments, join(copy, SEGMENT_FOLDER));
  using view = openStore({ path: copy, readOnly: true });
  const ends = view.segmentEnds();
  const vault = walk(files.vault, `${prefix}/vault`).filter(
    ({ source }) => source !== join(files.vault, BUCKET_LIST),
  );
  const dataFile = join(copy, 'data.mdb');
  run.totalBytes +=
    statSync(dataFile).size +
    totalOf(ends.map(({ endBytes }) => endBytes)) +
    totalOf(vault.map(sizeOf));
  await take(run, {
    source: join(copy, 'format.json'),
    path: `${prefix}/store/format.json`,
    chunkBytes: DATABASE_CHUNK_BYTES,
  });
  await take(run, {
    source: dataFile,
    path: `${prefix}/store/data.mdb`,
    chunkBytes: DATABASE_CHUNK_BYTES,
  });
  const last = ends.at(-1);
  for (const end of ends) {
    const source = segmentPath(segments, end.segment);
    const name = source.slice(segments.length + 1);
    const file = {
      source,
      path: `${prefix}/store/segments/${name}`,
      chunkBytes: APPEND_CHUNK_BYTES,
      endBytes: end.endBytes,
    };
    // All but the last are full, and never written again.
    await take(run, end === last ? file : { ...file, mark: markOf(source) });
  }
  for (const { source, path } of vault) {
    const mark = existsSync(source) ? markOf(source) : undefined;
    if (mark !== undefined) await take(run, { source, path, chunkBytes: APPEND_CHUNK_BYTES, mark });
  }
  await takeBucketList(run, entry);
  const reader = new ChainReader(view);
  const { height, size, root } = reader.head();
  const { chain, genesisDigest } = reader.spec;
  return {
    slug: entry.slug,
    chain,
    genesis: toHex(genesisDigest),
    height,
    size,
    root: toHex(root),
    checkpoint: reader.checkpoint(),
  };
}

/** Objects in a bucket stay there: the backup says which were, so that it can be told whether they still are. */
async function takeBucketList(run: Run, { slug }: ChainEntry): Promise<void> {
  const files = chainPaths(run.paths, slug);
  if (readBucketNote(files) === undefined) return;
  const source = join(run.folder.work, `${slug}.${BUCKET_LIST}`);
  if (await listBucket(files, run.options.bucketCredentials, source)) {
    const path = `chains/${slug}/vault/${BUCKET_LIST}`;
    await take(run, { source, path, chunkBytes: APPEND_CHUNK_BYTES });
  } else run.unlisted.push(slug);
}

/** Keys, settings, genesis documents, and databases beside the ledger. */
async function takeSmallFiles(run: Run, entries: readonly ChainEntry[]): Promise<void> {
  const { paths } = run;
  const chunkBytes = DATABASE_CHUNK_BYTES;
  for (const { source, path } of walk(paths.keys, 'keys')) {
    await take(run, { source, path, chunkBytes });
  }
  for (const name of ['node.json', 'hefu.yaml']) {
    await take(run, { source: join(paths.root, name), path: name, chunkBytes });
  }
  await takeDatabases(run, paths.root, '');
  for (const { slug } of entries) {
    const files = chainPaths(paths, slug);
    const path = `chains/${slug}/genesis.json`;
    await take(run, { source: files.genesisFile, path, chunkBytes });
    await takeDatabases(run, files.root, `chains/${slug}/`);
    // By which pull each granted object came: without them nobody would ask whether it still stands.
    for (const pull of walk(files.pulls, `chains/${slug}/pulls`)) {
      await take(run, { ...pull, chunkBytes });
    }
  }
}

/** SQLite's own backup gives one moment of a database, whoever writes it meanwhile. */
async function takeDatabases(run: Run, folder: string, prefix: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    const path = `${prefix}${name}`;
    if (!name.endsWith('.sqlite') || !isBackupPath(path)) continue;
    const copy = join(run.folder.work, path.replaceAll('/', '+'));
    const database = new DatabaseSync(join(folder, name), { readOnly: true });
    try {
      await copyDatabase(database, copy);
    } finally {
      database.close();
    }
    await take(run, { source: copy, path, chunkBytes: DATABASE_CHUNK_BYTES });
  }
}

/** Takes a file, or what an earlier backup holds of it when it cannot have changed. */
async function take(run: Run, file: FileToStore): Promise<void> {
  requireGoingOn(run.signal);
  const before = run.earlier.get(file.path);
  if (
    before !== undefined &&
    file.mark !== undefined &&
    before.mark === file.mark &&
    before.chunks.every((digest) => run.pool.has(digest))
  ) {
    run.files.push(before);
    count(run, file.path, before.sizeBytes, 0);
    return;
  }
  const stored = await storeFile(file, run.pool, run.signal, (readBytes, newBytes) => {
    count(run, file.path, readBytes, newBytes);
  });
  if (stored !== undefined) run.files.push(stored);
}

function count(run: Run, path: string, readBytes: number, newBytes: number): void {
  run.doneBytes += readBytes;
  run.newBytes += newBytes;
  const totalBytes = Math.max(run.totalBytes, run.doneBytes);
  run.options.onProgress?.({ path, doneBytes: run.doneBytes, totalBytes });
}

/** Takes the oldest backups away, then the pieces that none holds any more. */
async function retire({ folder, pool }: Run, keep: number): Promise<string[]> {
  const ids = backupIds(folder.path);
  const removed = ids.slice(0, Math.max(0, ids.length - Math.max(1, keep)));
  for (const id of removed) removeManifest(folder.path, id);
  const used = new Set<string>();
  for (const id of ids.slice(removed.length)) {
    const manifest = readableManifest(folder.path, id);
    // What a damaged manifest names is not known, so that nothing may be taken away.
    if (manifest === undefined) return removed;
    for (const { chunks } of manifest.files) for (const digest of chunks) used.add(digest);
  }
  await pool.sweep(used);
  return removed;
}

/** Two backups of one millisecond, or a clock set back, must not meet. */
function freeId(folder: string, nowMs: number): string {
  const newest = backupIds(folder).at(-1);
  for (let timeMs = nowMs; ; timeMs++) {
    const id = backupId(timeMs);
    if (newest === undefined || id > newest) return id;
    if (timeMs - nowMs > ID_STEPS_MAX) {
      throw new BackupError(
        'backup-foreign',
        `the newest backup in ${folder} is of a time to come (${newest}): check the clock`,
      );
    }
  }
}

/** A clock may be a second behind the newest backup; more is wrong. */
const ID_STEPS_MAX = 1_000;

/** Every file of a folder, except what is still being written. */
function walk(folder: string, prefix: string): { source: string; path: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const source = join(folder, entry.name);
    const path = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'temp' ? [] : walk(source, path);
    return entry.isFile() && isBackupPath(path) ? [{ source, path }] : [];
  });
}

/** Changes whenever the file is another one or was written to. */
function markOf(path: string): string {
  const { ino, mtimeNs, size } = statSync(path, { bigint: true });
  return `${ino}-${mtimeNs}-${size}`;
}

function sizeOf({ source }: { readonly source: string }): number {
  return statSync(source, { throwIfNoEntry: false })?.size ?? 0;
}

function totalOf(numbers: readonly number[]): number {
  return numbers.reduce((left, right) => left + right, 0);
}
