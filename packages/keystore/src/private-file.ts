import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';

/** Only the owner may read and write. */
const PRIVATE_FILE_MODE = 0o600;
/** Bits that let anyone but the owner read, write or run. */
const OTHERS_MASK = 0o077;

/**
 * Writes a new file that only its owner may read: whole and on disk when this returns, or absent
 * whatever happens. Returns false when there is one already, which is left as it is.
 */
export function writeNewPrivateFile(path: string, content: Uint8Array): boolean {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = openSync(temporary, 'wx', PRIVATE_FILE_MODE);
    try {
      writeAll(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    // A link, unlike a rename, refuses to replace what is there.
    linkSync(temporary, path);
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
  return true;
}

/** Whether the mode bits of a file let only its owner in. Windows keeps no such bits. */
export function isPrivateMode(mode: number): boolean {
  return process.platform === 'win32' || (mode & OTHERS_MASK) === 0;
}

/** Whether `error` came from the operating system with this code, such as `ENOENT`. */
export function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Makes names given in the folder survive a loss of power. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function writeAll(file: number, content: Uint8Array): void {
  let written = 0;
  while (written < content.length) written += writeSync(file, content, written);
}
