import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isErrorCode, isPrivateMode, writeNewPrivateFile } from './private-file.ts';
import { makeFolders, PRIVATE_FOLDER_MODE } from './make-folders.ts';
import { fault } from './verdict.ts';
import type { KeystoreFault } from './verdict.ts';

/** A master key is this many random bytes, stored as they are. */
export const MASTER_KEY_BYTES = 32;

/** Where the master key is, and the data folder it must stay out of. */
export interface MasterKeyPlace {
  readonly path: string;
  readonly dataDirectory: string;
}

/** A master key that was read, or why not. */
export type MasterKeyResult = { readonly ok: true; readonly masterKey: Uint8Array } | KeystoreFault;

/**
 * The place of the master key when nothing else is configured: `HEFU_MASTER_KEY_FILE`, else
 * `$XDG_CONFIG_HOME/hefu/master.key`, else `~/.config/hefu/master.key`.
 */
export function masterKeyPath(
  environment: Readonly<Record<string, string | undefined>>,
  homeDirectory: string = homedir(),
): string {
  const named = environment['HEFU_MASTER_KEY_FILE'];
  if (named !== undefined && named !== '') return resolve(named);
  const configured = environment['XDG_CONFIG_HOME'];
  // The XDG base directory specification tells to ignore relative paths.
  const base =
    configured !== undefined && isAbsolute(configured)
      ? configured
      : join(homeDirectory, '.config');
  return join(base, 'hefu', 'master.key');
}

/**
 * Makes a master key of fresh random bytes at `path`, readable by its owner only. Refuses a path
 * inside the data folder (`master-key-inside-data`) and never replaces a key (`master-key-exists`).
 */
export function createMasterKey(place: MasterKeyPlace): MasterKeyResult {
  if (isInside(place.path, place.dataDirectory)) return fault('master-key-inside-data', place.path);
  makeFolders(dirname(place.path), PRIVATE_FOLDER_MODE);
  const masterKey = new Uint8Array(randomBytes(MASTER_KEY_BYTES));
  if (!writeNewPrivateFile(place.path, masterKey)) return fault('master-key-exists', place.path);
  return { ok: true, masterKey };
}

/**
 * Reads the master key. Refuses one that others may read (`master-key-permissions`), that lies in
 * the data folder (`master-key-inside-data`) or has not 32 bytes (`master-key-malformed`).
 */
export function readMasterKey(place: MasterKeyPlace): MasterKeyResult {
  const { path } = place;
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return fault('master-key-missing', path);
    if (isErrorCode(error, 'EACCES')) {
      return fault('master-key-permissions', path, 'this user may not read it');
    }
    throw error;
  }
  try {
    if (isInside(path, place.dataDirectory)) return fault('master-key-inside-data', path);
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size !== MASTER_KEY_BYTES) {
      return fault('master-key-malformed', path, `${stat.size} bytes instead of 32`);
    }
    if (!isPrivateMode(stat.mode)) {
      return fault('master-key-permissions', path, `mode ${(stat.mode & 0o777).toString(8)}`);
    }
    return { ok: true, masterKey: new Uint8Array(readFileSync(file)) };
  } finally {
    closeSync(file);
  }
}

/** Whether `path` is in `folder`, symbolic links followed as far as the path exists. */
function isInside(path: string, folder: string): boolean {
  const way = relative(followLinks(folder), followLinks(path));
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function followLinks(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch (error) {
    const parent = dirname(absolute);
    if (!isErrorCode(error, 'ENOENT') || parent === absolute) return absolute;
    return join(followLinks(parent), basename(absolute));
  }
}
