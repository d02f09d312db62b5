import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { receiptStem } from '../deposit/receipt-files.ts';

/** How the stem of a name ends that was too long to be taken whole. */
const MARK_PATTERN = /~[0-9a-f]{16}$/;

/**
 * Where the content of a receipt should lie: its name in the folder of contents, or, where the receipt's own name was cut,
 * the file there whose name is cut to the same.
 */
export function contentPath(contents: string, contentName: string): string {
  const path = join(contents, ...contentName.split('/'));
  if (!MARK_PATTERN.test(contentName) || isThere(path)) return path;
  const folder = dirname(path);
  if (!isThere(folder)) return path;
  const stem = contentName.slice(contentName.lastIndexOf('/') + 1);
  const name = readdirSync(folder).find((each) => receiptStem(each) === stem);
  return name === undefined ? path : join(folder, name);
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
