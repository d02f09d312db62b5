// The main job on a real node with all its threads, in both suites: deposits singly and as a batch over HTTP, found in the read
// model, receipts verified from nothing but the trust file, a private one kept, and all of it there after a restart.
import { toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { buildBatch } from '@hefu/module-evidence/api';
import { parseTrust, verifyReceipt } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import type { TestPlace } from '../testing/data-folder.ts';
import { createNodeClient } from '../testing/node-client.ts';
import type { NodeClient } from '../testing/node-client.ts';
import { initData } from './init-data.ts';
import { startNode } from './start-node.ts';
import type { RunningNode } from './start-node.ts';

const BATCH_ITEMS = 300;
/** How often a test looks whether the read model has caught up, and how long it does. */
const LOOK_EVERY_MS = 10;
const CATCH_UP_MS = 20_000;

const SECRET_NAME = 'the-secret-plan.pdf';
const SECRET = Buffer.from(SECRET_NAME);
const TRACES = [
  SECRET_NAME,
  SECRET.toString('hex'),
  ...[0, 1, 2].map((shift) => SECRET.subarray(shift, shift + 15).toString('base64')),
];

interface FileItem {
  readonly kind: 'file';
  readonly sha256: Uint8Array;
  readonly sm3: Uint8Array;
  readonly size: number;
  readonly name: string;
}

function itemOf(content: string, name: string): FileItem {
  const bytes = Buffer.from(content);
  return {
    kind: 'file',
    sha256: hash('sha256', bytes),
    sm3: hash('sm3', bytes),
    size: bytes.length,
    name,
  };
}

describe.each(['international', 'gm'] as const)('evidence on a node, %s', (suite) => {
  let place: TestPlace;
  let node: RunningNode;
  let client: NodeClient;
  let trust: Trust;
  let single: string;
  let batch: string;
  let secret: string;
  const item = itemOf('one', 'one.txt');
  const items = Array.from({ length: BATCH_ITEMS }, (_, i) => itemOf(`item ${i}`, `item-${i}.txt`));

  const start = async (): Promise<RunningNode> =>
    startNode({ ...place, flags: ANY_PORT, logger: silentLogger() });

  async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${node.url}${path}`, { headers });
  }

  async function json<T>(path: string): Promise<T> {
    const answer = await get(path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Waits until the read models have what the ledger had when this was called. */
  async function caughtUp(): Promise<void> {
    const { height } = await json<{ height: number }>('/v1/chain');
    for (let waited = 0; waited < CATCH_UP_MS; waited += LOOK_EVERY_MS) {
      const reached = (await get('/v1/evidence?limit=1')).headers.get('ledger-height');
      if (Number(reached) >= height) return;
      await delay(LOOK_EVERY_MS);
    }
    throw new Error(`the read models did not reach ${height}`);
  }

  beforeAll(async () => {
    place = createTestPlace();
    const made = initData({ ...place, consortium: 'sample', suite });
    node = await start();
    client = createNodeClient({ ...place, ...made });
    const parsed = parseTrust(await json('/v1/trust'));
    if (!parsed.ok) throw new Error(parsed.code);
    ({ trust } = parsed);
    const deposit = { item: { ...item }, readers: 'public' };
    single = await client.post(node.url, client.sign('lanhe-dairy/depositor', 'deposit', deposit));
    const { root, count, bundle, digest } = buildBatch(items, client.hashName);
    const put = await fetch(`${node.url}/v1/attachments/${toHex(digest)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: Uint8Array.from(bundle),
    });
    if (put.status !== 201) throw new Error(await put.text());
    const attachment = { digest, size: bundle.length };
    const args = { root, count, attachment, readers: 'public' };
    batch = await client.post(
      node.url,
      client.sign('kite-freight/depositor', 'depositBatch', args),
    );
    const hidden = { item: { ...itemOf('secret', SECRET_NAME) }, readers: ['kite-freight'] };
    secret = await client.post(node.url, client.sign('kite-freight/depositor', 'deposit', hidden));
    await caughtUp();
  });

  afterAll(async () => {
    await node.close();
    place[Symbol.dispose]();
  });

  it('finds them by digest and depositor, newest first', async () => {
    interface Found {
      readonly items: readonly { readonly id: string; readonly index?: number }[];
    }
    const last = items.at(-1);
    const byDigest = await json<Found>(`/v1/evidence?sm3=${toHex(last?.sm3 ?? new Uint8Array())}`);
    expect(byDigest.items).toMatchObject([{ id: batch, index: BATCH_ITEMS - 1 }]);
    const byDepositor = await json<Found>('/v1/evidence?depositor=lanhe-dairy/depositor');
    expect(byDepositor.items.map(({ id }) => id)).toEqual([single]);
    const all = await json<Found>('/v1/evidence');
    expect(all.items.map(({ id }) => id)).toEqual([batch, single]);
  });

  it('gives a receipt for each item, and every one holds', async () => {
    const lines = (await (await get(`/v1/evidence/${batch}/receipts`)).text())
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(BATCH_ITEMS);
    for (const [index, line] of lines.entries()) {
      const verdict = verifyReceipt({
        receipt: JSON.parse(line) as unknown,
        trust,
        content: Buffer.from(`item ${index}`),
      });
      expect(verdict.ok, `item ${index}`).toBe(true);
    }
    const one = await json(`/v1/evidence/${batch}/items/7/receipt`);
    expect(verifyReceipt({ receipt: one, trust, content: Buffer.from('item 7') }).ok).toBe(true);
    expect(verifyReceipt({ receipt: one, trust, content: Buffer.from('item 8') }).ok).toBe(false);
    const alone = await json(`/v1/statements/${single}/receipt`);
    expect(verifyReceipt({ receipt: alone, trust, content: Buffer.from('one') }).ok).toBe(true);
  });

  it('gives the bundle under its statement', async () => {
    const { attachment } = await json<{ attachment: { digest: string; size: number } }>(
      `/v1/evidence/${batch}`,
    );
    const answer = await get(`/v1/attachments/${attachment.digest}?statement=${batch}`);
    expect((await answer.arrayBuffer()).byteLength).toBe(attachment.size);
  });

  it('keeps a private deposit from everyone but its readers, wherever it is asked for', async () => {
    const sha256 = toHex(hash('sha256', Buffer.from('secret')));
    const addresses = [
      `/v1/statements/${secret}`,
      `/v1/statements/${secret}/receipt`,
      `/v1/statements/${secret}/receipt?format=tlog-proof`,
      `/v1/statements/${secret}/receipt?format=cose`,
      `/v1/state/evidence/deposits/${secret}`,
      `/v1/state/evidence/deposits/${secret}?proof=1`,
      '/v1/evidence',
      `/v1/evidence?sha256=${sha256}`,
      '/v1/evidence?depositor=kite-freight/depositor',
      `/v1/evidence/${secret}`,
      `/v1/evidence/${secret}/items`,
      `/v1/evidence/${secret}/items/0`,
      `/v1/evidence/${secret}/items/0/receipt`,
      `/v1/evidence/${secret}/receipts`,
      '/log/tile/entries/000.p/4',
    ];
    for (const address of addresses) {
      for (const accept of ['application/json', 'application/cose']) {
        const answer = await get(address, { accept });
        const text = Buffer.from(await answer.arrayBuffer()).toString('latin1');
        for (const trace of TRACES) expect(text, address).not.toContain(trace);
        if (!address.includes('sha256=')) expect(text, address).not.toContain(sha256);
      }
    }
    const statement = await json<{ readable: boolean }>(`/v1/statements/${secret}`);
    expect(statement.readable).toBe(false);
  });

  it('has all of it after a restart', async () => {
    await node.close();
    node = await start();
    const again = await json(`/v1/statements/${single}/receipt`);
    expect(verifyReceipt({ receipt: again, trust, content: Buffer.from('one') }).ok).toBe(true);
    await caughtUp();
    expect((await json<{ items: unknown[] }>('/v1/evidence')).items).toHaveLength(2);
    expect((await json<{ items: unknown[] }>('/v1/members')).items).toHaveLength(6);
  });
});
