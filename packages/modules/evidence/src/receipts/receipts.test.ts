// Goal: each line of the stream is the item's receipt, complete and the same as asked for singly,
// and its path leads to the signed root.
// Method: batches around groups and chunks; every line parsed, compared and verified.
import { fromBase64, fromHex } from '@hefu/bytes';
import type { RouteContext } from '@hefu/contract';
import { verifyInclusion } from '@hefu/merkle';
import { describe, expect, it } from 'vitest';
import { GROUP_ITEMS, groupRoots } from '../batch/group-tree.ts';
import { batchHasher } from '../batch/leaf-hashes.ts';
import type { Item } from '../item/item.ts';
import { groupsOf } from '../routes/read-deposit.ts';
import { EvidenceTestChain } from '../testing/test-chain.ts';
import { receiptLines } from './receipt-lines.ts';
import { writeBase64, writeDecimal, writeHex } from './ascii.ts';

interface ReceiptLine {
  readonly item: string;
  readonly itemIndex: number;
  readonly itemPath: readonly string[];
}

function items(count: number): Item[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: 'digest',
    sha256: new Uint8Array(32).fill(i % 256),
    name: `"quoted" \\ 字 ${'x'.repeat(i % 7)}`,
    size: i,
  }));
}

async function textOf(stream: unknown): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of stream as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

describe.each(['international', 'gm'] as const)('receipts on a chain of suite %s', (suite) => {
  it.each([1, 2, 3, 255, 256, 257, 600])('of a batch of %i', async (count) => {
    const chain = new EvidenceTestChain(suite);
    const { id, batch } = await chain.depositBatch('acme/ann', items(count));
    const stream = await chain.ask('/v1/evidence/{id}/receipts', { params: { id } });
    const text = await textOf(stream);
    expect(text.endsWith('\n')).toBe(true);
    const lines = text.slice(0, -1).split('\n');
    expect(lines).toHaveLength(count);
    const hasher = batchHasher(chain.hashName);
    for (const [index, line] of lines.entries()) {
      const receipt = JSON.parse(line) as ReceiptLine;
      // As JSON.stringify writes it: nothing is left out, doubled or in another form.
      expect(JSON.stringify(receipt)).toBe(line);
      expect(receipt).toMatchObject({ format: 'hefu-receipt/1', statement: id, itemIndex: index });
      const entry = fromBase64(receipt.item) ?? new Uint8Array(0);
      expect(entry).toEqual(batch.item(index));
      const path = receipt.itemPath.map((node) => fromHex(node) ?? new Uint8Array(0));
      const leafHash = hasher.leaf(entry);
      const proof = { hasher, index, size: count, leafHash, path, root: batch.root };
      expect(verifyInclusion(proof), `line ${index}`).toBe(true);
    }
    for (const index of [0, count >> 1, count - 1]) {
      const params = { id, index: String(index) };
      const single = await chain.ask('/v1/evidence/{id}/items/{index}/receipt', { params });
      expect(JSON.stringify(single), `item ${index}`).toBe(lines[index]);
    }
  });

  it('of a single deposit is its statement’s', async () => {
    const chain = new EvidenceTestChain(suite);
    const [item] = items(1);
    if (item === undefined) throw new Error('there is one item');
    const id = await chain.deposit('acme/ann', item);
    const params = { id };
    const text = await textOf(await chain.ask('/v1/evidence/{id}/receipts', { params }));
    const path = '/v1/evidence/{id}/items/{index}/receipt';
    const receipt = await chain.ask(path, { params: { id, index: '0' } });
    expect(JSON.parse(text)).toEqual(receipt);
    expect(receipt).toMatchObject({ statement: id });
    expect(receipt).not.toHaveProperty('item');
  });
});

describe('the stream', () => {
  it('stops rather than give receipts that prove nothing', async () => {
    const hasher = batchHasher('sha256');
    const stream = receiptLines({
      hasher,
      statementReceipt: {},
      count: 1,
      roots: new Uint8Array(32),
      group: async () => [Uint8Array.of(1)],
    });
    await expect(textOf(stream)).rejects.toThrow('group 0 of the batch is not under its root');
  });

  it('is the same in memory that comes back, and in new memory', async () => {
    const chain = new EvidenceTestChain();
    const { id } = await chain.depositBatch('acme/ann', items(5000));
    const ask = async (): Promise<AsyncGenerator<Uint8Array, void, Uint8Array | undefined>> =>
      (await chain.ask('/v1/evidence/{id}/receipts', { params: { id } })) as never;
    const whole = await textOf(await ask());
    const stream = await ask();
    const parts: Uint8Array[] = [];
    const memory = new Set<ArrayBufferLike>();
    for (let back: Uint8Array | undefined; ;) {
      const { done, value } = await stream.next(back);
      if (done === true) break;
      memory.add(value.buffer);
      parts.push(value.slice());
      back = value;
    }
    expect(Buffer.concat(parts).toString('utf8')).toBe(whole);
    expect(parts.length).toBeGreaterThan(10);
    expect(memory.size).toBeLessThanOrEqual(2);
  });

  it('asks for the next group while one is read, and for several in one query', async () => {
    const hasher = batchHasher('sha256');
    const entries = Array.from({ length: 600 }, (_, i) => Uint8Array.of(i >> 8, i & 255));
    const roots = groupRoots(
      hasher,
      entries.map((entry) => hasher.leaf(entry)),
    );
    const asked: number[] = [];
    const stream = receiptLines({
      hasher,
      statementReceipt: {},
      count: entries.length,
      roots,
      group: async (group) => {
        asked.push(group);
        return entries.slice(group * GROUP_ITEMS, (group + 1) * GROUP_ITEMS);
      },
    });
    await stream.next();
    expect(asked).toEqual([0, 1]);
    await stream.return();
    expect(asked).toEqual([0, 1]);
    const queries: (readonly unknown[])[] = [];
    const group = groupsOf(
      {
        query: async (_sql: string, parameters: readonly unknown[]) => {
          queries.push(parameters);
          const [, from, to] = parameters as readonly [number, number, number];
          return entries.slice(from, to).map((item) => ({ item }));
        },
      } as unknown as RouteContext,
      { number: 7 },
    );
    const groups = [await group(0), await group(1), await group(2), await group(8)];
    expect(groups.slice(0, 3).flat()).toEqual(entries);
    expect(groups[3]).toEqual([]);
    expect(queries).toEqual([
      [7, 0, 2048],
      [7, 2048, 4096],
    ]);
  });

  it('holds little at a time', async () => {
    const chain = new EvidenceTestChain();
    const { id } = await chain.depositBatch('acme/ann', items(2000));
    const stream = await chain.ask('/v1/evidence/{id}/receipts', { params: { id } });
    let longest = 0;
    for await (const part of stream as AsyncIterable<Uint8Array>) {
      longest = Math.max(longest, part.length);
    }
    expect(longest).toBeLessThan(300_000);
  });
});

describe('text written into bytes', () => {
  it('is what the runtime writes', () => {
    const into = new Uint8Array(1000);
    const text = (end: number): string => Buffer.from(into.subarray(3, end)).toString('latin1');
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length * 11) % 256);
      expect(text(writeHex(into, 3, bytes))).toBe(Buffer.from(bytes).toString('hex'));
      expect(text(writeBase64(into, 3, bytes))).toBe(Buffer.from(bytes).toString('base64'));
    }
    for (const value of [0, 9, 10, 99, 100, 12_345, 99_999, 100_000, 2 ** 31 - 1]) {
      expect(text(writeDecimal(into, 3, value))).toBe(String(value));
    }
  });
});
