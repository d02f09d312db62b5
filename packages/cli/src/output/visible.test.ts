// Goal: no name of a file steers the terminal or breaks the line of progress. Method: names with controls and wide characters, through the
// functions and through Output on a terminal of 20 columns.
import { describe, expect, it } from 'vitest';
import type { Io } from '../io.ts';
import { Output } from './output.ts';
import { fitCells, visible } from './visible.ts';

function terminal(columns: number): { readonly io: Io; readonly text: () => string } {
  let text = '';
  const sink = { write: (chunk: string) => void (text += chunk), isTty: true, columns };
  const io: Io = {
    env: {},
    cwd: '/',
    stdout: sink,
    stderr: sink,
    readStdin: async () => '',
    now: () => 0,
    stopped: async () => undefined,
  };
  return { io, text: () => text };
}

const PLAIN = { json: false, quiet: false, color: false };

describe('text from elsewhere', () => {
  it('is written out where it would steer the terminal', () => {
    expect(visible('a\u001B[2Jb\nc\u202Etxt.exe')).toBe('a\\u001b[2Jb\\u000ac\\u202etxt.exe');
    expect(visible('合同 é 😀.pdf')).toBe('合同 é 😀.pdf');
  });

  it('is cut by the cells it takes, never inside a character', () => {
    expect(fitCells('abc', 2)).toBe('ab');
    expect(fitCells('合同合同', 5)).toBe('合同');
    expect(fitCells('😀😀', 3)).toBe('😀');
    expect(fitCells('', 0)).toBe('');
  });

  it('is shown so in warnings, faults and progress', () => {
    const { io, text } = terminal(20);
    const output = new Output(io, PLAIN);
    const name = '\u001B]0;x\u0007\n合同合同合同合同合同合同';
    output.warn(`left out: ${name}`);
    output.fault({ code: 'failed', exitCode: 1, what: name, why: [name] });
    output.redraw(`hashing ${name}`);
    const drawn = text().split('\r\u001B[K');
    expect(drawn).toHaveLength(2);
    expect(drawn.join('')).not.toContain('\u001B');
    expect(drawn[0]?.split('\n')).toHaveLength(5);
    expect(drawn[1]).toBe('hashing \\u001b]0;x\\');
  });
});
