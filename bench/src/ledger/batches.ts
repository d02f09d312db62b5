import { randomBytes } from '@hefu/crypto/random';
import type { HashName } from '@hefu/crypto/algorithm';
import { fromHex } from '@hefu/bytes';
import { receiptOf } from '@hefu/ledger';
import type { Ledger } from '@hefu/ledger';
import { GROUP_ITEMS, groupRoots, receiptLines } from '@hefu/module-evidence';
import { buildBatch } from '@hefu/module-evidence/api';
import type { Batch, Item } from '@hefu/module-evidence/api';
import type { StatementArgs } from '@hefu/protocol';
import { secondsOf } from '../measure/statistics.ts';
import type { BenchChain } from './bench-chain.ts';

/** Items of one batch: as many as one signature may carry. */
export const BATCH_ITEMS = 100_000;

export interface BatchFigures {
  /** Items a second that batch deposits bring into the ledger: checked, ordered and durable. */
  readonly itemsPerSecond: number;
  /** Receipts of the items of one batch a second, into one stream. */
  readonly receiptsPerSecond: number;
}

/** Deposits batches, then streams the receipts of the last one. */
export async function measureBatches(
  chain: BenchChain,
  ledger: Ledger,
  count: number,
): Promise<BatchFigures> {
  const batches = Array.from({ length: count }, () => makeBatch(chain.spec.hashName));
  let id = '';
  const seconds = await secondsOf(async () => {
    for (const batch of batches) {
      const staged = ledger.stageAttachment(batch.bundle);
      if (!staged.ok) throw new Error(staged.code);
      const [result] = await ledger.submit([chain.sign('depositBatch', batchArgs(batch))]);
      if (result?.ok !== true || result.code !== 'ok') throw new Error(result?.code);
      id = result.id;
    }
  });
  const last = batches.at(-1);
  if (last === undefined) throw new RangeError('no batch');
  return {
    itemsPerSecond: (count * BATCH_ITEMS) / seconds,
    receiptsPerSecond: await streamReceipts(chain, ledger, last, id),
  };
}

async function streamReceipts(
  chain: BenchChain,
  ledger: Ledger,
  batch: Batch,
  id: string,
): Promise<number> {
  const statementId = fromHex(id);
  const made = statementId === undefined ? undefined : receiptOf(ledger.reader, statementId);
  if (made?.ok !== true) throw new Error('no receipt of the batch');
  const { hasher } = chain.spec;
  const items = Array.from({ length: batch.count }, (_, index) => batch.item(index));
  const roots = groupRoots(
    hasher,
    items.map((item) => hasher.leaf(item)),
  );
  let lines = 0;
  const seconds = await secondsOf(async () => {
    const stream = receiptLines({
      hasher,
      statementReceipt: made.receipt,
      count: batch.count,
      roots,
      group: (group) =>
        Promise.resolve(items.slice(group * GROUP_ITEMS, (group + 1) * GROUP_ITEMS)),
    });
    for await (const chunk of stream) lines += countLines(chunk);
  });
  if (lines !== batch.count) throw new Error(`${lines} receipts instead of ${batch.count}`);
  return lines / seconds;
}

/** Lines that end in a chunk. A Buffer's search costs a quarter of a plain array's, and the machine is the node's. */
export function countLines(chunk: Uint8Array): number {
  const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  let lines = 0;
  for (let at = buffer.indexOf(10); at >= 0; at = buffer.indexOf(10, at + 1)) lines++;
  return lines;
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
