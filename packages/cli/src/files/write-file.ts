import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '@hefu/keystore';

/** Replaces a file as a whole, with the folders that lead to it: nobody ever sees half of it. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  makeFolders(dirname(path));
  const temporary = `${path}.new`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** {@link writeWhole}, and on disk when it returns. */
export function writeDurable(path: string, content: string | Uint8Array): void {
  makeFolders(dirname(path));
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w');
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** A document as our files have it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
