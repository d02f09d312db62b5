// Goal: whatever is wrong with a folder is named by its code, nothing wrong is read, and what a broken-off transaction
// left behind is cut. Method: a store with large values is made, its files are changed as a fault would, and it is opened.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { checkPagesWithinFile } from './page-reach.ts';
import { commitBatch, faultOfBatch, lastBatch } from './testing/batches.ts';
import { temporaryFolder } from './testing/folders.ts';
import type { TestFolder } from './testing/folders.ts';

const BATCHES = 12;
const SEGMENT_BYTES_MAX = 1_500_000;

/** A folder with a closed store in it. */
function madeFolder(): TestFolder {
  const folder = temporaryFolder();
  using store = openStore({ path: folder.path, segmentBytesMax: SEGMENT_BYTES_MAX });
  for (let number = 1; number <= BATCHES; number += 1) commitBatch(store, number);
  return folder;
}

function withCode(code: string): unknown {
  return expect.objectContaining({ name: 'StoreError', code });
}

describe('damage', () => {
  const FAULTS: readonly (readonly [string, (path: string) => void])[] = [
    ['the database is missing', (path) => rmSync(join(path, 'data.mdb'))],
    ['the database is empty', (path) => truncateSync(join(path, 'data.mdb'), 0)],
    ['the database is cut in its header', (path) => truncateSync(join(path, 'data.mdb'), 5000)],
    ['the database is cut to half', (path) => cutToHalf(join(path, 'data.mdb'))],
    ['the database lacks its last page', (path) => cutBy(join(path, 'data.mdb'), 4096)],
    [
      'the database is another file',
      (path) => writeFileSync(join(path, 'data.mdb'), Buffer.alloc(9000, 7)),
    ],
    [
      'the database has a broken second header',
      (path) => change(join(path, 'data.mdb'), 4096 + 24),
    ],
    ['a segment is missing', (path) => rmSync(join(path, 'segments', '00000001.seg'))],
    ['the last segment is missing', (path) => rmSync(lastSegment(path))],
    ['a segment is shorter', (path) => cutBy(join(path, 'segments', '00000000.seg'), 1)],
    ['the format is unreadable', (path) => writeFileSync(join(path, 'format.json'), '{')],
    ['the format names no version', (path) => writeFileSync(join(path, 'format.json'), '{}')],
  ];
  for (const [name, damage] of FAULTS) {
    it(`is named when ${name}`, () => {
      using folder = madeFolder();
      damage(folder.path);
      expect(() => openStore({ path: folder.path, readOnly: true })).toThrow(
        withCode('store-damaged'),
      );
      expect(() => openStore({ path: folder.path })).toThrow(withCode('store-damaged'));
      // The lock was given back: the same answer, not store-locked.
      expect(() => openStore({ path: folder.path })).toThrow(withCode('store-damaged'));
    });
  }

  it('is named when format.json was taken away from a store with data', () => {
    using folder = madeFolder();
    rmSync(join(folder.path, 'format.json'));
    expect(() => openStore({ path: folder.path })).toThrow(withCode('store-damaged'));
    expect(() => openStore({ path: folder.path, readOnly: true })).toThrow(
      withCode('store-not-found'),
    );
  });

  it('of a page is found when it is read', () => {
    // Each page in turn reads as zeros, which no page of a tree does: what then is read is right, is missing, or is named.
    using folder = madeFolder();
    const database = join(folder.path, 'data.mdb');
    const whole = readFileSync(database);
    const codes = new Set<unknown>();
    for (let page = 2 * PAGE_BYTES; page < whole.length; page += PAGE_BYTES) {
      writeFileSync(database, Buffer.from(whole).fill(0, page, page + PAGE_BYTES));
      codes.add(
        codeOf(() => {
          using store = openStore({ path: folder.path, readOnly: true });
          faultOfBatch(store, 1);
          lastBatch(store);
        }),
      );
    }
    codes.delete('none');
    expect([...codes]).toEqual(['store-damaged']);
  });

  it('of a value in a segment is found when it is read, never returned', () => {
    using folder = madeFolder();
    const path = join(folder.path, 'segments', '00000000.seg');
    const bytes = readFileSync(path);
    for (let offset = 40; offset < bytes.length; offset += 997) {
      bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
    }
    writeFileSync(path, bytes);
    using store = openStore({ path: folder.path });
    expect(() => faultOfBatch(store, 1)).toThrow(withCode('store-damaged'));
    expect(lastBatch(store)).toBe(BATCHES);
  });
});

