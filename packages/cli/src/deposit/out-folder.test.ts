// Goal: a deposit whose receipts would have no place ends at once, says why, and has deposited nothing. Method: folders of many kinds that
// can't be made, the worst in a process of its own that is given seconds; the node is asked afterwards. Folders that can be made, made in a row.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TestPlace } from '../testing/test-node.ts';

const PROGRAM = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A program that turns in a circle can't be ended from within. */
const TIME_MAX_MS = 20_000;
/** Longer than any file system takes. */
const NAME_LENGTH = 4096;

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
    // Linux has folders that are there and take none: whoever does not see it tries for ever, so that is asked of a process apart.
    const outs = ['a.txt', 'a.txt/x', 'x'.repeat(NAME_LENGTH), 'blocked', '/proc/x'];
    if (process.platform !== 'linux') outs.pop();
    for (const out of outs) {
      const words = ['evidence', 'deposit', 'a.txt', '--json', '--out', out];
      const ran = out === '/proc/x' ? runApart(place, words) : place.run(...words);
      const { exit, err } = await ran;
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
