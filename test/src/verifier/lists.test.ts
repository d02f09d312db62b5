// Goal: many receipts and large contents are verified as single ones are, while the page stays usable. Method: streams of receipts and
// folders of files handed to the page in a real Chromium; a file larger than the page may hold at once, hashed and cancelled.
import { createHash } from 'node:crypto';
import { mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCbor } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { buildTree } from '@hefu/merkle';
import { SampleLedger } from '@hefu/protocol/testing';
import { LANGUAGES } from '@hefu/verifier';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { file, pageOnDisk, put, shown, VerifierBrowser, verify } from './page.ts';
import { SUITES } from './vectors.ts';

const disk = pageOnDisk();
const folder = mkdtempSync(join(tmpdir(), 'hefu-lists-'));
let browser: VerifierBrowser;

beforeAll(async () => {
  browser = await VerifierBrowser.open();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const contentOf = (n: number): Buffer => Buffer.from(`file ${n}`);

/** A ledger with one batch of `count` files, and the receipts of all. */
function batchOf(suite: (typeof SUITES)[number], count: number) {
  const ledger = new SampleLedger({ suite });
  const items = Array.from({ length: count }, (_each, n) =>
    encodeCbor({
      kind: 'file',
      name: `file ${n}.txt`,
      sha256: hash('sha256', contentOf(n)),
      sm3: hash('sm3', contentOf(n)),
      size: contentOf(n).length,
    }),
  );
  const tree = buildTree(
    ledger.hasher,
    items.map((item) => ledger.hasher.leaf(item)),
  );
  ledger.addBlock([
    { member: 'acme/alice', method: 'depositBatch', args: { root: tree.root, count } },
  ]);
  const receipts = items.map((item, index) =>
    ledger.receipt(0, { item: { item, index, path: tree.path(index) } }),
  );
  return { trust: ledger.trust(), receipts };
}

async function done(page: Page): Promise<void> {
  await page.locator('[data-list]:not([data-list=working])').waitFor();
}

describe.each(SUITES)('suite %s', (suite) => {
  const { trust, receipts } = batchOf(suite, 120);

  it('a stream of receipts is a list, each with its verdict and its content', async () => {
    const page = await browser.page(disk.url, 'en');
    const lines = receipts.map((receipt) => JSON.stringify(receipt));
    // One is damaged, one is no receipt at all; both are lines of the list.
    lines[7] = (lines[7] ?? '').replace(/"itemIndex":\d+/, '"itemIndex":8');
    lines[11] = '{"format":"hefu-receipt/1"}';
    await put(page, 'trust', file('trust.json', trust));
    await put(page, 'content', [
      file('a', contentOf(3)),
      file('b', contentOf(4)),
      file('strange.txt', 'nobody deposited this'),
    ]);
    await put(page, 'receipt', file('receipts.ndjson', `${lines.join('\n')}\n\n`));
    await done(page);
    expect(await page.locator('#list-summary').textContent()).toBe(
      LANGUAGES.en.texts.list.summary({ total: '120', good: '118', bad: '2', open: '0' }),
    );
    expect(await page.locator('[data-row]').count()).toBe(50);
    expect(await page.locator('[data-row] >> nth=3').textContent()).toContain('a');
    expect(await page.locator('.list .names').textContent()).toBe('strange.txt');
    await page.click('[data-key=show-bad]');
    expect(
      await page
        .locator('[data-row]')
        .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['code'])),
    ).toEqual(['item-mismatch', 'receipt-malformed']);
    await page.click('[data-key=show-all]');
    await page.click('[data-key=next]');
    await page.click('[data-key=next]');
    expect(await page.locator('[data-row]').count()).toBe(20);
    await page.click('[data-key=row-120]');
    await page.locator('[data-verdict=good]').waitFor();
    expect((await shown(page)).text).toContain('file 119.txt');
    await page.click('[data-key=back]');
    expect(await page.locator('[data-row]').count()).toBe(20);
    expect(browser.incidents).toEqual([]);
    await page.close();
  });

  it('without a trust file a list decides nothing', async () => {
    const page = await browser.page(disk.url, 'en');
    const lines = receipts.slice(0, 5).map((receipt) => JSON.stringify(receipt));
    await put(page, 'receipt', file('receipts.ndjson', lines.join('\n')));
    await done(page);
    expect(await page.locator('[data-row=open]').count()).toBe(5);
    await put(page, 'trust', file('trust.json', trust));
    await page.locator('[data-list=good]').waitFor();
    expect(await page.locator('[data-row=good]').count()).toBe(5);
    await page.close();
  });

  it('files find their receipts by digest, and by name where the digest is another', async () => {
    const page = await browser.page(disk.url, 'en');
    await put(page, 'trust', file('trust.json', trust));
    await put(page, 'content', [file('renamed', contentOf(0)), file('file 1.txt', 'changed')]);
    await put(
      page,
      'receipt',
      receipts.slice(0, 3).map((receipt, n) => file(`file ${n}.txt.receipt.json`, receipt)),
    );
    await done(page);
    const rows = await page
      .locator('[data-row]')
      .evaluateAll((all) =>
        all.map((row) => [
          (row as HTMLElement).dataset['row'],
          row.querySelectorAll('td')[1]?.textContent,
        ]),
      );
    expect(rows).toEqual([
      ['good', 'renamed'],
      ['bad', 'file 1.txt'],
      ['good', '–'],
    ]);
    await page.close();
  });
});

