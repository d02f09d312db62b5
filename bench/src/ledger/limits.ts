import type { VerifyPool } from '@hefu/crypto/pool';
import { parseStatement } from '@hefu/protocol';
import type { BenchChain } from './bench-chain.ts';
import { secondsOf } from '../measure/statistics.ts';

/** Signature checks a second on all cores: the limit that every rate is held against. */
export async function checksPerSecond(
  chain: BenchChain,
  pool: VerifyPool,
  statements: readonly Uint8Array[],
): Promise<number> {
  const items = statements.map((bytes) => {
    const parsed = parseStatement(bytes, chain.spec.hashName);
    if (!parsed.ok) throw new Error(parsed.code);
    const { algorithm, toBeSigned, signature } = parsed.statement;
    return { algorithm, publicKey: chain.publicKey, message: toBeSigned, signature };
  });
  // Starts the threads and fills their caches.
  await pool.verifyBatch(items.slice(0, 500));
  const seconds = await secondsOf(async () => {
    const verdicts = await pool.verifyBatch(items);
    if (verdicts.includes(false)) throw new Error('a good signature was refused');
  });
  return items.length / seconds;
}
