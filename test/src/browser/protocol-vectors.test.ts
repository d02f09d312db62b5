// Goal: a page verifies statements, checkpoints, trust files and receipts exactly as Node does.
// Method: run every vector of the formats in Node and in Chromium, with and without WebCrypto.
import { PROTOCOL_VECTORS } from '@hefu/protocol/testing';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readJson } from '../house/checkout.ts';
import { openBrowser, type TestBrowser } from './browser.ts';
import { run as runHere } from './pages/protocol-vectors.ts';

const PAGE = fileURLToPath(new URL('pages/protocol-vectors.ts', import.meta.url));

/** JavaScript checks a few hundred signatures a second. */
const BROWSER_TIMEOUT_MS = 120_000;

const files = PROTOCOL_VECTORS.map((name) => readJson<unknown>('vectors', `${name}.json`));
let browser: TestBrowser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

it.each(['secure', 'plain'] as const)(
  'a %s page agrees with Node on every vector',
  async (origin) => {
    const here = await runHere(files);
    expect(here.filter((result) => !result.ok)).toEqual([]);
    expect(await browser.run(PAGE, files, origin)).toEqual(here);
  },
  BROWSER_TIMEOUT_MS,
);
