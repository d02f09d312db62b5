// Goal: every file that can be walked has a place for its receipt, and from the receipt's place its content is found again; what can
// have none is refused before anything is said. Method: names of every kind through a real folder and back; by property for any text.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { utf8Encode } from '@hefu/bytes';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { contentPath } from '../verify/content-path.ts';
import { findReceipts } from '../verify/find-receipts.ts';
import { writeWhole } from '../files/write-file.ts';
import { receiptPath, receiptStem, requirePlaces } from './receipt-files.ts';

const root = mkdtempSync(join(tmpdir(), 'hefu-places-'));
afterAll(() => rmSync(root, { recursive: true }));

const NAMES = [
  'a',
  '.hidden/.b',
  'line\nbreak/--out',
  `${'n'.repeat(251)}.txt`,
  `${'n'.repeat(251)}.doc`,
  `合同/${'名'.repeat(85)}`,
  '😀'.repeat(63),
  'deep/.earlier/x',
  'x~0123456789abcdef',
];

describe('the places of receipts', () => {
  it('lead to the contents again, whatever the files are called', () => {
    const contents = join(root, 'contents');
    const out = join(root, 'receipts');
    requirePlaces(NAMES);
    for (const name of NAMES) {
      mkdirSync(dirname(join(contents, name)), { recursive: true });
      writeFileSync(join(contents, name), name);
      writeWhole(receiptPath(out, name), '{}');
    }
    writeWhole(join(out, '.earlier', 'a.1.receipt.json'), '{}');
    writeWhole(join(out, '.hefu-deposit', 'b.receipt.json'), '{}');
    const found = findReceipts(out).map(({ contentName }) => contentPath(contents, contentName));
    expect(found.toSorted()).toEqual(NAMES.map((name) => join(contents, name)).toSorted());
  });

  it('are short enough for every file system, and keep long names apart', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
        (left, right) => {
          expect(utf8Encode(receiptStem(left)).length).toBeLessThanOrEqual(215);
          if (left !== right) expect(receiptStem(left)).not.toBe(receiptStem(right));
        },
      ),
    );
  });

  it('are refused where a folder stands in the way', () => {
    for (const names of [
      ['a', 'a.receipt.json/b'],
      ['c/a', 'c/a.receipt.json/d/b'],
      ['trust.json/a'],
      ['.hefu-deposit/journal'],
    ]) {
      expect(() => requirePlaces(names)).toThrow('is called like a file');
    }
    requirePlaces(['a', 'a.receipt.json', 'b.receipt.json/c', 'trust.json', 'c/trust.json/d']);
  });
});
