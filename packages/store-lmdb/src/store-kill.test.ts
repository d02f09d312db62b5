// Goal: a writer killed at any moment leaves every acknowledged batch whole and no batch torn. Method: a child process
// commits numbered batches with large values into small segments and is killed (SIGKILL) after a varying time; the store
// is opened again and every batch looked at; ten rounds on the same folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { faultOfBatch, lastBatch, rowsAfterBatch } from './testing/batches.ts';
import { temporaryFolder } from './testing/folders.ts';

const ROUNDS = 10;
const SEGMENT_BYTES_MAX = 1_500_000;

describe('a killed writer', () => {
  it('loses nothing it acknowledged and leaves nothing half done', async () => {
    using folder = temporaryFolder();
    let checked = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const acknowledged = await writeUntilKilled(folder.path, 1 + round * 3);
      using store = openStore({ path: folder.path, segmentBytesMax: SEGMENT_BYTES_MAX });
      const last = lastBatch(store);
      expect(last, `round ${round}`).toBeGreaterThanOrEqual(acknowledged);
      expect(last, `round ${round}: at most the one in flight more`).toBeLessThanOrEqual(
        acknowledged + 1,
      );
      for (let number = 1; number <= last; number += 1) {
        expect(faultOfBatch(store, number), `round ${round}`).toBeUndefined();
        checked += 1;
      }
      expect(rowsAfterBatch(store, last), `round ${round}`).toBe(0);
    }
    expect(checked).toBeGreaterThan(ROUNDS);
  });
});

/** Kills the writer some milliseconds after its first acknowledgement; gives the last number it acknowledged. */
async function writeUntilKilled(path: string, delayMs: number): Promise<number> {
  const script = new URL('./testing/writer-process.ts', import.meta.url).pathname;
  const child = spawn(
    process.execPath,
    ['--conditions=source', script, path, String(SEGMENT_BYTES_MAX)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), delayMs);
    output += text;
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal, 'the child ended otherwise').toBe('SIGKILL');
  const whole = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return Number(whole.at(-1));
}
