// Goal: a stranger with a trust file verifies each line of the stream against the content itself,
// and each way to misuse a receipt is told.
// Method: real statements, proofs and checkpoints of the protocol's sample ledger, both suites; the
// protocol's verifier, which knows nothing of evidence.
import { encodeCbor, utf8Encode } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { CheckMemory, parseTrust, verifyReceipt } from '@hefu/protocol';
import { SampleLedger } from '@hefu/protocol/testing';
import { describe, expect, it } from 'vitest';
import { buildBatch } from '../batch/build-batch.ts';
import { indexBundle, itemBytes } from '../batch/bundle.ts';
import { GROUP_ITEMS, groupRoots } from '../batch/group-tree.ts';
import { batchHasher, leafHashes } from '../batch/leaf-hashes.ts';
import { digestText } from '../item/digest-content.ts';
import type { Item } from '../item/item.ts';
import { itemReceipt } from './item-receipt.ts';
import { receiptLines } from './receipt-lines.ts';

const COUNT = 300;
const contentOf = (index: number): string => `content ${index} 合符`;
const items: Item[] = Array.from({ length: COUNT }, (_, index) => ({
  kind: 'text',
  ...digestText(contentOf(index)),
  name: `${index}.txt`,
}));

describe.each(['international', 'gm'] as const)('receipts on a chain of suite %s', (suite) => {
  const ledger = new SampleLedger({ suite });
  const batch = buildBatch(items, ledger.hashName);
  const { root, count, digest, bundle } = batch;
  ledger.addBlock([
    {
      member: 'acme/alice',
      method: 'depositBatch',
      args: { root, count, attachment: { digest, size: bundle.length }, readers: 'public' },
    },
    {
      member: 'acme/alice',
      method: 'deposit',
      args: { item: items[0] as unknown as CborValue, readers: 'public' },
    },
  ]);
  const parsed = parseTrust(ledger.trust());
  if (!parsed.ok) throw new Error(parsed.code);
  const { trust } = parsed;

  it('of a batch verify line by line, with their content', async () => {
    const places = indexBundle(bundle);
    if (!places.ok) throw new Error(places.code);
    const hasher = batchHasher(ledger.hashName);
    const parts: Uint8Array[] = [];
    const stream = receiptLines({
      hasher,
      statementReceipt: ledger.receipt(0),
      count,
      roots: groupRoots(hasher, leafHashes(hasher, bundle, places)),
      group: async (group) => {
        const from = group * GROUP_ITEMS;
        const length = Math.min(GROUP_ITEMS, count - from);
        return Array.from({ length }, (_, i) => itemBytes(bundle, places, from + i));
      },
    });
    for await (const part of stream) parts.push(part);
    const lines = Buffer.concat(parts).toString('utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(COUNT);
    // Each signature check takes its time; the lines share them through the memory of findings.
    const memory = new CheckMemory();
    for (const [index, line] of lines.entries()) {
      const receipt: unknown = JSON.parse(line);
      const content = utf8Encode(contentOf(index));
      const verdict = verifyReceipt({ receipt, trust, content, memory });
      expect(verdict, `line ${index}`).toMatchObject({ ok: true });
    }
  });

  it('of a single deposit verify with its content', () => {
    const content = utf8Encode(contentOf(0));
    expect(verifyReceipt({ receipt: ledger.receipt(1), trust, content }).ok).toBe(true);
  });

  it('tell other content, other items, other places and broken paths apart', () => {
    const receiptOf = (item: Uint8Array, index: number, path: Uint8Array[]): object =>
      itemReceipt(ledger.receipt(0), item, index, path);
    const right = receiptOf(batch.item(7), 7, batch.path(7));
    const other = utf8Encode(contentOf(8));
    expect(verifyReceipt({ receipt: right, trust, content: other })).toMatchObject({
      ok: false,
      code: 'content-mismatch',
    });
    const wrong = [
      receiptOf(batch.item(8), 7, batch.path(7)),
      receiptOf(batch.item(7), 8, batch.path(7)),
      receiptOf(batch.item(7), 7, batch.path(8)),
      receiptOf(batch.item(7), 7, batch.path(7).slice(1)),
      receiptOf(batch.item(7), COUNT, batch.path(7)),
      receiptOf(encodeCbor({ kind: 'file' }), 7, batch.path(7)),
    ];
    for (const [i, receipt] of wrong.entries()) {
      const refused = { ok: false, code: 'item-mismatch' };
      expect(verifyReceipt({ receipt, trust }), `wrong receipt ${i}`).toMatchObject(refused);
    }
  });
});
