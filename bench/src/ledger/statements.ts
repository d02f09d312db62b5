import { randomBytes } from '@hefu/crypto/random';
import type { Ledger } from '@hefu/ledger';
import { inFlight, secondsOf } from '../measure/statistics.ts';
import type { BenchChain } from './bench-chain.ts';

/** Statements in one submission. */
const BODY = 1_000;
/** Submissions under way at a time. */
const BODIES_IN_FLIGHT = 12;

/** Signed deposits of random digests. */
export function signDeposits(chain: BenchChain, count: number): Uint8Array[] {
  return Array.from({ length: count }, () =>
    chain.sign('deposit', {
      item: { kind: 'digest', sha256: randomBytes(32) },
      readers: 'public',
    }),
  );
}

/** Durable statements a second, submitted in this process. Throws unless every one went through. */
export async function submitAll(
  ledger: Ledger,
  statements: readonly Uint8Array[],
): Promise<number> {
  const bodies = Math.ceil(statements.length / BODY);
  const seconds = await secondsOf(() =>
    inFlight(bodies, BODIES_IN_FLIGHT, async (body) => {
      const results = await ledger.submit(statements.slice(body * BODY, (body + 1) * BODY));
      const failed = results.find((result) => !result.ok || result.code !== 'ok');
      if (failed !== undefined) throw new Error(`refused: ${failed.code}`);
    }),
  );
  return statements.length / seconds;
}
