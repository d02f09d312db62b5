// Goal: a tail is read as it was written, and damage of any byte is found. Method: a tail of every kind of frame; each of
// its bytes changed in turn, and the file cut at each place.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isWholeTail, readTail, TailWriter } from './tail-format.ts';
import type { TailFrame } from './tail-format.ts';

const root = mkdtempSync(join(tmpdir(), 'hefu-tail-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const digest = new Uint8Array(32).fill(7);
const FRAMES: readonly TailFrame[] = [
  { kind: 'header', chain: 'a.example', genesisDigest: digest, size: 3, root: digest },
  { kind: 'attachment', bytes: Uint8Array.of(1, 2, 3) },
  {
    kind: 'block',
    height: 2,
    timeMs: 1_000,
    size: 5,
    root: digest,
    statements: [Uint8Array.of(9)],
    checkpoint: 'a.example\n5\n\n— a line that no quorum needs\n',
  },
];

const path = join(root, 'tail');
{
  using writer = new TailWriter(path);
  for (const frame of FRAMES) writer.write(frame);
  writer.end(1);
}
const written = readFileSync(path);

function isWhole(bytes: Uint8Array): boolean {
  const file = join(root, 'other');
  writeFileSync(file, bytes);
  return isWholeTail(file);
}

describe('a tail', () => {
  it('is read as it was written', () => {
    expect(isWholeTail(path)).toBe(true);
    expect([...readTail(path)].slice(0, -1)).toEqual(FRAMES);
  });

  it('with any byte changed is not whole', () => {
    for (const [at, byte] of written.entries()) {
      const damaged = Buffer.from(written);
      damaged[at] = byte ^ 1;
      expect(isWhole(damaged), `byte ${at}`).toBe(false);
    }
  });

  it('that is cut off is not whole', () => {
    for (let size = 0; size < written.length; size++) {
      expect(isWhole(written.subarray(0, size)), `${size} bytes`).toBe(false);
    }
  });
});
