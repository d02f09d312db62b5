// Goal: whoever verifies a folder hears of files that no receipt is for. Method: files deposited on a node, more put beside them, then
// verified as words and as JSON, with the receipts elsewhere, within the contents and in the same folder; then folders made by hand.
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestPlace } from '../testing/test-node.ts';
import { uncoveredContents } from './uncovered.ts';

function put(place: TestPlace, ...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(place.path(name)), { recursive: true });
    writeFileSync(place.path(name), name);
  }
}

interface Summary {
  readonly ok: boolean;
  readonly receipts: number;
  readonly uncovered?: readonly string[];
  readonly uncoveredCount?: number;
}

async function summaryOf(place: TestPlace, ...words: readonly string[]): Promise<Summary> {
  const { out, err } = await place.must('verify', ...words, '--json');
  expect(err).toBe('');
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Summary;
}

describe('hefu verify FOLDER --content FOLDER', () => {
  it('names the files that no receipt is for, and does not fail over them', async () => {
    await using place = new TestPlace();
    put(place, 'files/a.txt', 'files/sub/合同.pdf');
    await place.must('init', '--sample');
    await place.start();
    await place.must('evidence', 'deposit', 'files', '--out', 'receipts');
    const file = await place.run('verify', 'receipts', '--content', 'files/a.txt', '--json');
    expect([file.exit, JSON.parse(file.err)]).toMatchObject([
      2,
      { error: { code: 'content-not-a-folder' } },
    ]);
    const all = await summaryOf(place, 'receipts', '--content', 'files');
    expect(all).toMatchObject({ ok: true, receipts: 2, uncovered: [], uncoveredCount: 0 });
    expect(await summaryOf(place, 'receipts')).not.toHaveProperty('uncovered');
    expect((await place.must('verify', 'receipts', '--content', 'files')).err).not.toContain(
      'note:',
    );

    put(place, 'files/b.txt', 'files/sub/附件\u202E.pdf');
    const some = await place.must('verify', 'receipts', '--content', 'files');
    expect(some.out).toContain('2 receipts, all of them hold');
    expect(some.err).toContain(
      'note: 2 files among the contents have no receipt here, so nothing is said of them: b.txt, sub/附件\\u202e.pdf\n',
    );
    expect(await summaryOf(place, 'receipts', '--content', 'files')).toMatchObject({
      ok: true,
      uncovered: ['b.txt', 'sub/附件\u202E.pdf'],
      uncoveredCount: 2,
    });

    put(place, ...Array.from({ length: 6 }, (_, number) => `files/more/${number}`));
    const { err } = await place.must('verify', 'receipts', '--content', 'files', '--quiet');
    expect(err).toContain('8 files among');
    expect(err).toContain(': b.txt, more/0, more/1, more/2, more/3, and 3 more\n');
  });

  it('takes receipts, wherever they lie, for no contents', async () => {
    await using place = new TestPlace();
    put(place, 'files/a.txt', 'files/sub/b.txt');
    await place.must('init', '--sample');
    await place.start();
    await place.must('evidence', 'deposit', 'files', '--out', 'files/receipts');
    const within = await summaryOf(place, 'files/receipts', '--content', 'files');
    expect(within).toMatchObject({ receipts: 2, uncovered: [], uncoveredCount: 0 });
    cpSync(place.path('files', 'receipts'), place.path('files'), { recursive: true });
    rmSync(place.path('files', 'receipts'), { recursive: true });
    put(place, 'files/trust.json.txt');
    const beside = await summaryOf(
      place,
      'files',
      '--content',
      'files',
      '--trust',
      'files/trust.json',
    );
    expect(beside.uncovered).toEqual(['trust.json.txt']);
  });
});

describe('contents without a receipt', () => {
  it('are links too, which are not followed', async () => {
    await using place = new TestPlace();
    put(place, 'files/a', 'elsewhere/b');
    symlinkSync(place.path('elsewhere'), place.path('files', 'link'));
    symlinkSync(place.path('nowhere'), place.path('files', 'broken'));
    const found = uncoveredContents({
      contents: place.path('files'),
      covered: new Set([place.path('files', 'a')]),
      receipts: place.path('receipts'),
      trustPath: place.path('receipts', 'trust.json'),
    });
    expect(found).toEqual({ count: 2, names: ['broken', 'link'] });
  });

  it('are none where there is no folder', async () => {
    await using place = new TestPlace();
    const empty = { covered: new Set<string>(), receipts: place.root, trustPath: '' };
    put(place, 'file');
    for (const contents of [place.path('nowhere'), place.path('file')]) {
      expect(uncoveredContents({ ...empty, contents })).toEqual({ count: 0, names: [] });
    }
  });

  it('that end like receipts are contents outside the folder of receipts', async () => {
    await using place = new TestPlace();
    put(place, 'files/a.receipt.json');
    const found = uncoveredContents({
      contents: place.path('files'),
      covered: new Set(),
      receipts: place.path('file'),
      trustPath: '',
    });
    expect(found.names).toEqual(['a.receipt.json']);
  });
});
