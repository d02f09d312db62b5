import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Statements may hold what only the consortium should see: nobody else on the machine reads them. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

/** Makes the names in a folder durable. Windows has no such call and needs none. */
export function syncDirectory(directory: string): void {
  let handle: number;
  try {
    handle = openSync(directory, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return;
    throw error;
  }
  try {
    fsyncSync(handle);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  } finally {
    closeSync(handle);
  }
}

/**
 * Creates the folder and those above it, and makes their names durable. Node's own `recursive` is not used: it says
 * "not found" on a read-only disk, and never returns where the system forbids new folders (seen under /proc).
 */
export function ensureDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) ensureDirectory(parent);
  mkdirSync(directory, { mode: FOLDER_MODE });
  syncDirectory(parent);
}

/** Replaces a small file so that a crash leaves the old one or the new one, never a part. */
export function replaceFile(path: string, content: string): void {
  const draft = join(dirname(path), `.${basename(path)}.new`);
  try {
    const handle = openSync(draft, 'w', FILE_MODE);
    try {
      writeFileSync(handle, content);
      fdatasyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}
