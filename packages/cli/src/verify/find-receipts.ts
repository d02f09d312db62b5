import { readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { OWN_FOLDERS, RECEIPT_ENDING } from '../deposit/receipt-files.ts';

/** A receipt in a folder. */
export interface FoundReceipt {
  readonly path: string;
  /** Its place in the folder, with `/` on every system. */
  readonly name: string;
  /** Name of the file it is for, as far as the receipt's own name tells it (`receiptStem`). */
  readonly contentName: string;
}

/** The receipts in a folder, by name, without those of earlier contents. */
export function findReceipts(root: string): readonly FoundReceipt[] {
  const found: FoundReceipt[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (folder !== root || !OWN_FOLDERS.includes(entry.name)) folders.push(path);
      } else if (entry.name.endsWith(RECEIPT_ENDING) && isFile(entry, path)) {
        const name = relative(root, path).split(sep).join('/');
        found.push({ path, name, contentName: name.slice(0, -RECEIPT_ENDING.length) });
      }
    }
  }
  return found.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** A link counts as what it leads to; pipes and devices, which would be read without end, are no receipts. */
function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
