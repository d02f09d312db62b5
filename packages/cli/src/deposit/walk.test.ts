// Goal: a walk takes exactly the files under the paths, and nothing that a link would bring in from outside. Method: a folder with
// every kind of entry, walked alone, among others, with the receipts inside it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkPaths } from './walk.ts';

const root = mkdtempSync(join(tmpdir(), 'hefu-walk-'));
const folder = join(root, 'case');
const nowhere = join(root, 'nowhere');

beforeAll(() => {
  mkdirSync(join(folder, 'b', 'deep'), { recursive: true });
  mkdirSync(join(folder, 'receipts'));
  writeFileSync(join(folder, 'b', 'deep', '2.txt'), 'two');
  writeFileSync(join(folder, 'a.txt'), '');
  writeFileSync(join(folder, 'receipts', 'a.txt.receipt.json'), '{}');
  writeFileSync(join(root, 'secret'), 'secret');
  symlinkSync(join(root, 'secret'), join(folder, 'link-out'));
  symlinkSync(folder, join(folder, 'b', 'loop'));
  symlinkSync(folder, join(root, 'alias'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
});
afterAll(() => rmSync(root, { recursive: true }));

const names = (paths: readonly string[], exclude = nowhere): readonly string[] =>
  walkPaths(paths, exclude).files.map(({ name }) => name);

describe('a walk', () => {
  it('mirrors one folder as it is, in the order of the names', () => {
    expect(names([folder])).toEqual(['a.txt', 'b/deep/2.txt', 'receipts/a.txt.receipt.json']);
  });

  it('follows no link and opens nothing that is no file, and says so', () => {
    expect([...walkPaths([folder], nowhere).skipped].toSorted()).toEqual([
      'b/loop (a link)',
      'link-out (a link)',
      'pipe (not a file)',
    ]);
  });

  it('follows a path that was typed', () => {
    expect(names([join(root, 'alias')])).toEqual(names([folder]));
    expect(names([join(folder, 'link-out')])).toEqual(['link-out']);
  });

  it('keeps apart several paths by their names', () => {
    expect(names([join(folder, 'b'), join(folder, 'a.txt')])).toEqual(['a.txt', 'b/deep/2.txt']);
  });

  it('never deposits the receipts', () => {
    expect(names([folder], join(folder, 'receipts'))).toEqual(['a.txt', 'b/deep/2.txt']);
  });

  // Other systems' file systems take no such names in the first place.
  it.skipIf(process.platform !== 'linux')(
    'names those whose names are no text, before anything is deposited',
    () => {
      const latin = join(root, 'latin');
      mkdirSync(latin);
      writeFileSync(join(latin, 'good \uFFFD'), '');
      expect(names([latin])).toEqual(['good \uFFFD']);
      writeFileSync(Buffer.concat([Buffer.from(`${latin}/caf`), Buffer.of(0xe9)]), '');
      expect(() => names([latin])).toThrow('1 of the names are not UTF-8');
    },
  );

  it('refuses two files of one name, and paths that are not there', () => {
    const twice = [join(folder, 'a.txt'), join(folder, 'a.txt')];
    expect(() => names(twice)).toThrow('two of the paths');
    expect(() => names([nowhere])).toThrow('ENOENT');
  });
});
