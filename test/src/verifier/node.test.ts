// Goal: the whole way. A node takes files in and serves the verifier with its trust file; the page goes on when the node and the network
// are gone; the same receipts hold in the file on disk. Method: a real node for each suite, its own receipts, a real Chromium.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { LANGUAGES } from '@hefu/verifier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sandbox } from '../e2e/sandbox.ts';
import { file, put, shown, VerifierBrowser, verify } from './page.ts';

describe.each(['international', 'gm'])('suite %s', (suite) => {
  const sandbox = new Sandbox();
  const NAMES = ['order.txt', '合同.pdf', 'счёт.bin'];
  let served = '';
  let lines = '';
  let browser: VerifierBrowser;

  const content = (name: string) => file(name, readFileSync(sandbox.path('files', name)));
  const receipt = (name: string) =>
    file(
      `${name}.receipt.json`,
      readFileSync(sandbox.path('receipts', `${name}.receipt.json`), 'utf8'),
    );
  const trust = () => file('trust.json', readFileSync(sandbox.path('receipts', 'trust.json')));

  beforeAll(async () => {
    browser = await VerifierBrowser.open();
    mkdirSync(sandbox.path('files'));
    for (const name of NAMES) writeFileSync(sandbox.path('files', name), `${name}: contents`);
    await sandbox.must('init', '--suite', suite);
    const node = await sandbox.start();
    const { stdout } = await sandbox.must(
      'evidence',
      'deposit',
      'files',
      '--out',
      'receipts',
      '--json',
    );
    const [statement = ''] = (JSON.parse(stdout) as { statements: string[] }).statements;
    await sandbox.must('verifier', '--out', 'hefu-verifier.html');
    const { token } = JSON.parse(
      readFileSync(sandbox.path('data', 'credentials.json'), 'utf8'),
    ) as {
      token: string;
    };
    const answer = await fetch(`${node.url}/v1/evidence/${statement}/receipts`, {
      headers: { authorization: `Bearer ${token}` },
    });
    lines = await answer.text();
    await browser.context.setOffline(false);
    const page = await browser.page(`${node.url}/verify`, 'en');
    await page.locator('[data-trust=good]').waitFor();
    served = page.url();
    // From here on there is neither node nor network.
    await browser.context.setOffline(true);
    await node.stop();
  });
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  it('the served page verifies by the node’s trust file, and says so', async () => {
    const page = browser.context.pages().find((each) => each.url() === served);
    if (page === undefined) throw new Error('the page is gone');
    const { texts } = LANGUAGES.en;
    for (const name of NAMES) {
      await put(page, 'content', content(name));
      await put(page, 'receipt', receipt(name));
      await page.locator('[data-verdict=good]').waitFor();
      const { text } = await shown(page);
      expect(text).toContain(name);
      expect(text).toContain(texts.verdict.trustFromPage);
      await page.click('[data-slot=receipt] .remove');
      await page.click('[data-slot=content] .remove');
      await page.locator('[data-verdict=none]').waitFor();
    }
    expect(await page.locator('[data-trust=good]').textContent()).toContain(texts.trust.fromPage);
    expect(browser.incidents).toEqual([]);
  });

  it('the file on disk takes receipts and trust file as the command wrote them', async () => {
    const url = pathToFileURL(sandbox.path('hefu-verifier.html')).href;
    const page = await browser.page(url, 'en');
    for (const name of NAMES) {
      const good = await verify(page, {
        receipt: receipt(name),
        trust: trust(),
        content: content(name),
      });
      expect([good.state, good.code], name).toEqual(['good', undefined]);
      expect(good.text).not.toContain(LANGUAGES.en.texts.verdict.trustFromPage);
      const wrong = await verify(page, {
        receipt: receipt(name),
        trust: trust(),
        content: file(name, 'other'),
      });
      expect([wrong.state, wrong.code], name).toEqual(['bad', 'content-mismatch']);
    }
    expect(browser.incidents).toEqual([]);
    await page.close();
  });

  it('a node’s stream of receipts is a list that holds, with every content found', async () => {
    const url = pathToFileURL(sandbox.path('hefu-verifier.html')).href;
    const page = await browser.page(url, 'zh');
    await put(page, 'trust', trust());
    await put(page, 'content', NAMES.map(content));
    await put(page, 'receipt', file('receipts.ndjson', lines));
    await page.locator('[data-list=good]').waitFor();
    const cells = await page
      .locator('[data-row]')
      .evaluateAll((rows) => rows.map((row) => row.querySelectorAll('td')[1]?.textContent ?? ''));
    expect(cells.toSorted()).toEqual(NAMES.toSorted());
    await page.close();
  });
});
