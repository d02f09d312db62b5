// Goal: the browser tests run in a real browser, once with WebCrypto and once without.
// Method: ask the page itself, and let a package of ours work there.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';

const ABOUT = fileURLToPath(new URL('pages/about.ts', import.meta.url));
const input = { text: '合符' };
const hex = Buffer.from(input.text, 'utf8').toString('hex');
let browser: TestBrowser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

it('a secure page has WebCrypto and no Node', async () => {
  expect(await browser.run(ABOUT, input, 'secure')).toEqual({
    secureContext: true,
    webCrypto: true,
    node: false,
    hex,
  });
});

it('a page over plain http has no WebCrypto', async () => {
  expect(await browser.run(ABOUT, input, 'plain')).toEqual({
    secureContext: false,
    webCrypto: false,
    node: false,
    hex,
  });
});

it('what a page throws reaches the test', async () => {
  await expect(browser.run(ABOUT, null, 'secure')).rejects.toThrow(/null/);
});
