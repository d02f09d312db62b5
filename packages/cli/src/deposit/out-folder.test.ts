// Goal: a deposit whose receipts would have no place ends at once, says why, and has deposited nothing. Method: folders of many kinds that
// can't be made, in a process of its own that is given seconds; the node is asked afterwards. Folders that can be made, made in a row.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeFolders } from '../files/make-folders.ts';
import { TestPlace } from '../testing/test-node.ts';

const PROGRAM = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A program that turns in a circle can't be ended from within. */
const TIME_MAX_MS = 20_000;
const SIZES_MAX = 4096;

async function runApart(
  { root, env }: TestPlace,
  words: readonly string[],
): Promise<{ readonly exit: unknown; readonly err: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env }, timeout: TIME_MAX_MS };
    execFile(
      process.execPath,
      ['--conditions=source', PROGRAM, ...words],
      options,
      (error, _out, err) =>
        resolve({ exit: error === null ? 0 : (error.code ?? error.signal), err }),
    );
  });
}

describe('hefu evidence deposit --out', () => {
  it('is refused where no receipts can be written', async () => {
    await using place = new TestPlace();
    writeFileSync(place.path('a.txt'), 'a');
    mkdirSync(place.path('blocked'));
    writeFileSync(place.path('blocked', '.hefu-deposit'), '');
    await place.must('init', '--sample');
    await place.start();
    // Only Linux has folders that are there and take none; elsewhere the path cannot be made either, its first folder being a file.
    const outs = ['/proc/x', '/proc/x/y', 'a.txt', 'a.txt/x', 'x'.repeat(SIZES_MAX), 'blocked'];
    if (process.platform !== 'linux') outs.splice(0, 2);
    for (const out of outs) {
      const { exit, err } = await runApart(place, [
        'evidence',
        'deposit',
        'a.txt',
        '--json',
        '--out',
        out,
      ]);
      const { error } = JSON.parse(err) as { readonly error: Record<string, unknown> };
      expect([out, error['code'], exit], err).toEqual([out, 'out-not-writable', 2]);
      expect(error['message']).toMatch(/^receipts cannot be written to .*; nothing was deposited$/);
      expect(error['details']).toHaveLength(1);
    }
    expect((await place.run('evidence', 'find')).exit).toBe(3);
    await place.must('evidence', 'deposit', 'a.txt', '--out', 'new/and/deep');
    expect(existsSync(place.path('new', 'and', 'deep', 'a.txt.receipt.json'))).toBe(true);
  });
});

describe('folders', () => {
  it('are made with those that lead to them, and left as they are when they are there', async () => {
    await using place = new TestPlace();
    const deep = place.path('a', 'b', 'c');
    makeFolders(deep);
    writeFileSync(join(deep, 'file'), '');
    makeFolders(deep);
    expect(existsSync(join(deep, 'file'))).toBe(true);
    symlinkSync(deep, place.path('link'));
    makeFolders(place.path('link', 'd'));
    expect(existsSync(join(deep, 'd'))).toBe(true);
    for (const path of [join(deep, 'file'), join(deep, 'file', 'x')]) {
      expect(() => makeFolders(path), path).toThrow(/EEXIST|ENOTDIR/);
    }
    symlinkSync(place.path('nowhere'), place.path('broken'));
    expect(() => makeFolders(place.path('broken', 'x'))).toThrow('EEXIST');
  });
});
