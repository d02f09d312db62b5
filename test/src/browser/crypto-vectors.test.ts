// Goal: Node, WebCrypto and the JavaScript path come to the same verdict on every vector of crypto.
// Method: run the package's own vector runner in Node and in Chromium, with and without WebCrypto.
import { runVectors } from '@hefu/crypto/testing/run-vectors';
import type { CryptoVectors } from '@hefu/crypto/testing/vector-types';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readJson } from '../house/checkout.ts';
import { openBrowser, type TestBrowser } from './browser.ts';
import { cryptoApi } from './crypto-api.ts';

const PAGE = fileURLToPath(new URL('pages/crypto-vectors.ts', import.meta.url));

/** JavaScript checks a few hundred signatures a second, and there are a few thousand checks. */
const BROWSER_TIMEOUT_MS = 120_000;

const vectors: CryptoVectors = {
  'aead.json': readJson('vectors', 'aead.json'),
  'cbor.json': readJson('vectors', 'cbor.json'),
  'cose-sign1.json': readJson('vectors', 'cose-sign1.json'),
  'hash.json': readJson('vectors', 'hash.json'),
  'key-ids.json': readJson('vectors', 'key-ids.json'),
  'signatures.json': readJson('vectors', 'signatures.json'),
};

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

it.each([
  { origin: 'secure', byWebCrypto: ['ECDSA', 'Ed25519'] },
  { origin: 'plain', byWebCrypto: [] },
] as const)(
  'a $origin page agrees with Node on every vector',
  async ({ origin, byWebCrypto }) => {
    const report = await runVectors(vectors, cryptoApi);
    expect(report.failures).toEqual([]);
    expect(report.checks).toBeGreaterThan(500);
    expect(await browser.run(PAGE, vectors, origin)).toEqual({ report, byWebCrypto });
  },
  BROWSER_TIMEOUT_MS,
);

it('a wrong vector is noticed in the page', async () => {
  const [first, ...rest] = vectors['signatures.json'].signatures;
  if (first === undefined) throw new Error('there are no signature vectors');
  const wrong: CryptoVectors = {
    ...vectors,
    'signatures.json': {
      ...vectors['signatures.json'],
      signatures: [{ ...first, valid: !first.valid }, ...rest],
    },
  };
  expect(await browser.run(PAGE, wrong, 'secure')).toMatchObject({
    report: { failures: [`verify, ${first.name}`, `verify asynchronously, ${first.name}`] },
  });
});
