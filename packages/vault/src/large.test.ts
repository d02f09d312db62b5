// Goal: memory stays constant however large the content.
// Method: 200 MB are put, read back and verified; heap and buffers in use are measured on the way,
// each time after a garbage collection, so that the limit can be tight.
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createTestVault, patternBytes } from './testing/vault-fixture.ts';

const PART_BYTES = 1_048_576;
const PARTS = 200;
/** A twelfth of the content: some chunks, and what the runtime keeps of its own. */
const GROWTH_BYTES_MAX = 16 * 1_048_576;
const MEASURED_EVERY = 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function memoryBytes(): Promise<number> {
  // Buffers of what is collected are freed beside; the second collection waits for the first's.
  collectGarbage();
  await setImmediate();
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

describe('200 MB of content', () => {
  it('passes in constant memory', async () => {
    await using test = await createTestVault('sha256');
    const part = patternBytes(PART_BYTES);
    const before = await memoryBytes();
    let highest = before;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < PARTS; i++) {
        if (i % MEASURED_EVERY === 0) highest = Math.max(highest, await memoryBytes());
        yield part;
      }
    }
    const put = await test.vault.put(source(), { size: PARTS * PART_BYTES });
    if (!put.ok) throw new Error(put.code);
    expect(highest - before).toBeLessThan(GROWTH_BYTES_MAX);

    const got = await test.vault.get(put.digest);
    if (!got.ok) throw new Error(got.code);
    let size = 0;
    let measuredAt = 0;
    for await (const bytes of got.content) {
      size += bytes.length;
      if (size - measuredAt < MEASURED_EVERY * PART_BYTES) continue;
      measuredAt = size;
      highest = Math.max(highest, await memoryBytes());
    }
    expect(measuredAt).toBeGreaterThan(0);
    expect(size).toBe(PARTS * PART_BYTES);
    expect(highest - before).toBeLessThan(GROWTH_BYTES_MAX);
    expect(await test.vault.verify(put.digest)).toMatchObject({ ok: true, size });
  });
});
