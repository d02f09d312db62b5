// Goal: what is put comes back whole or in ranges, and every refusal has its code.
// Method: both suites over a real folder; each state is looked at again after reopening it.
import { readFile, stat } from 'node:fs/promises';
import { toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { describe, expect, it } from 'vitest';
import {
  createTestKey,
  createTestVault,
  HASH_NAMES,
  inParts,
  patternBytes,
  readAll,
  TEST_TIME,
} from './testing/vault-fixture.ts';

const CHUNK = 65_536;
const SIZES = [0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 17 * CHUNK + 5, 32 * CHUNK];

describe.each(HASH_NAMES)('vault of a %s chain', (hashName) => {
  it('gives back what was put, of every size, also after reopening', async () => {
    await using test = await createTestVault(hashName);
    const digests: string[] = [];
    for (const size of SIZES) {
      const content = patternBytes(size, size + 1);
      const expectedDigest = toHex(hash(hashName, content));
      const put = await test.vault.put(inParts(content, 50_001), { expectedDigest, size });
      expect(put, `size ${size}`).toEqual({
        ok: true,
        isNew: true,
        digest: expectedDigest,
        size,
        sha256: toHex(hash('sha256', content)),
        sm3: toHex(hash('sm3', content)),
      });
      digests.push(expectedDigest);
    }
    const again = await test.reopen();
    for (const [i, size] of SIZES.entries()) {
      const digest = digests[i] ?? '';
      const got = await again.get(digest);
      if (!got.ok) throw new Error(`size ${size}: ${got.code}`);
      expect(got).toMatchObject({ start: 0, end: size, size });
      const content = await readAll(got.content);
      expect(Buffer.compare(content, patternBytes(size, size + 1)), `size ${size}`).toBe(0);
      expect(await again.has(digest)).toBe(true);
      expect(await again.stat(digest)).toMatchObject({ ok: true, size, digest });
      expect(await again.verify(digest)).toMatchObject({ ok: true, size });
    }
    expect((await test.files()).toSorted()).toEqual(digests.toSorted());
  });

  it('gives ranges, and refuses those outside', async () => {
    await using test = await createTestVault(hashName);
    const size = 2 * CHUNK + 77;
    const content = patternBytes(size);
    const put = await test.vault.put([content]);
    if (!put.ok) throw new Error(put.code);
    const edges = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, size - 1, size];
    for (const start of edges) {
      for (const end of edges.filter((edge) => edge >= start)) {
        const got = await test.vault.get(put.digest, { start, end });
        if (!got.ok) throw new Error(got.code);
        const part = await readAll(got.content);
        expect(Buffer.compare(part, content.subarray(start, end)), `${start}..${end}`).toBe(0);
      }
    }
    const outside = [
      { start: -1 },
      { start: size + 1 },
      { end: size + 1 },
      { start: 5, end: 4 },
      { start: 0.5 },
      { end: Number.NaN },
    ];
    for (const range of outside) {
      const got = await test.vault.get(put.digest, range);
      expect(got, JSON.stringify(range)).toMatchObject({
        ok: false,
        code: 'range-not-satisfiable',
      });
    }
  });

  it('does not show content on the disk', async () => {
    await using test = await createTestVault(hashName);
    const content = new TextEncoder().encode('the parties agree that '.repeat(10));
    const put = await test.vault.put([content]);
    if (!put.ok) throw new Error(put.code);
    const stored = await readFile(test.pathOf(put.digest));
    expect(stored.includes('parties')).toBe(false);
    expect((await stat(test.pathOf(put.digest))).mode & 0o077).toBe(0);
    // What is here and sound stays as it is; once removed it is sealed under another key.
    expect(await test.vault.put([content])).toMatchObject({ ok: true, isNew: false });
    expect(stored.equals(await readFile(test.pathOf(put.digest)))).toBe(true);
    await test.vault.delete(put.digest);
    expect(await test.vault.put([content])).toMatchObject({ ok: true, isNew: true });
    expect(stored.equals(await readFile(test.pathOf(put.digest)))).toBe(false);
  });

  it('erases for good', async () => {
    await using test = await createTestVault(hashName);
    const content = patternBytes(1000);
    const put = await test.vault.put([content]);
    if (!put.ok) throw new Error(put.code);
    const { digest } = put;
    expect(await test.vault.erase(digest)).toEqual({ ok: true, erased: TEST_TIME });
    for (const vault of [test.vault, await test.reopen({ now: () => TEST_TIME + 1 })]) {
      const erased = { ok: false, code: 'object-erased' };
      expect(await vault.get(digest)).toMatchObject(erased);
      expect(await vault.stat(digest)).toMatchObject(erased);
      expect(await vault.verify(digest)).toMatchObject(erased);
      expect(await vault.delete(digest)).toMatchObject(erased);
      expect(await vault.put([content])).toMatchObject(erased);
      expect(await vault.has(digest)).toBe(false);
      expect(await vault.list({ limit: 10 })).toEqual([]);
      expect(await vault.erase(digest)).toEqual({ ok: true, erased: TEST_TIME });
    }
    expect(await test.files()).toEqual([digest]);
  });

  it('needs the key it was encrypted to', async () => {
    await using test = await createTestVault(hashName);
    const put = await test.vault.put([patternBytes(10)]);
    if (!put.ok) throw new Error(put.code);
    const other = createTestKey(hashName);
    const without = await test.reopen({ decryptionKey: () => undefined });
    expect(await without.get(put.digest)).toMatchObject({ code: 'decryption-key-missing' });
    const wrong = await test.reopen({ decryptionKey: () => other.secret });
    expect(await wrong.get(put.digest)).toMatchObject({ code: 'object-damaged' });
    // After a rotation new content goes to the new key, and the old one still opens the old.
    const rotated = await test.reopen({
      recipient: other.recipient,
      decryptionKey: (id) =>
        toHex(id) === toHex(other.recipient.keyId) ? other.secret : test.key.secret,
    });
    const second = await rotated.put([patternBytes(11)]);
    if (!second.ok) throw new Error(second.code);
    expect(await rotated.verify(put.digest)).toMatchObject({ ok: true });
    expect(await rotated.verify(second.digest)).toMatchObject({ ok: true });
  });
});

