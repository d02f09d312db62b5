import { ftruncateSync, closeSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { StoreError } from '../errors.ts';
import { syncDirectory } from '../files.ts';
import { segmentOfName, segmentPath } from './segment-file.ts';
import type { SegmentEnd } from './segment-writer.ts';

/**
 * Brings the folder of segments to what the newest commit knows: bytes beyond a recorded end, and segments that were
 * never recorded, belong to a transaction that did not happen, and are cut. Throws `store-damaged` when a segment is
 * missing or shorter than recorded.
 */
export function recoverSegments(directory: string, ends: readonly SegmentEnd[]): void {
  checkSegments(directory, ends);
  const known = new Map(ends.map(({ segment, endBytes }) => [segment, endBytes]));
  let changed = false;
  for (const name of readdirSync(directory)) {
    const segment = segmentOfName(name);
    if (segment === undefined) continue;
    const path = segmentPath(directory, segment);
    const endBytes = known.get(segment);
    if (endBytes === undefined) {
      rmSync(path);
      changed = true;
    } else if (statSync(path).size > endBytes) {
      const handle = openSync(path, 'r+');
      ftruncateSync(handle, endBytes);
      closeSync(handle);
    }
  }
  if (changed) syncDirectory(directory);
}

/** The half of the above that only looks. */
export function checkSegments(directory: string, ends: readonly SegmentEnd[]): void {
  for (const { segment, endBytes } of ends) {
    const path = segmentPath(directory, segment);
    const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size;
    if (sizeBytes !== undefined && sizeBytes >= endBytes) continue;
    throw new StoreError(
      'store-damaged',
      sizeBytes === undefined
        ? `${path} is missing`
        : `${path} is shorter than recorded (${sizeBytes} bytes of ${endBytes})`,
      { path, recordedBytes: endBytes, foundBytes: sizeBytes ?? 0 },
    );
  }
}
