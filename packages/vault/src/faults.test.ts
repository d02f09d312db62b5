// Goal: whatever stops a write, there is a whole object or none, and nothing acknowledged is lost.
// Method: a process that stores and erases is killed at many moments and its folder opened again;
// then a storage that fails at each of its calls in turn.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import type { ObjectStorage, ObjectWriter } from './object-storage.ts';
import { createTestVault, inParts, patternBytes } from './testing/vault-fixture.ts';
import { writeTombstone } from './tombstone.ts';
import { openVault } from './vault.ts';

const KILLS = 8;

describe('a process that is killed', () => {
  it('leaves whole objects, and what it erased stays erased', async () => {
    await using test = await createTestVault('sha256');
    const script = fileURLToPath(new URL('./testing/put-until-killed.ts', import.meta.url));
    let acknowledgedCount = 0;
    for (let round = 0; round < KILLS; round++) {
      const args = [test.directory, toHex(test.key.recipient.publicKey), String(round)];
      const child = spawn(process.execPath, ['--conditions=source', script, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8');
      const killAfter = 1 + round * 3;
      child.stdout.on('data', (text: string) => {
        said += text;
        // Killed as soon as enough is acknowledged: the next write is under way by then.
        if (said.split('\n').length > killAfter) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const vault = await test.reopen();
      expect(await readdir(join(test.directory, 'temp')), `round ${round}`).toEqual([]);
      const lines = said.split('\n').slice(0, -1);
      acknowledgedCount += lines.length;
      for (const line of lines) {
        const [what, digest = ''] = line.split(' ');
        const expected = what === 'erased' ? { code: 'object-erased' } : { ok: true };
        expect(await vault.verify(digest), `round ${round} ${line}`).toMatchObject(expected);
      }
      for (const { digest } of await vault.list({ limit: 10_000 })) {
        expect(await vault.verify(digest), `round ${round} ${digest}`).toMatchObject({ ok: true });
      }
    }
    expect(acknowledgedCount).toBeGreaterThanOrEqual(KILLS);
  });

  it('leaves an erasure that is completed at the next start', async () => {
    await using test = await createTestVault('sha256');
    const put = await test.vault.put([patternBytes(1000)]);
    if (!put.ok) throw new Error(put.code);
    // As if it had been killed between the two steps of an erasure.
    await writeTombstone(test.storage, put.digest, 77);
    expect(await test.vault.get(put.digest)).toMatchObject({ code: 'object-erased' });
    const again = await test.reopen();
    expect(await readdir(join(test.directory, 'objects', put.digest.slice(0, 2)))).toEqual([]);
    expect(await again.erase(put.digest)).toEqual({ ok: true, erased: 77 });
  });

  it('leaves a torn tombstone that still means erased, and strangers are left alone', async () => {
    await using test = await createTestVault('sha256');
    const digest = 'ab'.repeat(32);
    await mkdir(join(test.directory, 'tombstones', 'ab'), { recursive: true });
    await writeFile(join(test.directory, 'tombstones', 'ab', digest), 'not json');
    await mkdir(join(test.directory, 'objects', 'zz'), { recursive: true });
    await writeFile(join(test.directory, 'objects', 'README'), 'hello');
    const again = await test.reopen();
    expect(await again.get(digest)).toMatchObject({ code: 'object-erased' });
    expect(await again.erase(digest)).toEqual({ ok: true, erased: 0 });
    expect(await again.list({ limit: 10 })).toEqual([]);
  });
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: from the test`), { code });
}

/** A storage whose writers fail at one of their calls. */
function failing(
  storage: ObjectStorage,
  fail: { at: 'create' | 'write' | 'commit'; after: number; code: string },
): ObjectStorage {
  let left = fail.after;
  function pass(at: string): void {
    if (at === fail.at && left-- <= 0) throw systemError(fail.code);
  }
  return {
    ...storage,
    async create(): Promise<ObjectWriter> {
      pass('create');
      const writer = await storage.create();
      return {
        async write(bytes) {
          pass('write');
          await writer.write(bytes);
        },
        async commit(kind, name) {
          pass('commit');
          await writer.commit(kind, name);
        },
        async abort() {
          await writer.abort();
        },
      };
    },
  };
}

describe('a storage that fails', () => {
  const cases = [
    { at: 'create', after: 0, code: 'EROFS', found: 'storage-read-only' },
    { at: 'create', after: 0, code: 'EACCES', found: 'storage-read-only' },
    { at: 'create', after: 0, code: 'ENOSPC', found: 'storage-full' },
    { at: 'write', after: 0, code: 'ENOSPC', found: 'storage-full' },
    { at: 'write', after: 2, code: 'EDQUOT', found: 'storage-full' },
    { at: 'write', after: 4, code: 'ENOSPC', found: 'storage-full' },
    { at: 'commit', after: 0, code: 'ENOSPC', found: 'storage-full' },
  ] as const;

  it.each(cases)('with $code at $at after $after is told', async (fail) => {
    await using test = await createTestVault('sha256');
    const vault = await openVault({
      storage: failing(test.storage, fail),
      hashName: 'sha256',
      recipient: test.key.recipient,
      decryptionKey: () => test.key.secret,
      quotaBytes: 10_000_000,
      now: () => 0,
    });
    // Five writes of 1 MiB, then the trailer.
    const put = await vault.put(inParts(patternBytes(5 * 1_048_576), 50_000));
    expect(put).toMatchObject({ ok: false, code: fail.found });
    expect(vault.usedBytes).toBe(0);
    expect(await test.files()).toEqual([]);
  });

  it('with an error of its own throws it, and keeps nothing', async () => {
    await using test = await createTestVault('sha256');
    const storage = failing(test.storage, { at: 'write', after: 1, code: 'EIO' });
    const vault = await openVault({
      storage,
      hashName: 'sha256',
      recipient: test.key.recipient,
      decryptionKey: () => test.key.secret,
      now: () => 0,
    });
    await expect(vault.put([patternBytes(200_000)])).rejects.toMatchObject({ code: 'EIO' });
    expect(await test.files()).toEqual([]);
  });
});
