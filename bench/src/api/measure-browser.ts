import { openBrowser, verifyTimes } from '@hefu/test/browser';
import type { BenchNode } from '../http/bench-node.ts';
import type { Figure } from '../measure/report.ts';
import { quantile } from '../measure/statistics.ts';

const RUNS = 100;

/** Verifying a receipt of the node in a real Chromium, from its trust file on. */
export async function measureBrowser(node: BenchNode, receiptPath: string): Promise<Figure[]> {
  const receipt = await json(node.url + receiptPath);
  const trust = await json(`${node.url}/v1/trust`);
  await using browser = await openBrowser();
  const times = await verifyTimes(browser, { receipt, trust, runs: RUNS });
  return [
    { name: 'verifying in a browser, the first', value: times[0] ?? 0, unit: 'ms' },
    {
      name: 'verifying in a browser, median',
      value: quantile(times, 0.5),
      unit: 'ms',
      goal: { below: 10 },
    },
  ];
}

async function json(url: string): Promise<unknown> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: status ${answer.status}`);
  return answer.json();
}
