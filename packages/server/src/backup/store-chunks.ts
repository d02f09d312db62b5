import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { BackupError } from './errors.ts';
import type { BackupFile } from './manifest.ts';
import type { ObjectPool } from './object-pool.ts';

/** Called for every piece that was read: how many bytes, and how many of them were new. */
export type CountBytes = (readBytes: number, newBytes: number) => void;

export interface FileToStore {
  /** Where it lies. */
  readonly source: string;
  /** Its place in a data folder. */
  readonly path: string;
  readonly chunkBytes: number;
  /** Takes no more than so many bytes, of a file that grows; all unless given. */
  readonly endBytes?: number;
  readonly mark?: string;
}

/** Takes a file into the pool, piece by piece. Undefined when it went away meanwhile. */
export async function storeFile(
  file: FileToStore,
  pool: ObjectPool,
  signal: AbortSignal,
  count: CountBytes,
): Promise<BackupFile | undefined> {
  const handle = await openIfThere(file.source);
  if (handle === undefined) return undefined;
  try {
    const sizeBytes = file.endBytes ?? (await handle.stat()).size;
    const buffer = new Uint8Array(Math.min(file.chunkBytes, Math.max(sizeBytes, 1)));
    const chunks: string[] = [];
    for (let at = 0; at < sizeBytes; at += file.chunkBytes) {
      requireGoingOn(signal);
      const piece = buffer.subarray(0, Math.min(file.chunkBytes, sizeBytes - at));
      await fill(handle, piece, at, file.source);
      const { digest, isNew } = await pool.put(piece);
      chunks.push(digest);
      count(piece.length, isNew ? piece.length : 0);
    }
    const { path, chunkBytes, mark } = file;
    return { path, sizeBytes, chunkBytes, chunks, ...(mark === undefined ? {} : { mark }) };
  } finally {
    await handle.close();
  }
}

/** Throws `backup-cancelled` when it was asked for. */
export function requireGoingOn(signal: AbortSignal): void {
  if (signal.aborted) throw new BackupError('backup-cancelled', 'the backup was cancelled');
}

async function fill(
  handle: FileHandle,
  piece: Uint8Array,
  position: number,
  source: string,
): Promise<void> {
  let filled = 0;
  while (filled < piece.length) {
    const { bytesRead } = await handle.read(
      piece,
      filled,
      piece.length - filled,
      position + filled,
    );
    if (bytesRead === 0) throw new Error(`${source} became shorter while it was read`);
    filled += bytesRead;
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