describe('recovery', () => {
  it('cuts what a broken-off transaction left in the segments', () => {
    using folder = madeFolder();
    const last = lastSegment(folder.path);
    const sizeBytes = statSync(last).size;
    appendFileSync(last, Buffer.alloc(70_000, 1));
    const unknown = join(folder.path, 'segments', '00000099.seg');
    writeFileSync(unknown, Buffer.alloc(10));
    {
      // A reader beside a running writer meets tails all the time, and must leave them alone.
      using reader = openStore({ path: folder.path, readOnly: true });
      expect(faultOfBatch(reader, BATCHES)).toBeUndefined();
      expect(existsSync(unknown)).toBe(true);
    }
    using store = openStore({ path: folder.path, segmentBytesMax: SEGMENT_BYTES_MAX });
    expect(statSync(last).size).toBe(sizeBytes);
    expect(existsSync(unknown)).toBe(false);
    commitBatch(store, BATCHES + 1);
    for (let number = 1; number <= BATCHES + 1; number += 1) {
      expect(faultOfBatch(store, number)).toBeUndefined();
    }
  });

  it('finishes the making of a store that was broken off', () => {
    using folder = temporaryFolder();
    openStore({ path: folder.path }).close();
    rmSync(join(folder.path, 'format.json'));
    using store = openStore({ path: folder.path });
    expect(existsSync(join(folder.path, 'format.json'))).toBe(true);
    expect(lastBatch(store)).toBe(0);
  });

  it('accepts a database whose last pages are free and were never written', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'data.mdb');
    {
      using store = openStore({ path: folder.path });
      commitBatch(store, 1);
      // Pages taken and given back in one transaction: counted by the header, not written to the file.
      store.commit((transaction) => {
        for (let row = 0; row < 200; row += 1) {
          transaction.put('indexes', Uint8Array.of(row), new Uint8Array(3000));
        }
        for (let row = 0; row < 200; row += 1) transaction.delete('indexes', Uint8Array.of(row));
      });
    }
    const header = readFileSync(path);
    const lastPages = [0, 4096].map((page) => Number(header.readBigUInt64LE(page + 144)));
    expect(Math.max(...lastPages), 'the case is there').toBeGreaterThanOrEqual(
      header.length / 4096,
    );
    checkPagesWithinFile(path);
    using store = openStore({ path: folder.path });
    expect(faultOfBatch(store, 1)).toBeUndefined();
    commitBatch(store, 2);
    expect(faultOfBatch(store, 2)).toBeUndefined();
  });
});

describe('other folders', () => {
  it('of a newer version are left exactly as they are', () => {
    using folder = madeFolder();
    writeFileSync(join(folder.path, 'format.json'), '{"store-format":2}\n');
    const before = listing(folder.path);
    for (const readOnly of [true, false]) {
      expect(() => openStore({ path: folder.path, readOnly })).toThrow(withCode('store-too-new'));
    }
    expect(listing(folder.path)).toEqual(before);
  });

  it('without a store are not made into one by a reader', () => {
    using folder = temporaryFolder();
    expect(() => openStore({ path: folder.path, readOnly: true })).toThrow(
      withCode('store-not-found'),
    );
    const missing = join(folder.path, 'none');
    expect(() => openStore({ path: missing, readOnly: true })).toThrow(withCode('store-not-found'));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('that are no folders are refused', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'file');
    writeFileSync(path, '');
    expect(() => openStore({ path })).toThrow(expect.objectContaining({ name: 'StoreError' }));
    mkdirSync(join(folder.path, 'empty'));
    openStore({ path: join(folder.path, 'empty') }).close();
  });
});

function listing(path: string): unknown {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const { size, mtimeMs } = statSync(join(entry.parentPath, entry.name));
      return [entry.name, size, mtimeMs];
    });
}

function lastSegment(path: string): string {
  const names = readdirSync(join(path, 'segments')).toSorted();
  return join(path, 'segments', names.at(-1) ?? '');
}

function cutBy(path: string, bytes: number): void {
  truncateSync(path, statSync(path).size - bytes);
}

function cutToHalf(path: string): void {
  truncateSync(path, Math.floor(statSync(path).size / 2));
}

function change(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}

/** Size of LMDB's pages here. */
const PAGE_BYTES = 4096;

/** The code of what is thrown, `none` when nothing is. */
function codeOf(action: () => void): unknown {
  try {
    action();
    return 'none';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}
