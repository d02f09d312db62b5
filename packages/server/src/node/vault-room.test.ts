// Goal: the operator, and nobody else, sees what the vault holds and how much room is left, and what does not fit is refused with
// what is free. Method: a real node with a quota; objects put, listed by pages, refused, erased, over a restart.
import { toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import { dataPaths, readCredentialsFile } from './data-folder.ts';
import { initData } from './init-data.ts';
import { startNode } from './start-node.ts';

const QUOTA_BYTES = 100_000;

interface Listed {
  readonly items: readonly { readonly digest: string; readonly storedBytes: number }[];
  readonly nextCursor: string | null;
}
interface Usage {
  readonly usedBytes: number;
  readonly freeBytes: number;
}

it('a vault tells its operator what it holds and what is free', async () => {
  using place = createTestPlace();
  initData({ ...place, consortium: 'empty' });
  const flags = { ...ANY_PORT, 'vault.quotaBytes': QUOTA_BYTES, 'vault.grantedQuotaBytes': 5_000 };
  const { token } = readCredentialsFile(dataPaths(place.directory));
  const headers = { authorization: `Bearer ${token}` };
  const start = async () => startNode({ ...place, flags, logger: silentLogger() });
  const digests: string[] = [];
  let usedBytes = 0;
  {
    await using node = await start();
    const ask = async (path: string): Promise<unknown> =>
      (await fetch(`${node.url}${path}`, { headers })).json();
    const put = async (bytes: Uint8Array): Promise<Response> =>
      fetch(`${node.url}/v1/vault/objects/${toHex(hash('sha256', bytes))}`, {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: Uint8Array.from(bytes),
      });
    expect(await ask('/v1/vault/objects')).toEqual({ items: [], nextCursor: null });
    for (const fill of [1, 2, 3]) {
      const bytes = new Uint8Array(10_000).fill(fill);
      expect((await put(bytes)).status).toBe(201);
      digests.push(toHex(hash('sha256', bytes)));
    }
    digests.sort();
    const seen: Listed['items'][number][] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? '' : `&cursor=${cursor}`;
      const listed = (await ask(`/v1/vault/objects?limit=2${next}`)) as Listed;
      seen.push(...listed.items);
      cursor = listed.nextCursor;
    } while (cursor !== null);
    expect(seen.map(({ digest }) => digest)).toEqual(digests);
    usedBytes = seen.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    expect(usedBytes).toBeGreaterThan(30_000);
    const usage = {
      usedBytes,
      quotaBytes: QUOTA_BYTES,
      freeBytes: QUOTA_BYTES - usedBytes,
      own: { usedBytes },
      granted: [],
    };
    expect(await ask('/v1/vault/usage')).toMatchObject(usage);
    const refused = await put(new Uint8Array(80_000));
    expect([refused.status, await refused.json()]).toMatchObject([
      507,
      { code: 'quota-exceeded', detail: `${QUOTA_BYTES - usedBytes} bytes are free` },
    ]);
    expect(await ask('/v1/vault/usage')).toMatchObject(usage);
    expect(await ask('/v1/vault/objects?cursor=AAAA')).toMatchObject({ code: 'cursor-invalid' });
    expect(await ask('/v1/vault/objects?granter=nobody')).toMatchObject({ code: 'object-unknown' });
    for (const path of ['/v1/vault/objects', '/v1/vault/usage']) {
      expect((await fetch(`${node.url}${path}`)).status, path).toBe(401);
    }
  }
  await using node = await start();
  const erased = await fetch(`${node.url}/v1/vault/erasures`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ object: digests[0] }),
  });
  expect(erased.status).toBe(200);
  const left = await fetch(`${node.url}/v1/vault/objects`, { headers });
  const { items } = (await left.json()) as Listed;
  expect(items.map(({ digest }) => digest)).toEqual(digests.slice(1));
  const usage = (await (await fetch(`${node.url}/v1/vault/usage`, { headers })).json()) as Usage;
  expect(usage.usedBytes).toBeLessThan(usedBytes);
  expect(usage.freeBytes).toBe(QUOTA_BYTES - usage.usedBytes);
});
