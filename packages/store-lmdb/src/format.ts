import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from './errors.ts';
import { replaceFile } from './files.ts';
import { STORE_FORMAT } from './limits.ts';

const FORMAT_FILE = 'format.json';

/**
 * Reads the version of the layout. It is checked before any other file is touched, so that a newer folder is left
 * exactly as it is. Undefined when the folder has no such file yet.
 * Throws `store-too-new` and `store-damaged`.
 */
export function readFormat(directory: string): number | undefined {
  const path = join(directory, FORMAT_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const version = versionIn(text);
  if (version === undefined) {
    throw new StoreError('store-damaged', `${path} names no version of the store's format`, {
      path,
    });
  }
  requireKnownFormat(version, directory);
  return version;
}

export function requireKnownFormat(version: number, directory: string): void {
  if (version <= STORE_FORMAT) return;
  throw new StoreError(
    'store-too-new',
    `${directory} was written by a newer version of this program (store format ${version}, known up to ${STORE_FORMAT})`,
    { path: directory, format: version, formatKnown: STORE_FORMAT },
  );
}

/** Written last of all when a store is made: a folder that has it is complete. */
export function writeFormat(directory: string): void {
  replaceFile(
    join(directory, FORMAT_FILE),
    `${JSON.stringify({ 'store-format': STORE_FORMAT })}\n`,
  );
}

function versionIn(text: string): number | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null) return undefined;
  const version = (content as Record<string, unknown>)['store-format'];
  return typeof version === 'number' && Number.isSafeInteger(version) && version > 0
    ? version
    : undefined;
}
