// Goal: private deposits, grants and erasures work through the client against a real node, a node that lies about them is caught, and
// content streams in a real page as it does here. Method: a real node behind a liar that changes one thing at a time; real Chromium
// for the streams.
import { toHex } from '@hefu/bytes';
import { HefuClient, ProofError } from '@hefu/sdk';
import type { GrantView, Item } from '@hefu/sdk';
import { dataPaths, readCredentialsFile } from '@hefu/server';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../browser/browser.ts';
import { ROOT } from '../house/checkout.ts';
import { honest, startLiar } from './liar.ts';
import type { Liar, Told } from './liar.ts';
import { RealNodes, trustOf } from './real-node.ts';

const ITEM: Item = {
  kind: 'file',
  sha256: new Uint8Array(32).fill(1),
  sm3: new Uint8Array(32).fill(2),
  name: 'secret.pdf',
};
const nodes = new RealNodes();
let liar: Liar;
/** Straight to the node, with the operator's token. */
let own: HefuClient;
/** The same, through the liar. */
let told: HefuClient;
let object = '';
let grant = '';

beforeAll(async () => {
  nodes.make('one');
  const { url } = await nodes.start('one');
  liar = await startLiar(url);
  const { token } = readCredentialsFile(dataPaths(nodes.folder('one')));
  const trust = await trustOf(url);
  own = new HefuClient({ url, token, trust });
  told = new HefuClient({ url: liar.url, token, trust });
}, 60_000);

afterAll(async () => {
  await liar[Symbol.asyncDispose]();
  await nodes[Symbol.asyncDispose]();
});

async function grants(client: HefuClient): Promise<readonly GrantView[]> {
  const found: GrantView[] = [];
  for await (const each of client.sharing.grants({ object })) found.push(each);
  return found;
}

/** The listing with its rows changed. */
function changing(path: string, change: object): Liar['lie'] {
  return (asked, truth): Told => {
    if (!asked.path.startsWith(path)) return truth;
    const page = JSON.parse(truth.body.toString('utf8')) as { items: object[] };
    const items = page.items.map((row) => ({ ...row, ...change }));
    return { ...truth, body: Buffer.from(JSON.stringify({ ...page, items })) };
  };
}

async function caughtAt(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'nothing';
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  } finally {
    liar.lie = honest;
  }
}

describe('the client', () => {
  it('deposits privately, and proves the item to whoever is shown it', async () => {
    const readers = ['lanhe-dairy', 'kite-freight'];
    const { id, batch } = await own.evidence.depositPrivate(nodes.signer('one'), [ITEM], readers);
    object = toHex(batch.records[0]?.digest ?? new Uint8Array());
    expect((await own.vault.privateItem(object)).item).toEqual(ITEM);
    const receipt = own.evidence.privateItemReceipt(await own.receipt(id), batch, 0);
    await own.verified(receipt);
    expect(await own.evidence.record(id)).toMatchObject({ type: 'private', count: 1, readers });
    const other = own.evidence.privateItemReceipt(receipt, batch, 0);
    const bent = { ...other, itemSalt: '00'.repeat(32) };
    await expect(own.verified(bent)).rejects.toMatchObject({ code: 'receipt-not-verified' });
  });

  it('grants and revokes, and catches a node that tells it otherwise', async () => {
    const admin = nodes.signer('one', 'lanhe-dairy/admin');
    const committed = await own.sharing.grant(admin, { object, grantee: 'kite-freight' });
    ({ grant } = committed);
    await own.waitForReads(committed.height);
    expect(await grants(told)).toMatchObject([{ id: grant, state: 'open' }]);
    const lies = [{ grantee: 'corner-market' }, { until: 1 }, { state: 'revoked' }];
    for (const lie of lies) {
      liar.lie = changing('/v1/grants?', lie);
      expect(await caughtAt(async () => grants(told)), JSON.stringify(lie)).toBe(
        'listing-contradicted',
      );
    }
    const { height } = await own.sharing.revoke(admin, grant);
    await own.waitForReads(height);
    expect(await own.sharing.record(grant)).toMatchObject({ revoked: { by: admin.member } });
    liar.lie = changing('/v1/grants?', { state: 'open', revoked: undefined });
    expect(await caughtAt(async () => grants(told))).toBe('listing-contradicted');
    const erased = { state: 'erased', erased: { time: 1, height: 1 } };
    liar.lie = changing('/v1/grants?', erased);
    expect(await caughtAt(async () => grants(told))).toBe('listing-contradicted');
  });

  it('erases, and verifies the receipt of it', async () => {
    await expect(own.vault.erasureReceipt(object, 'lanhe-dairy')).rejects.toMatchObject({
      code: 'erasure-not-recorded',
    });
    const { statement = '' } = await own.vault.erase(object, ['kite-freight']);
    const { height = 0 } = (await own.statement(statement)) ?? {};
    await own.waitForReads(height);
    const receipt = await told.vault.erasureReceipt(object, 'lanhe-dairy');
    expect(receipt).toEqual(await own.receipt(statement));
    expect((await grants(told))[0]).toMatchObject({ state: 'erased', erased: { height } });
    liar.lie = changing('/v1/erasures?', { organisation: 'kite-freight' });
    const listed = async (): Promise<void> => {
      for await (const _each of told.sharing.erasures()) continue;
    };
    expect(await caughtAt(listed)).toBe('listing-contradicted');
    expect(await own.vault.stat(object)).toBeUndefined();
    await expect(own.vault.bytes(object)).rejects.toMatchObject({ code: 'object-erased' });
    expect((await own.vault.usage()).usedBytes).toBe(0);
  });
});

it('content streams in a page, goes on where it broke off, and nothing else is given', async () => {
  await using browser = await openBrowser();
  const page = join(ROOT, 'test', 'src', 'browser', 'pages', 'vault.ts');
  expect(await browser.run(page, { size: 200_000 }, 'secure')).toEqual({
    isNew: [true, false],
    sent: [200_000],
    isSame: true,
    asked: ['HEAD', 'PUT', 'HEAD', 'GET', 'GET bytes=100000-199999', 'GET'],
    changed: 'object-differs',
  });
}, 60_000);
