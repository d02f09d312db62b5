import { readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { OWN_FOLDERS, RECEIPT_ENDING } from '../deposit/receipt-files.ts';

/** Names that a report lists; beyond them they are only counted. */
const NAMES_MAX = 10_000;

/** Contents that no receipt speaks for. */
export interface Uncovered {
  readonly count: number;
  /** The first of them, by name, with `/` on every system; folders that could not be read end with it. */
  readonly names: readonly string[];
}

/**
 * What lies in a folder of contents and is not among those that receipts were looked up for. Receipts and what belongs to them are no
 * contents, where they lie in the same folder; links are not followed, and count by themselves.
 */
export function uncoveredContents(options: {
  readonly contents: string;
  /** Paths of the contents that receipts are for. */
  readonly covered: ReadonlySet<string>;
  /** The folder of receipts. */
  readonly receipts: string;
  readonly trustPath: string;
}): Uncovered {
  const { contents, covered, receipts, trustPath } = options;
  // Where there is no such folder, every receipt says so.
  if (statSync(contents, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { count: 0, names: [] };
  }
  const names: string[] = [];
  const folders = [contents];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = entriesOf(folder);
    if (entries === undefined) names.push(`${nameOf(contents, folder)}/`);
    for (const entry of entries ?? []) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const isOwn = folder === receipts && OWN_FOLDERS.includes(entry.name);
        // Receipts in a folder of their own within the contents; in the same folder they are told by their ending.
        if (!isOwn && path !== receipts) folders.push(path);
      } else if (!covered.has(path) && path !== trustPath) {
        const isReceipt = isWithin(receipts, folder) && entry.name.endsWith(RECEIPT_ENDING);
        if (!isReceipt) names.push(nameOf(contents, path));
      }
    }
  }
  const sorted = names.toSorted((left, right) => (left < right ? -1 : 1));
  return { count: names.length, names: sorted.slice(0, NAMES_MAX) };
}

function entriesOf(folder: string): readonly Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

function nameOf(contents: string, path: string): string {
  return relative(contents, path).split(sep).join('/');
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}
