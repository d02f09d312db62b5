import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Only the owner may enter. */
export const PRIVATE_FOLDER_MODE = 0o700;

/**
 * Makes a folder with those that lead to it, all of the mode given; throws what the system says. One step at a time, since `mkdirSync` with `recursive` never
 * returns where the system will not make a folder in one that is there (nodejs, under /proc).
 */
export function makeFolders(path: string, mode = 0o777): void {
  const missing = [];
  for (let at = path; !isFolder(at); at = dirname(at)) {
    missing.push(at);
    if (at === dirname(at)) break;
  }
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      // Somebody else may have made it in this moment.
      if (!isFolder(folder)) throw error;
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
