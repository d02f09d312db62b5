// Goal: no change to what is stored passes for the content, and a good copy put again heals it.
// Method: an object of five chunks is cut, flipped, swapped and spliced in its file, at each place
// that means something, and read whole and in ranges.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createTestVault, HASH_NAMES, patternBytes, readAll } from './testing/vault-fixture.ts';
import type { TestVault } from './testing/vault-fixture.ts';
import type { Vault } from './vault.ts';

const CHUNK = 65_536;
const SEALED = CHUNK + 16;
const CONTENT = patternBytes(4 * CHUNK + 1234);

async function storedObject(test: TestVault): Promise<{ digest: string; stored: Buffer }> {
  const put = await test.vault.put([CONTENT]);
  if (!put.ok) throw new Error(put.code);
  return { digest: put.digest, stored: await readFile(test.pathOf(put.digest)) };
}

/** What reading it ends with: the content, or the code. */
async function outcome(
  vault: Vault,
  digest: string,
  range?: { start: number; end: number },
): Promise<Uint8Array | string> {
  const got = await vault.get(digest, range);
  if (!got.ok) return got.code;
  try {
    return await readAll(got.content);
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'thrown';
  }
}

describe.each(HASH_NAMES)('damage on a %s chain', (hashName) => {
  it('is told for each cut', async () => {
    await using test = await createTestVault(hashName);
    const { digest, stored } = await storedObject(test);
    const cuts = [0, 1, 11, 12, 100, SEALED - 1, SEALED, 2 * SEALED, stored.length - 1];
    for (const length of cuts) {
      await writeFile(test.pathOf(digest), stored.subarray(0, length));
      expect(await outcome(test.vault, digest), `cut to ${length}`).toBe('object-damaged');
      expect(await test.vault.verify(digest)).toMatchObject({ ok: false, code: 'object-damaged' });
    }
    await writeFile(test.pathOf(digest), Buffer.concat([stored, Buffer.from([0])]));
    expect(await outcome(test.vault, digest)).toBe('object-damaged');
  });

  it('is told for each flipped bit of the trailer and of some of each chunk', async () => {
    await using test = await createTestVault(hashName);
    const { digest, stored } = await storedObject(test);
    const sealed = CONTENT.length + 5 * 16;
    const places = Array.from({ length: stored.length - sealed }, (_, i) => sealed + i);
    for (let chunk = 0; chunk < 5; chunk++) places.push(chunk * SEALED, chunk * SEALED + 999);
    places.push(SEALED - 1, sealed - 1);
    for (const place of places) {
      const flipped = Buffer.from(stored);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8));
      await writeFile(test.pathOf(digest), flipped);
      const found = await outcome(test.vault, digest);
      // A flip in the id of the key names a key that is not there, which is as plain.
      expect(['object-damaged', 'decryption-key-missing'], `byte ${place}`).toContain(found);
    }
  });

  it('is told for chunks that changed places, came twice or are gone', async () => {
    await using test = await createTestVault(hashName);
    const { digest, stored } = await storedObject(test);
    const chunk = (i: number): Buffer => stored.subarray(i * SEALED, (i + 1) * SEALED);
    const rest = stored.subarray(4 * SEALED);
    const orders = [
      [1, 0, 2, 3],
      [0, 1, 3, 2],
      [0, 0, 2, 3],
      [0, 1, 2, 2],
      [1, 2, 3],
      [0, 1, 2],
      [0, 1, 2, 3, 3],
    ];
    for (const order of orders) {
      await writeFile(test.pathOf(digest), Buffer.concat([...order.map(chunk), rest]));
      expect(await outcome(test.vault, digest), order.join()).toBe('object-damaged');
    }
  });

  it('is told for parts of another object and for another object under its name', async () => {
    await using test = await createTestVault(hashName);
    const { digest, stored } = await storedObject(test);
    const other = await test.vault.put([patternBytes(CONTENT.length, 99)]);
    if (!other.ok) throw new Error(other.code);
    const foreign = await readFile(test.pathOf(other.digest));
    await writeFile(test.pathOf(digest), foreign);
    expect(await outcome(test.vault, digest)).toBe('object-damaged');
    expect(await test.vault.stat(digest)).toMatchObject({ code: 'object-damaged' });
    const sealed = CONTENT.length + 5 * 16;
    const mixed = Buffer.concat([foreign.subarray(0, sealed), stored.subarray(sealed)]);
    await writeFile(test.pathOf(digest), mixed);
    expect(await outcome(test.vault, digest)).toBe('object-damaged');
  });

  it('shows in the ranges it touches, and in no other', async () => {
    await using test = await createTestVault(hashName);
    const { digest, stored } = await storedObject(test);
    const flipped = Buffer.from(stored);
    flipped[2 * SEALED + 5] = (flipped[2 * SEALED + 5] ?? 0) ^ 4;
    await writeFile(test.pathOf(digest), flipped);
    for (let chunk = 0; chunk < 4; chunk++) {
      const range = { start: chunk * CHUNK + 10, end: chunk * CHUNK + 20 };
      const expected = chunk === 2 ? 'object-damaged' : CONTENT.subarray(range.start, range.end);
      expect(await outcome(test.vault, digest, range), `chunk ${chunk}`).toEqual(expected);
    }
  });

  it('is healed by putting the content again', async () => {
    await using test = await createTestVault(hashName);
    const { digest, stored } = await storedObject(test);
    const flipped = Buffer.from(stored);
    flipped[3] = (flipped[3] ?? 0) ^ 1;
    await writeFile(test.pathOf(digest), flipped);
    expect(await test.vault.put([CONTENT])).toMatchObject({ ok: true, isNew: true, digest });
    expect(await test.vault.verify(digest)).toMatchObject({ ok: true });
    await rm(test.pathOf(digest));
    expect(await outcome(test.vault, digest)).toBe('object-unknown');
  });
});
