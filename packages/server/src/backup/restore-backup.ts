import { existsSync, readdirSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromHex, toHex } from '@hefu/bytes';
import { ChainReader } from '@hefu/ledger';
import { openStore } from '@hefu/store-lmdb';
import {
  beginMaking,
  chainPaths,
  dataPaths,
  endMaking,
  makeCredentialsFile,
} from '../node/data-folder.ts';
import type { DataPaths } from '../node/data-folder.ts';
import { makeFolder } from '../node/files.ts';
import { lockFolder } from '../node/folder-lock.ts';
import { StartError, toStartError } from '../node/start-fault.ts';
import { readHold, writeHold } from '../standing/hold.ts';
import { requireRoom } from './backup-folder.ts';
import { BackupError } from './errors.ts';
import type { BackupChain, BackupFile, BackupManifest } from './manifest.ts';
import { ObjectPool, syncFolder } from './object-pool.ts';
import { requireGoingOn } from './store-chunks.ts';
import { findBackup } from './verify-backup.ts';

export interface RestoreOptions {
  /** The folder of backups. */
  readonly from: string;
  /** Which one; the newest unless given. */
  readonly id?: string;
  /** The data folder to make; empty or not there. */
  readonly directory: string;
  readonly nowMs: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: {
    readonly path: string;
    readonly doneBytes: number;
    readonly totalBytes: number;
  }) => void;
}

export interface RestoreReport {
  readonly id: string;
  readonly chains: readonly BackupChain[];
  readonly files: number;
  readonly totalBytes: number;
}

/** Written last: a data folder that has it is whole. */
const NODE_FILE = 'node.json';
/** What may lie in a folder that is still to be made: locks and what an earlier attempt has left. */
const HARMLESS = new Set(['node.lock', 'making.json', 'node.log']);

/**
 * Makes a data folder out of a backup. Every piece is held against its digest; each chain is put on hold, because what it has
 * published since the backup is not in it. A restore that was broken off is begun again by the same call. Throws BackupError and
 * StartError `data-exists`, `disk-full`.
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoreReport> {
  const paths = dataPaths(options.directory);
  try {
    const manifest = findBackup(options.from, options.id);
    makeFolder(paths.root);
    using _lock = lockFolder(paths.lockFile);
    requireEmpty(paths);
    const totalBytes = manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    await requireRoom(paths.root, totalBytes);
    beginMaking(paths);
    const pool = await ObjectPool.open(options.from);
    await writeFiles(options, manifest, pool, totalBytes);
    const successors = new Map<string, string>();
    for (const chain of manifest.chains) {
      const predecessor = checkChain(paths, chain, manifest, options.nowMs);
      if (predecessor !== undefined) successors.set(predecessor, chain.chain);
    }
    for (const chain of manifest.chains) keepBroken(paths, chain, successors.get(chain.chain));
    makeCredentialsFile(paths);
    const nodeFile = manifest.files.find(({ path }) => path === NODE_FILE);
    if (nodeFile === undefined) throw damaged(manifest, `it lacks ${NODE_FILE}`);
    await writeWhole(paths.root, nodeFile, pool);
    await syncFolder(paths.root);
    endMaking(paths);
    return { id: manifest.id, chains: manifest.chains, files: manifest.files.length, totalBytes };
  } catch (error) {
    throw error instanceof BackupError ? error : toStartError(error);
  }
}

function requireEmpty(paths: DataPaths): void {
  if (existsSync(paths.nodeFile)) {
    throw new StartError('data-exists', `${paths.root} already holds a node`);
  }
  if (existsSync(paths.makingMarker)) return;
  const others = readdirSync(paths.root).filter((name) => !HARMLESS.has(name));
  if (others.length === 0) return;
  throw new StartError('data-incomplete', `${paths.root} is not empty: it holds ${others[0]}`);
}

async function writeFiles(
  { directory, onProgress, signal }: RestoreOptions,
  manifest: BackupManifest,
  pool: ObjectPool,
  totalBytes: number,
): Promise<void> {
  const folders = new Set<string>();
  let doneBytes = 0;
  for (const file of manifest.files) {
    if (file.path === NODE_FILE) continue;
    if (signal !== undefined) requireGoingOn(signal);
    await writeWhole(directory, file, pool);
    folders.add(dirname(join(directory, file.path)));
    doneBytes += file.sizeBytes;
    onProgress?.({ path: file.path, doneBytes, totalBytes });
  }
  for (const folder of folders) await syncFolder(folder);
}

/** Writes a file out of its pieces, and syncs it; it has its name only when it is whole. */
async function writeWhole(directory: string, file: BackupFile, pool: ObjectPool): Promise<void> {
  const target = join(directory, file.path);
  const draft = `${target}.new`;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await writePieces(handle, file, pool);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function writePieces(handle: FileHandle, file: BackupFile, pool: ObjectPool): Promise<void> {
  let sizeBytes = 0;
  for (const digest of file.chunks) {
    const piece = await pool.get(digest);
    await handle.writeFile(piece);
    sizeBytes += piece.length;
  }
  if (sizeBytes === file.sizeBytes) return;
  throw new BackupError('backup-damaged', `${file.path} has ${sizeBytes} bytes in the backup`);
}

/** The chain must be the one, and at the place, that the manifest says; then it is put on hold. Gives the chain that it goes on from. */
function checkChain(
  paths: DataPaths,
  chain: BackupChain,
  manifest: BackupManifest,
  nowMs: number,
): string | undefined {
  const files = chainPaths(paths, chain.slug);
  makeFolder(files.vault);
  using store = openStore({ path: files.store });
  const reader = new ChainReader(store);
  const { size, root, height } = reader.head();
  if (
    toHex(reader.spec.genesisDigest) !== chain.genesis ||
    size !== chain.size ||
    height !== chain.height ||
    toHex(root) !== chain.root
  ) {
    throw damaged(manifest, `its chain ${chain.chain} is at another place than it says`);
  }
  writeHold(files.standing.hold, {
    restored: { backup: manifest.id, restoredMs: nowMs, size, root: fromHex(chain.root) ?? root },
  });
  return reader.spec.genesis.predecessor?.chain;
}

/** A chain that another one goes on from, after a declared break, stays closed. */
function keepBroken(paths: DataPaths, chain: BackupChain, successor: string | undefined): void {
  if (successor === undefined) return;
  const { hold } = chainPaths(paths, chain.slug).standing;
  writeHold(hold, { ...readHold(hold), successor });
}

function damaged({ id }: BackupManifest, why: string): BackupError {
  return new BackupError('backup-damaged', `backup ${id} cannot be restored: ${why}`);
}
