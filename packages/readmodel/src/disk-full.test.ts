// Goal: a full disk halts projecting without blaming a projection, and it goes on once there is room. Method: a small file
// system in memory, mounted for the test (needs root on Linux), filled by a batch of 100,000 items.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReadModel } from './read-model.ts';
import { temporaryFolder } from './testing/folders.ts';
import { expectedCounts, sampleBlock, sampleSource } from './testing/sample-chain.ts';
import { countsByQuery } from './testing/tables.ts';

const SAMPLE = new URL('./testing/sample-module.ts', import.meta.url).href;
const DISK_MEGABYTES = 64;

function mount(path: string): void {
  const size = `size=${DISK_MEGABYTES}m`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', path], { stdio: 'pipe' });
}

function unmount(path: string): void {
  execFileSync('umount', ['--lazy', path], { stdio: 'pipe' });
}

function reasonAgainstMounting(): string | undefined {
  if (process.platform !== 'linux') return 'mounting a test disk is done on Linux only';
  if (process.getuid?.() !== 0) return 'mounting a test disk needs root';
  using folder = temporaryFolder();
  try {
    mount(folder.path);
    unmount(folder.path);
    return undefined;
  } catch (error) {
    return `mounting a test disk is not permitted here: ${String(error)}`;
  }
}

const reason = reasonAgainstMounting();
if (reason !== undefined) console.warn(`disk-full.test.ts is skipped: ${reason}`);

describe.skipIf(reason !== undefined)('a full disk', () => {
  it('halts projecting until there is room', async () => {
    using folder = temporaryFolder();
    mount(folder.path);
    try {
      const items = 100_000;
      const ballast = join(folder.path, 'ballast');
      writeFileSync(ballast, Buffer.alloc((DISK_MEGABYTES - 2) * 1024 * 1024));
      const source = sampleSource(6);
      await using model = await createReadModel({
        directory: folder.path,
        modules: [SAMPLE],
        source,
      });
      await model.advance(6);
      const before = await countsByQuery(model);
      await expect(model.apply(sampleBlock(7, items))).rejects.toThrow(
        expect.objectContaining({ code: 'database-failed' }),
      );
      const { halted, projections } = model.status();
      expect(halted?.message).toContain('full');
      expect(projections.map(({ height, failure }) => [height, failure])).toEqual([
        [6, undefined],
        [6, undefined],
      ]);
      expect(await countsByQuery(model)).toEqual(before);
      rmSync(ballast);
      await model.apply(sampleBlock(7, items));
      const { deposits } = expectedCounts(7);
      expect(await countsByQuery(model)).toMatchObject({
        height: 7,
        deposits,
        items: before.items + items,
      });
      expect(model.status().halted).toBeUndefined();
    } finally {
      unmount(folder.path);
    }
  });
});
