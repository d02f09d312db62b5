// Goal: a full disk and a disk that cannot be written are errors of their own, after which everything committed is there
// and the store is usable. Method: small file systems in memory, mounted for the test (needs root on Linux).
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreReader } from '@hefu/ledger';
import { describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { StoreError } from './errors.ts';
import type { LmdbStore } from './lmdb-store.ts';
import { commitBatch, faultOfBatch, lastBatch, rowsAfterBatch } from './testing/batches.ts';
import { reasonAgainstMounting, smallDisk } from './testing/folders.ts';

const reason = reasonAgainstMounting();
if (reason !== undefined) console.warn(`store-disk.test.ts is skipped: ${reason}`);

describe.skipIf(reason !== undefined)('a full disk', () => {
  it('refuses the block and keeps the store usable, whatever was being written', () => {
    using disk = smallDisk(8);
    const path = join(disk.path, 'store');
    using store = openStore({ path, segmentBytesMax: 1_000_000 });
    // Ballast to be taken away later, as an operator would.
    const ballast = join(disk.path, 'ballast');
    writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
    const { count, code } = commitUntilRefused(store, (number) => {
      commitBatch(store, number);
    });
    expect(code).toBe('store-full');
    checkBatches(store, count);
    using view = store.snapshot();
    // Still full: refused again, and reading goes on.
    expect(codeOf(() => commitBatch(store, count + 1))).toBe('store-full');
    checkBatches(store, count);
    checkBatches(view, count);
    rmSync(ballast);
    commitBatch(store, count + 1);
    checkBatches(view, count);
    checkBatches(store, count + 1);
    store.close();
    using reopened = openStore({ path });
    checkBatches(reopened, count + 1);
  });

  it('refuses a block of small rows that fills the database itself', () => {
    using disk = smallDisk(6);
    const path = join(disk.path, 'store');
    using store = openStore({ path });
    const ballast = join(disk.path, 'ballast');
    writeFileSync(ballast, Buffer.alloc(1024 * 1024));
    const rows = 200;
    const put = (number: number): void => {
      store.commit((transaction) => {
        for (let row = 0; row < rows; row += 1) {
          transaction.put(
            'entries',
            Uint8Array.of(number >> 8, number & 255, row),
            new Uint8Array(150),
          );
        }
      });
    };
    const { count, code } = commitUntilRefused(store, put);
    expect(code).toBe('store-full');
    const countRows = (from: LmdbStore): number => [...from.range('entries')].length;
    expect(countRows(store)).toBe(count * rows);
    rmSync(ballast);
    put(count + 1);
    expect(countRows(store)).toBe((count + 1) * rows);
    store.close();
    using reopened = openStore({ path });
    expect(countRows(reopened)).toBe((count + 1) * rows);
  });

  it('leaves no half-made store when there is no room for one', () => {
    using disk = smallDisk(1);
    const path = join(disk.path, 'store');
    const ballast = join(disk.path, 'ballast');
    fill(ballast);
    expect(codeOf(() => openStore({ path }))).toBe('store-full');
    rmSync(ballast);
    using store = openStore({ path });
    expect(lastBatch(store)).toBe(0);
  });
});

describe.skipIf(reason !== undefined)('a disk that cannot be written', () => {
  it('is named when a writer opens it, and can be read', () => {
    using disk = smallDisk(8);
    const path = join(disk.path, 'store');
    {
      using store = openStore({ path });
      commitBatch(store, 1);
    }
    disk.remount('ro');
    try {
      const files = readdirSync(path);
      expect(codeOf(() => openStore({ path }))).toBe('store-read-only');
      expect(codeOf(() => openStore({ path: join(disk.path, 'new') }))).toBe('store-read-only');
      using reader = openStore({ path, readOnly: true });
      checkBatches(reader, 1);
      expect(readdirSync(path)).toEqual(files);
    } finally {
      disk.remount('rw');
    }
  });
});

function commitUntilRefused(
  store: LmdbStore,
  put: (number: number) => void,
): { count: number; code: string | undefined } {
  for (let number = 1; number < 10_000; number += 1) {
    const code = codeOf(() => {
      put(number);
    });
    if (code !== undefined) return { count: number - 1, code };
  }
  throw new Error(`the disk was never full: ${JSON.stringify(store.stats())}`);
}

function checkBatches(store: StoreReader, count: number): void {
  expect(lastBatch(store)).toBe(count);
  for (let number = 1; number <= count; number += 1) {
    expect(faultOfBatch(store, number)).toBeUndefined();
  }
  expect(rowsAfterBatch(store, count)).toBe(0);
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
}

/** Fills the disk to its last page. */
function fill(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(4 * 1024 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
