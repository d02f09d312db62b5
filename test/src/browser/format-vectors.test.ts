// Goal: a page comes to the same bytes and verdicts as Node on statements, checkpoints, receipts, log and state trees, tiles and
// batches of evidence. Method: run every vector of the formats in Node and in Chromium, with and without WebCrypto.
import { MERKLE_VECTORS } from '@hefu/merkle/testing';
import type { EvidenceVectors } from '@hefu/module-evidence/testing';
import { PROTOCOL_VECTORS } from '@hefu/protocol/testing';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readJson } from '../house/checkout.ts';
import { openBrowser, type TestBrowser } from './browser.ts';
import { type FormatVectors, run as runHere } from './pages/format-vectors.ts';

const PAGE = fileURLToPath(new URL('pages/format-vectors.ts', import.meta.url));

/** JavaScript checks a few hundred signatures a second. */
const BROWSER_TIMEOUT_MS = 120_000;

const files: FormatVectors = {
  protocol: PROTOCOL_VECTORS.map((name) => readJson<unknown>('vectors', `${name}.json`)),
  merkle: MERKLE_VECTORS.map((name) => readJson<unknown>('vectors', `${name}.json`)),
  evidence: readJson<EvidenceVectors>('vectors', 'evidence-batch.json'),
};
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

it('a wrong vector of any package is noticed in the page', async () => {
  const { evidence } = files;
  const [first, ...others] = evidence.batches;
  if (first === undefined) throw new Error('there are no batches');
  const wrong = {
    protocol: [],
    merkle: [
      {
        format: 'hefu-vectors/log-tree/1',
        cases: [{ name: 'wrong', kind: 'leaf', entry: '00', leafHash: '00'.repeat(32) }],
      },
    ],
    evidence: { ...evidence, batches: [{ ...first, root: '00'.repeat(32) }, ...others] },
  };
  const results = (await browser.run(PAGE, wrong, 'secure')) as Awaited<ReturnType<typeof runHere>>;
  expect(results.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([
    'hefu-vectors/log-tree/1: wrong',
    `evidence-batch: batch under ${first.hash}`,
  ]);
});
