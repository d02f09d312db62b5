import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders, PRIVATE_FOLDER_MODE } from '@hefu/keystore';

const FILE_MODE = 0o600;

/** Only the owner may look into a data folder: it holds credentials and sealed keys. */
export function makeFolder(path: string): void {
  makeFolders(path, PRIVATE_FOLDER_MODE);
}

/** Replaces a file as a whole: after a crash it has the old content or the new. */
export function writeFileAtomic(path: string, content: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', FILE_MODE);
  try {
    // Goes on until all is written; a single write may stop short on a disk that is nearly full.
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Makes names in a folder durable; Windows has no such call and no need of it. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The JSON in a file, undefined when the file is not there; throws what reading or parsing throws. */
export function readJsonFile(path: string): unknown {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as unknown) : undefined;
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
