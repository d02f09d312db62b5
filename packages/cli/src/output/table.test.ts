// Goal: columns stand under each other on a terminal whatever script is in them, and only a terminal gets long names cut. Method: tables
// with Latin, Chinese, accents that are characters of their own and joined pictures; then evidence with such names, found on a node.
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../program.ts';
import { TestPlace } from '../testing/test-node.ts';
import { fields, table } from './table.ts';
import { cellsOf, cutCells, padCells } from './visible.ts';

/** Cells before the first place of a mark in each line. */
function placesOf(lines: readonly string[], mark: RegExp): readonly number[] {
  return lines.map((line) => cellsOf(line.slice(0, line.search(mark))));
}

describe('a table', () => {
  it('counts the cells of a terminal, not characters', () => {
    const lines = table(
      ['name', 'case', 'id'],
      [
        ['采购合同2026.pdf', '案件', '#1'],
        ['order.pdf', '', '#2'],
        ['e\u0301te\u0301.pdf', 'a', '#3'],
        ['👩‍👩‍👧.png', 'ＡＢＣ', '#4'],
      ],
    );
    expect(lines[1]).toBe('采购合同2026.pdf  案件    #1');
    expect(lines[2]).toBe('order.pdf                 #2');
    expect(placesOf(lines, /#|id/)).toEqual([26, 26, 26, 26, 26]);
    expect(
      placesOf(
        fields([
          ['名称', '#'],
          ['name', '#'],
          ['n', '#'],
        ]),
        /#/,
      ),
    ).toEqual([6, 6, 6]);
  });

  it('cuts and pads by cells', () => {
    expect(cutCells('采购合同', 8)).toBe('采购合同');
    expect(cutCells('采购合同', 7)).toBe('采购合…');
    expect(cutCells('采购合同', 6)).toBe('采购…');
    expect(cutCells('ae\u0301e\u0301', 2)).toBe('a…');
    expect(cutCells('👩‍👩‍👧👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…');
    expect(padCells('合', 4)).toBe('合  ');
    expect(padCells('合同', 3)).toBe('合同');
  });
});

describe('hefu evidence find', () => {
  it('has its columns under each other, and cuts on a terminal alone', async () => {
    await using place = new TestPlace();
    const long = `${'合同'.repeat(30)}.pdf`;
    mkdirSync(place.path('files'));
    for (const name of ['order.pdf', '采购.pdf', long]) {
      writeFileSync(place.path('files', name), name);
    }
    await place.must('init', '--sample');
    await place.start();
    await place.must('evidence', 'deposit', 'files', '--out', 'out', '--case', '案', '--single');
    const { out } = await place.must('evidence', 'find');
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(out).toContain(long);
    expect(new Set(placesOf(lines, /[0-9a-f]{64}$|statement$/)).size).toBe(1);

    let drawn = '';
    const stdout = { write: (text: string | Uint8Array) => void (drawn += String(text)) };
    const io = place.io({ stdout: { ...stdout, isTty: true, columns: 80 } });
    expect(await runProgram(['evidence', 'find', '--no-color'], io)).toBe(0);
    expect(drawn).toContain(` ${'合同'.repeat(11)}合…  案    `);
    expect(drawn).not.toContain(long);
    expect(new Set(placesOf(drawn.trimEnd().split('\n'), /[0-9a-f]{64}$|statement$/)).size).toBe(1);
  });
});
