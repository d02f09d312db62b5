import { randomBytes } from '@hefu/crypto/random';
import type { HashName } from '@hefu/crypto/algorithm';
import type { Ledger } from '@hefu/ledger';
import { buildBatch } from '@hefu/module-evidence/api';
import type { Batch, Item } from '@hefu/module-evidence/api';
import type { StatementArgs } from '@hefu/protocol';
import { secondsOf } from '../measure/statistics.ts';
import type { BenchChain } from './bench-chain.ts';

/** Items of one batch: as many as one signature may carry. */
export const BATCH_ITEMS = 100_000;

/** Items a second that batch deposits bring into the ledger: checked, ordered and durable. */
export async function depositBatches(
  chain: BenchChain,
  ledger: Ledger,
  count: number,
): Promise<number> {
  const batches = Array.from({ length: count }, () => makeBatch(chain.spec.hashName));
  const seconds = await secondsOf(async () => {
    for (const batch of batches) {
      const staged = ledger.stageAttachment(batch.bundle);
      if (!staged.ok) throw new Error(staged.code);
      const [result] = await ledger.submit([chain.sign('depositBatch', batchArgs(batch))]);
      if (result?.ok !== true || result.code !== 'ok') throw new Error(result?.code);
    }
  });
  return (count * BATCH_ITEMS) / seconds;
}

/** A batch of files that never were. */
export function makeBatch(hashName: HashName): Batch {
  const items = Array.from({ length: BATCH_ITEMS }, (_, index): Item => ({
    kind: 'file',
    sha256: randomBytes(32),
    sm3: randomBytes(32),
    size: index,
    name: `scan-${index}.pdf`,
  }));
  return buildBatch(items, hashName);
}

/** What the statement of a batch says. */
export function batchArgs(batch: Batch): StatementArgs {
  return {
    root: batch.root,
    count: batch.count,
    attachment: { digest: batch.digest, size: batch.bundle.length },
    readers: 'public',
  };
}
