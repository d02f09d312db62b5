import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ObjectReader,
  ObjectStorage,
  ObjectWriter,
  StoredEntry,
  StoredKind,
} from './object-storage.ts';

/** How to open a folder of objects. */
export interface FolderStorageOptions {
  /** The folder; made when absent. */
  readonly directory: string;
  /**
   * Whether what writers that were killed have left is cleared away. Only the one process that
   * writes may do so; a reader beside it must not. Yes unless given.
   */
  readonly sweep?: boolean;
}

const PRIVATE_FILE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;
const TEMPORARY_FOLDER = 'temp';
/** Names are spread over 256 folders by their first two digits, so that no folder grows huge. */
const SHARD_LENGTH = 2;
const SHARD = /^[0-9a-f]{2}$/;
const NAME = /^[0-9a-f]{64}$/;

/**
 * Objects as files: `objects/ab/abcd…`, `tombstones/ab/abcd…`, and `temp/` for what is being
 * written. A file appears by a rename, after its bytes and before its folder are synced, so that a
 * name stands for a whole object whenever the process or the machine stops.
 */
export async function openFolderStorage(options: FolderStorageOptions): Promise<ObjectStorage> {
  const { directory } = options;
  const temporary = join(directory, TEMPORARY_FOLDER);
  if (options.sweep !== false) {
    await makeFolder(directory);
    await rm(temporary, { recursive: true, force: true });
    await makeFolder(temporary);
    await makeFolder(join(directory, 'objects'));
    await makeFolder(join(directory, 'tombstones'));
  }

  function shardOf(kind: StoredKind, name: string): string {
    if (!NAME.test(name)) throw new RangeError('names of stored objects are 64 hex digits');
    return join(directory, kind, name.slice(0, SHARD_LENGTH));
  }

  return {
    async create() {
      const path = join(temporary, randomBytes(16).toString('hex'));
      return createWriter(await open(path, 'wx', PRIVATE_FILE_MODE), path, shardOf);
    },
    async open(kind, name) {
      const file = await openIfThere(join(shardOf(kind, name), name), 'r');
      if (file === undefined) return undefined;
      try {
        return createReader(file, (await file.stat()).size);
      } catch (error) {
        await file.close();
        throw error;
      }
    },
    async remove(kind, name, wipeBytes) {
      const shard = shardOf(kind, name);
      const path = join(shard, name);
      const file = await openIfThere(path, 'r+');
      if (file === undefined) return false;
      try {
        await wipeEnd(file, wipeBytes);
      } finally {
        await file.close();
      }
      await rm(path, { force: true });
      await syncFolder(shard);
      return true;
    },
    async list(kind, { after, limit }) {
      const entries: StoredEntry[] = [];
      const firstShard = after?.slice(0, SHARD_LENGTH) ?? '';
      for (const shard of await namesIn(join(directory, kind), SHARD)) {
        if (shard < firstShard) continue;
        for (const name of await namesIn(join(directory, kind, shard), NAME)) {
          if (entries.length >= limit) return entries;
          if (after !== undefined && name <= after) continue;
          const sizeBytes = await sizeOf(join(directory, kind, shard, name));
          if (sizeBytes !== undefined) entries.push({ name, sizeBytes });
        }
      }
      return entries;
    },
    async usedBytes() {
      let total = 0;
      for (const shard of await namesIn(join(directory, 'objects'), SHARD)) {
        for (const name of await namesIn(join(directory, 'objects', shard), NAME)) {
          total += (await sizeOf(join(directory, 'objects', shard, name))) ?? 0;
        }
      }
      return total;
    },
  };
}

function createWriter(
  file: FileHandle,
  path: string,
  shardOf: (kind: StoredKind, name: string) => string,
): ObjectWriter {
  let isOpen = true;
  return {
    async write(bytes) {
      let written = 0;
      while (written < bytes.length) {
        written += (await file.write(bytes, written, bytes.length - written)).bytesWritten;
      }
    },
    async commit(kind, name) {
      await file.sync();
      isOpen = false;
      await file.close();
      const shard = shardOf(kind, name);
      await makeFolder(shard);
      await rename(path, join(shard, name));
      await syncFolder(shard);
    },
    async abort() {
      if (isOpen) {
        isOpen = false;
        await file.close();
      }
      // After a commit the path is gone, and there is nothing to drop.
      await rm(path, { force: true });
    },
  };
}

function createReader(file: FileHandle, sizeBytes: number): ObjectReader {
  return {
    sizeBytes,
    async read(offset, length, room) {
      const bytes =
        room === undefined || room.length < length
          ? new Uint8Array(length)
          : room.subarray(0, length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled === length ? bytes : bytes.subarray(0, filled);
    },
    async close() {
      await file.close();
    },
  };
}

async function wipeEnd(file: FileHandle, wipeBytes: number): Promise<void> {
  const { size } = await file.stat();
  const length = Math.min(wipeBytes, size);
  await file.write(new Uint8Array(length), 0, length, size - length);
  await file.sync();
}

async function makeFolder(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  if (made !== undefined) await syncFolder(join(path, '..'));
}

/** Makes names given in a folder survive a loss of power. Windows has no such call. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function namesIn(path: string, pattern: RegExp): Promise<string[]> {
  try {
    return (await readdir(path)).filter((name) => pattern.test(name)).toSorted();
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Undefined when the file was removed since it was listed. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function openIfThere(path: string, flags: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Whether `error` came from the operating system with this code, such as `ENOENT`. */
export function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
