// Goal: a browser verifies a receipt in less time than anybody notices. Method: one receipt again and again in a real Chromium; the
// fastest run counts, since other tests share the machine.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, verifyTimes } from '../browser/verify-times.ts';
import type { TestBrowser } from '../browser/verify-times.ts';
import { shared, SUITES } from './vectors.ts';

const RUNS = 50;
/** With Ed25519; SM2 has no help from the browser, and every line is checked in JavaScript. */
const VERIFY_MS_MAX = { international: 10, gm: 60 } as const;

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
});

it.each(SUITES)('suite %s', async (suite) => {
  const input = { receipt: shared('item', suite), trust: shared('trust', suite), runs: RUNS };
  const times = await verifyTimes(browser, input);
  const sorted = times.toSorted((left, right) => left - right);
  const [fastest = Infinity] = sorted;
  const median = sorted[RUNS / 2] ?? Infinity;
  console.info(
    `${suite}: fastest ${fastest.toFixed(1)} ms, median ${median.toFixed(1)} ms, first ${times[0]?.toFixed(1)} ms`,
  );
  expect(times).toHaveLength(RUNS);
  expect(fastest).toBeLessThan(VERIFY_MS_MAX[suite]);
});