describe('a large file', () => {
  /** Long enough to be seen at work, on any machine. */
  const SIZE = 48_000_000;
  const END = 'the last bytes count too';
  const path = join(folder, 'large.bin');
  writeFileSync(path, '');
  truncateSync(path, SIZE);
  writeSync(openSync(path, 'r+'), END, SIZE - END.length);
  /** Never read to its end. */
  const endless = join(folder, 'endless.bin');
  writeFileSync(endless, '');
  truncateSync(endless, 20_000_000_000);

  function receiptOf(sha256: Uint8Array): { trust: unknown; receipt: unknown } {
    const ledger = new SampleLedger({ suite: 'international' });
    ledger.addBlock([{ member: 'acme/alice', args: { item: { kind: 'digest', sha256 } } }]);
    return { trust: ledger.trust(), receipt: ledger.receipt(0) };
  }

  it('is hashed in pieces, with its progress told', async () => {
    const hasher = createHash('sha256')
      .update(Buffer.alloc(SIZE - END.length))
      .update(END);
    const { trust, receipt } = receiptOf(hasher.digest());
    const page = await browser.page(disk.url, 'en');
    await put(page, 'trust', file('trust.json', trust));
    await put(page, 'receipt', file('r.receipt.json', receipt));
    await page.setInputFiles('#content-file', path);
    await page.locator('#work progress').waitFor();
    // The page answers meanwhile, and nothing of what was chosen is lost.
    await page.click('[data-key=language-ru]');
    await page.locator('[data-step=content].good').waitFor();
    expect(await page.locator('#verdict-title').textContent()).toBe(
      LANGUAGES.ru.texts.verdict.good,
    );
    expect(await page.locator('#work').textContent()).toBe('');
    await page.close();
  });

  it('can be given up', async () => {
    const { trust, receipt } = receiptOf(new Uint8Array(32));
    const page = await browser.page(disk.url, 'en');
    await verify(page, {
      receipt: file('r.receipt.json', receipt),
      trust: file('trust.json', trust),
    });
    await page.setInputFiles('#content-file', endless);
    await page.click('[data-key=cancel]');
    await page.locator('#work:empty').waitFor({ state: 'attached' });
    expect(await page.locator('[data-step=content]').getAttribute('data-code')).toBe(
      'content-absent',
    );
    expect(browser.incidents).toEqual([]);
    await page.close();
  });
});
