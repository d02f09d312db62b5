// Goal: a journal gives back what was noted, whatever cut its writing off, and lets only one run write. Method: journals written,
// cut at every byte, damaged, locked by the living and by the dead.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pendingFiles } from './deposit.ts';
import { Journal, JOURNAL_FOLDER } from './journal.ts';
import type { JournalFile } from './journal.ts';

let out = '';
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'hefu-journal-'));
});
afterEach(() => rmSync(out, { recursive: true }));

const file = (name: string): JournalFile => ({
  type: 'file',
  name,
  size: 1,
  mtimeMs: 1.5,
  sha256: '11'.repeat(32),
  sm3: '22'.repeat(32),
});
const START = { chain: 'a.example', genesis: '00' };
const path = (): string => join(out, JOURNAL_FOLDER, 'journal.ndjson');

function write(): void {
  using journal = new Journal(out);
  journal.begin(START);
  journal.append([file('a'), file('文件')]);
  journal.append([
    { type: 'signed', kind: 'single', id: 'x', statement: '', files: [['a', '11'.repeat(32)]] },
  ]);
}

describe('a journal', () => {
  it('gives back what was noted', () => {
    write();
    using journal = new Journal(out);
    expect([...journal.files.keys()]).toEqual(['a', '文件']);
    expect(journal.deposits.get('x')?.state).toBe('signed');
    expect(pendingFiles(journal, [file('a'), file('文件')])).toEqual([file('文件')]);
    journal.append([{ type: 'void', id: 'x' }]);
    expect(pendingFiles(journal, [file('a')])).toEqual([file('a')]);
  });

  it('loses only the line that was cut, wherever it was', () => {
    write();
    const whole = readFileSync(path());
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path(), whole.subarray(0, length));
      const lines = whole.subarray(0, length).toString('latin1').split('\n').length - 1;
      using journal = new Journal(out);
      const read = journal.files.size + journal.deposits.size;
      expect(read, `cut at ${length}`).toBe(Math.max(lines - 1, 0));
      journal.append([file('b')]);
      expect(readFileSync(path(), 'utf8').endsWith(`${JSON.stringify(file('b'))}\n`)).toBe(true);
    }
  });

  it('is refused when it is damaged or another chain’s', () => {
    write();
    {
      using journal = new Journal(out);
      expect(() => journal.begin({ ...START, genesis: '01' })).toThrow('is of a deposit on');
    }
    writeFileSync(path(), `not json\n${readFileSync(path(), 'utf8')}`);
    expect(() => new Journal(out)).toThrow('does not hold what it must');
  });

  it('lets one run write; a dead one’s lock is taken over', () => {
    {
      using _journal = new Journal(out);
      expect(() => new Journal(out)).toThrow('another deposit writes');
    }
    writeFileSync(join(out, JOURNAL_FOLDER, 'lock'), '999999999');
    using journal = new Journal(out);
    expect(journal.files.size).toBe(0);
  });
});
