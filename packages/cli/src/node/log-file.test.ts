// Goal: a log never grows without end, loses no line when it is put aside, and goes on under its name after a SIGHUP. Method: a
// file with a small limit, read back whole.
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLogFile } from './log-file.ts';

const LIMIT_BYTES = 100;
let root = '';
let path = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hefu-log-'));
  path = join(root, 'node.log');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function lines(name: string): string[] {
  return readFileSync(join(root, name), 'utf8').trimEnd().split('\n');
}

it('is put aside when it is large, oldest last, and the very oldest goes', () => {
  using log = openLogFile(path, true, LIMIT_BYTES);
  for (let number = 0; number < 200; number++) log.write(`line ${String(number).padStart(4)}\n`);
  const names = readdirSync(root).toSorted();
  expect(names).toEqual(['node.log', ...[1, 2, 3, 4, 5].map((each) => `node.log.${each}`)]);
  const told = [...names.slice(1).toReversed(), 'node.log'].flatMap(lines);
  expect(told.at(-1)).toBe('line  199');
  const first = Number(told[0]?.slice(5));
  expect(told).toEqual(
    Array.from({ length: 200 - first }, (_, at) => `line ${String(first + at).padStart(4)}`),
  );
});

it('goes on under its name when it was moved away', () => {
  using log = openLogFile(path, true);
  log.write('one\n');
  renameSync(path, join(root, 'moved'));
  log.write('two\n');
  log.reopen();
  log.write('three\n');
  expect(lines('moved')).toEqual(['one', 'two']);
  expect(lines('node.log')).toEqual(['three']);
});

it('drops lines where there is no folder', () => {
  using log = openLogFile(join(root, 'nothing', 'node.log'), true);
  log.write('one\n');
  expect(readdirSync(root)).toEqual([]);
});
