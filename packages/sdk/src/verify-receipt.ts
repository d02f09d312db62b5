import { parseReceipt, verifyReceiptAsync } from '@hefu/protocol';
import type { VerifiedLog } from './log/verified-log.ts';

/**
 * Verifies a receipt, and that its checkpoint belongs to the history seen so far. Throws ProofError
 * `receipt-not-verified`, `receipt-swapped` when it is not that of the statement `id`, and what the log throws.
 */
export async function verifyAgainst(
  log: VerifiedLog,
  receipt: unknown,
  { id, signal }: { readonly id?: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const wrong = (detail: string): Error =>
    log.fault('receipt-not-verified', detail, {
      ...(id === undefined ? {} : { asked: `receipt of ${id}` }),
      answer: receipt,
    });
  const parsed = parseReceipt(receipt);
  if (!parsed.ok) throw wrong(`${parsed.code} at ${parsed.pointer || '/'}`);
  const { chain, checkpoint } = parsed.receipt;
  if (chain !== log.trust.chain) throw wrong('foreign-chain');
  let verdict = await verifyReceiptAsync({ receipt, trust: log.trust });
  if (!verdict.ok && verdict.code.startsWith('checkpoint-')) {
    // The validators may have handed over since the trust file was made.
    const before = log.trust;
    await log.see(checkpoint, signal).catch(() => undefined);
    if (log.trust !== before) verdict = await verifyReceiptAsync({ receipt, trust: log.trust });
  }
  if (!verdict.ok) throw wrong(verdict.code);
  if (id !== undefined && verdict.facts.statementId !== id) {
    throw log.fault('receipt-swapped', `it is of ${verdict.facts.statementId}`, {
      asked: `receipt of ${id}`,
      answer: receipt,
    });
  }
  await log.see(checkpoint, signal);
}
