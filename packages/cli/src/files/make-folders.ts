import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder with those that lead to it; throws what the system says. One step at a time, since `mkdirSync` with `recursive` never
 * returns where the system will not make a folder in one that is there (nodejs, under /proc).
 */
export function makeFolders(path: string): void {
  const missing = [];
  for (let at = path; !isFolder(at); at = dirname(at)) {
    missing.push(at);
    if (at === dirname(at)) break;
  }
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Somebody else may have made it in this moment.
      if (!isFolder(folder)) throw error;
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
