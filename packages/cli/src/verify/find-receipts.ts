import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { RECEIPT_ENDING } from '../deposit/receipt-files.ts';

/** A receipt in a folder. */
export interface FoundReceipt {
  readonly path: string;
  /** Its place in the folder, with `/` on every system. */
  readonly name: string;
  /** Name of the file it is for. */
  readonly contentName: string;
}

/** The receipts in a folder, by name; folders whose names begin with a dot are left out. */
export function findReceipts(root: string): readonly FoundReceipt[] {
  const found: FoundReceipt[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.')) folders.push(path);
      } else if (entry.name.endsWith(RECEIPT_ENDING)) {
        const name = relative(root, path).split(sep).join('/');
        found.push({ path, name, contentName: name.slice(0, -RECEIPT_ENDING.length) });
      }
    }
  }
  return found.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
