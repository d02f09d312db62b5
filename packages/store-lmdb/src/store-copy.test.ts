// Goal: a copy of the tables is one moment of the store, whatever is written meanwhile. Method: another process commits numbered
// batches without pause; each copy, with the segments up to the ends that it names, must hold whole batches and nothing after them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStore, SEGMENT_FOLDER } from './open-store.ts';
import { segmentPath } from './segments/segment-file.ts';
import { faultOfBatch, lastBatch, rowsAfterBatch } from './testing/batches.ts';
import { temporaryFolder } from './testing/folders.ts';

const WRITER = fileURLToPath(new URL('./testing/writer-process.ts', import.meta.url));
/** Enough to fill several segments. */
const BATCHES_MIN = 12;

it('copies of a busy store hold whole batches', async () => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'store');
  openStore({ path: source }).close();
  const writer = spawn(
    process.execPath,
    ['--conditions=source', WRITER, source, String(1024 * 1024)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let last = 0;
  try {
    await once(writer.stdout, 'data');
    using store = openStore({ path: source, readOnly: true });
    for (let round = 0; last < BATCHES_MIN; round++) {
      const acknowledged = lastBatch(store);
      const copy = join(folder.path, `copy-${round}`);
      await store.copyTables(copy);
      copySegments(source, copy);
      using opened = openStore({ path: copy });
      const batch = lastBatch(opened);
      expect(batch, `copy ${round}`).toBeGreaterThanOrEqual(acknowledged);
      for (let number = 1; number <= batch; number++) {
        expect(faultOfBatch(opened, number), `copy ${round}`).toBeUndefined();
      }
      expect(rowsAfterBatch(opened, batch), `copy ${round}`).toBe(0);
      last = batch;
    }
  } finally {
    writer.kill('SIGKILL');
    await once(writer, 'close');
  }
  using copied = openStore({ path: source, readOnly: true });
  expect(copied.segmentEnds().length).toBeGreaterThan(1);
});

/** Takes each segment up to the end that the copy names; the bytes behind it are of transactions to come. */
function copySegments(source: string, copy: string): void {
  const segments = join(copy, SEGMENT_FOLDER);
  mkdirSync(segments);
  cpSync(join(source, SEGMENT_FOLDER), segments, { recursive: true });
  using tables = openStore({ path: copy, readOnly: true });
  const ends = tables.segmentEnds();
  expect(ends.length).toBeGreaterThan(0);
  for (const { segment, endBytes } of ends) truncateSync(segmentPath(segments, segment), endBytes);
}
