import type { VerifyPool } from '@hefu/crypto/pool';
import { secondsOf } from '../measure/statistics.ts';
import type { BenchChain } from './bench-chain.ts';
import { measureReceipts } from './receipts.ts';
import { signDeposits, submitAll } from './statements.ts';

/** Statements signed, submitted and forgotten at a time, so that the bench itself stays small. */
const PART = 50_000;

export interface ScaleFigures {
  /** Statements a second around the first hundred thousand. */
  readonly early: number;
  /** And at the end. */
  readonly late: number;
  readonly heapMib: number;
  readonly restartSeconds: number;
  readonly inclusionMs: number;
}

/** Fills a chain to `total` statements and compares the end with the beginning. */
export async function measureScale(
  chain: BenchChain,
  pool: VerifyPool,
  total: number,
  progress: (done: number, rate: number) => void,
): Promise<ScaleFigures> {
  let ledger = chain.open(pool);
  const rates: number[] = [];
  for (let done = 0; done < total; done += PART) {
    const statements = signDeposits(chain, Math.min(PART, total - done));
    rates.push(await submitAll(ledger, statements));
    progress(done + statements.length, rates.at(-1) ?? 0);
  }
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  await ledger.close();
  const restartSeconds = await secondsOf(() => {
    ledger = chain.open(pool);
  });
  const probe = signDeposits(chain, 1_000);
  await submitAll(ledger, probe);
  const { inclusionMs } = measureReceipts(chain, ledger, probe);
  await ledger.close();
  return {
    early: rates[Math.min(1, rates.length - 1)] ?? 0,
    late: rates.at(-1) ?? 0,
    heapMib: (heapUsed + external) / 2 ** 20,
    restartSeconds,
    inclusionMs,
  };
}