describe('vault', () => {
  it('refuses content that is not what was announced, and keeps nothing of it', async () => {
    await using test = await createTestVault('sha256');
    const content = patternBytes(100_000);
    const cases = [
      { expectedDigest: '0'.repeat(64) },
      { size: 99_999 },
      { size: 100_001 },
      { size: 0 },
    ];
    for (const announced of cases) {
      const put = await test.vault.put(inParts(content, 777), announced);
      expect(put, JSON.stringify(announced)).toMatchObject({ ok: false, code: 'object-mismatch' });
      expect(await test.files()).toEqual([]);
    }
  });

  it('keeps nothing when the source fails', async () => {
    await using test = await createTestVault('sha256');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield patternBytes(200_000);
      throw new Error('the client went away');
    }
    await expect(test.vault.put(broken())).rejects.toThrow('the client went away');
    expect(await test.files()).toEqual([]);
  });

  it('tells digests that are none', async () => {
    await using test = await createTestVault('sha256');
    const malformed = { ok: false, code: 'digest-malformed' };
    for (const digest of ['', 'ab', 'A'.repeat(64), '../'.repeat(22), 'g'.repeat(64)]) {
      expect(await test.vault.get(digest), digest).toMatchObject(malformed);
      expect(await test.vault.stat(digest), digest).toMatchObject(malformed);
      expect(await test.vault.delete(digest), digest).toMatchObject(malformed);
      expect(await test.vault.erase(digest), digest).toMatchObject(malformed);
      expect(await test.vault.put([], { expectedDigest: digest })).toMatchObject(malformed);
      expect(await test.vault.has(digest), digest).toBe(false);
    }
    const unknown = { ok: false, code: 'object-unknown' };
    expect(await test.vault.get('0'.repeat(64))).toMatchObject(unknown);
    expect(await test.vault.delete('0'.repeat(64))).toMatchObject(unknown);
    expect(await test.vault.erase('0'.repeat(64))).toMatchObject(unknown);
  });

  it('deletes, and takes the same content again', async () => {
    await using test = await createTestVault('sha256');
    const put = await test.vault.put([patternBytes(5)]);
    if (!put.ok) throw new Error(put.code);
    expect(await test.vault.delete(put.digest)).toEqual({ ok: true });
    expect(await test.vault.get(put.digest)).toMatchObject({ code: 'object-unknown' });
    expect(await test.vault.put([patternBytes(5)])).toMatchObject({ ok: true });
    expect(await test.vault.verify(put.digest)).toMatchObject({ ok: true });
  });

  it('lists page by page', async () => {
    await using test = await createTestVault('sha256');
    const digests: string[] = [];
    for (let i = 0; i < 23; i++) {
      const put = await test.vault.put([patternBytes(i + 1)]);
      if (put.ok) digests.push(put.digest);
    }
    const listed: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await test.vault.list({ ...(after === undefined ? {} : { after }), limit: 5 });
      expect(page.length).toBeLessThanOrEqual(5);
      listed.push(...page.map(({ digest }) => digest));
      after = page.at(-1)?.digest;
      if (page.length < 5) break;
    }
    expect(listed).toEqual(digests.toSorted());
  });

  it('keeps within its quota, counting what is being written', async () => {
    await using test = await createTestVault('sha256', { quotaBytes: 200_000 });
    const first = await test.vault.put([patternBytes(100_000)]);
    if (!first.ok) throw new Error(first.code);
    const used = test.vault.usedBytes ?? 0;
    expect(used).toBeGreaterThan(100_000);
    const exceeded = { ok: false, code: 'quota-exceeded' };
    expect(await test.vault.put([patternBytes(100_001)])).toMatchObject(exceeded);
    expect(await test.vault.put([], { size: 140_000 })).toMatchObject(exceeded);
    expect(test.vault.usedBytes).toBe(used);
    expect(await test.files()).toEqual([first.digest]);
    // The same content is kept and counted once.
    const small = await test.vault.put([patternBytes(40_000)]);
    const both = test.vault.usedBytes;
    expect(small.ok).toBe(true);
    expect(await test.vault.put([patternBytes(40_000)])).toMatchObject({ ok: true });
    expect(test.vault.usedBytes).toBe(both);
    expect((await test.reopen()).usedBytes).toBe(both);
    await test.vault.erase(first.digest);
    expect(await test.vault.put([patternBytes(100_001)])).toMatchObject({ ok: true });
  });

  it('stands many puts of the same content at once', async () => {
    await using test = await createTestVault('sha256');
    const content = patternBytes(300_000);
    const puts = Array.from({ length: 8 }, (_, i) =>
      test.vault.put(inParts(content, 10_000 + 777 * i)),
    );
    const results = await Promise.all(puts);
    const digest = toHex(hash('sha256', content));
    for (const result of results) expect(result).toMatchObject({ ok: true, digest });
    expect(results.filter((result) => result.ok && result.isNew)).toHaveLength(1);
    expect(await test.vault.verify(digest)).toMatchObject({ ok: true });
    expect(await test.files()).toEqual([digest]);
  });

  it('lets a reader finish what is put again meanwhile', async () => {
    await using test = await createTestVault('sha256');
    const content = patternBytes(40 * CHUNK);
    const put = await test.vault.put([content]);
    if (!put.ok) throw new Error(put.code);
    const got = await test.vault.get(put.digest);
    if (!got.ok) throw new Error(got.code);
    await test.vault.put([content]);
    expect(Buffer.compare(await readAll(got.content), content)).toBe(0);
  });

  it('closes the file of a reader that stops early', async () => {
    await using test = await createTestVault('sha256');
    const put = await test.vault.put([patternBytes(40 * CHUNK)]);
    if (!put.ok) throw new Error(put.code);
    for (let i = 0; i < 3; i++) {
      const unread = await test.vault.get(put.digest);
      if (!unread.ok) throw new Error(unread.code);
      await unread.content.return?.();
      expect(await unread.content.next()).toMatchObject({ done: true });
      const stopped = await test.vault.get(put.digest);
      if (!stopped.ok) throw new Error(stopped.code);
      for await (const part of stopped.content) {
        expect(part.length).toBeGreaterThan(0);
        break;
      }
      expect(await stopped.content.next()).toMatchObject({ done: true });
    }
  });
});
