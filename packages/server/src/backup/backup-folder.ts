import { existsSync, readdirSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, readJsonFile, writeFileAtomic } from '../node/files.ts';
import { lockFolder } from '../node/folder-lock.ts';
import { StartError } from '../node/start-fault.ts';
import { BackupError, diskFull } from './errors.ts';
import { BACKUP_FORMAT, ROOM_BYTES } from './limits.ts';
import { markerText } from './manifest.ts';

const MARKER = 'hefu-backup.json';
const LOCK = 'backup.lock';
const WORK = 'work';

/** A folder of backups, held by one process. */
export interface BackupFolder extends Disposable {
  readonly path: string;
  /** Empty at first; what is left in it is thrown away. */
  readonly work: string;
}

/** Opens a folder for writing backups; made when absent. Throws BackupError `backup-foreign`, `backup-busy`. */
export function openBackupFolder(path: string): BackupFolder {
  makeFolder(path);
  const marker = join(path, MARKER);
  if (!existsSync(marker)) {
    const others = readdirSync(path).filter((name) => name !== LOCK);
    if (others.length > 0) {
      throw new BackupError('backup-foreign', `${path} holds other things than backups`);
    }
  }
  const lock = lockBackups(path);
  try {
    if (existsSync(marker)) requireMarker(path);
    else writeFileAtomic(marker, markerText());
    makeFolder(join(path, 'backups'));
    makeFolder(join(path, 'objects'));
    const work = join(path, WORK);
    rmSync(work, { recursive: true, force: true });
    makeFolder(work);
    return {
      path,
      work,
      [Symbol.dispose]() {
        rmSync(work, { recursive: true, force: true });
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** Throws BackupError `backup-missing`, `backup-too-new` unless the folder holds backups. */
export function requireMarker(path: string): void {
  const value = readJsonFile(join(path, MARKER)) as { readonly format?: unknown } | undefined;
  if (value === undefined) throw new BackupError('backup-missing', `${path} holds no backups`);
  if (value.format === BACKUP_FORMAT) return;
  throw new BackupError('backup-too-new', `${path} has another format than ${BACKUP_FORMAT}`);
}

/** Throws `disk-full` unless the disk of `path` has room for so many bytes. */
export async function requireRoom(path: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free < neededBytes + ROOM_BYTES) throw diskFull(path, neededBytes, free);
}

function lockBackups(path: string): Disposable {
  try {
    return lockFolder(join(path, LOCK));
  } catch (cause) {
    if (!(cause instanceof StartError) || cause.code !== 'data-in-use') throw cause;
    throw new BackupError('backup-busy', `another process makes a backup into ${path}`, { cause });
  }
}
