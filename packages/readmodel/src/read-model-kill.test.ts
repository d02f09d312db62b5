// Goal: a process killed amid projecting leaves rows that match the recorded heights exactly, and goes on from there.
// Method: a child process projects an endless sample chain with batches and is killed (SIGKILL) after a varying time; the
// file is compared with row counts computed from the chain's definition; eight rounds on the same file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './testing/folders.ts';
import { faultsOfFile, heightsOfFile } from './testing/tables.ts';

const ROUNDS = 8;
const BATCH_ITEMS = 3000;

describe('a killed process', () => {
  it('leaves rows and heights that belong together', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'readmodel.sqlite');
    let last = -1;
    for (let round = 0; round < ROUNDS; round += 1) {
      const told = await projectUntilKilled(file, 5 + round * 37);
      const heights = heightsOfFile(file);
      expect(Math.min(...heights), `round ${round}`).toBeGreaterThanOrEqual(told);
      expect(faultsOfFile(file, BATCH_ITEMS), `round ${round}`).toEqual([]);
      expect(told, `round ${round}: went on from where it was`).toBeGreaterThan(last);
      last = told;
    }
  });
});

/** Kills the process some milliseconds after its first progress; gives the last height it told. */
async function projectUntilKilled(file: string, delayMs: number): Promise<number> {
  const script = new URL('./testing/projecting-process.ts', import.meta.url).pathname;
  const child = spawn(
    process.execPath,
    ['--conditions=source', script, file, String(BATCH_ITEMS)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    // The first line is the height at the start; the second is progress.
    if (child.killed || output.split('\n').length < 3) return;
    setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal, 'the child ended otherwise').toBe('SIGKILL');
  return Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
}
