// Goal: the pool gives the verdicts of `verify`, in order, and ends cleanly. Method: golden vectors and
// large mixed batches; a closed pool; packed bytes taken apart again.
import { describe, expect, it } from 'vitest';
import { readVectors } from '@hefu/bytes/testing';
import { SIGNATURE_ALGORITHMS } from './algorithm.ts';
import { generateKeyPair } from './keys.ts';
import { createVerifyPool, POOL_CHUNK_ITEMS_MAX, POOL_THREADS_MAX } from './pool.ts';
import type { VerifyItem } from './pool.ts';
import { itemHasRightSizes, packItems, unpackItems } from './pool-batch.ts';
import { sign } from './sign.ts';
import { bytesOf } from './testing/cbor-json.ts';
import type { SignatureVectors } from './testing/vector-types.ts';

const vectors = (readVectors('signatures.json') as SignatureVectors).signatures;
const items: VerifyItem[] = vectors.map((vector) => ({
  algorithm: vector.algorithm,
  publicKey: bytesOf(vector.publicKey),
  message: bytesOf(vector.message),
  signature: bytesOf(vector.signature),
}));

function signedItems(count: number): VerifyItem[] {
  const pairs = SIGNATURE_ALGORITHMS.map((algorithm) => generateKeyPair(algorithm));
  return Array.from({ length: count }, (_, i) => {
    const pair = pairs[i % pairs.length];
    if (pair === undefined) throw new Error('no pair');
    const message = new Uint8Array(i % 50).fill(i);
    const { algorithm, publicKey } = pair;
    return { algorithm, publicKey, message, signature: sign(algorithm, pair.privateKey, message) };
  });
}

describe('the pool', () => {
  it('judges the vectors as they are to be judged', async () => {
    await using pool = createVerifyPool({ threads: 2 });
    const verdicts = await pool.verifyBatch(items);
    for (const [i, vector] of vectors.entries()) {
      expect(verdicts[i], vector.name).toBe(vector.valid);
    }
    expect(verdicts).toHaveLength(vectors.length);
    expect(await pool.verifyBatch([])).toEqual([]);
  });

  it('keeps batches apart that run at the same time', async () => {
    await using pool = createVerifyPool({ threads: 2 });
    const batches = [1, 7, POOL_CHUNK_ITEMS_MAX * 5 + 3, 40].map((size, number) => {
      const batch = signedItems(size);
      const expected = batch.map((_, i) => (i + number) % 4 !== 0);
      const spoilt = batch.map((item, i) =>
        expected[i] === true ? item : { ...item, message: new Uint8Array(99) },
      );
      return { spoilt, expected };
    });
    const verdicts = await Promise.all(batches.map(({ spoilt }) => pool.verifyBatch(spoilt)));
    expect(verdicts).toEqual(batches.map(({ expected }) => expected));
  });

  it('does not take the bytes of its caller away', async () => {
    await using pool = createVerifyPool({ threads: 1 });
    const [item] = signedItems(1);
    if (item === undefined) throw new Error('no item');
    expect(await pool.verifyBatch([item])).toEqual([true]);
    expect(await pool.verifyBatch([item, item])).toEqual([true, true]);
    expect(item.signature).toHaveLength(64);
  });

  it('rejects what is left when it is closed, and everything after', async () => {
    const pool = createVerifyPool({ threads: 1 });
    const pending = pool.verifyBatch(signedItems(300));
    const rejection = pending.then(
      () => 'no rejection',
      (error: unknown) => String(error),
    );
    await pool.close();
    expect(await rejection).toMatch(/closed|ended/);
    await expect(pool.verifyBatch(signedItems(1))).rejects.toThrow('closed');
    await pool.close();
  });

  it('rejects the batch of a thread that dies, and goes on with another', async () => {
    await using pool = createVerifyPool({ threads: 1 });
    const [item] = signedItems(1);
    if (item === undefined) throw new Error('no item');
    // No such algorithm: what the thread is given can't be read there, and ends it.
    const algorithm = 'rsa' as VerifyItem['algorithm'];
    const deadly: VerifyItem = { ...item, algorithm, publicKey: new Uint8Array(65) };
    await expect(pool.verifyBatch([deadly])).rejects.toThrow('not packed items');
    expect(await pool.verifyBatch([item])).toEqual([true]);
  });

  it('has from 1 to 64 threads', () => {
    for (const threads of [0, -1, 1.5, Number.NaN, POOL_THREADS_MAX + 1]) {
      expect(() => createVerifyPool({ threads }), `${threads}`).toThrow(RangeError);
    }
  });
});

describe('packed items', () => {
  it('come out as they went in', () => {
    const fitting = items.filter(itemHasRightSizes);
    expect(unpackItems(packItems(fitting))).toEqual(fitting);
    expect(unpackItems(packItems([]))).toEqual([]);
    expect(fitting.length).toBeLessThan(items.length);
  });

  it('are refused when they are not', () => {
    const packed = packItems(items.filter(itemHasRightSizes).slice(0, 2));
    expect(() => unpackItems(packed.subarray(0, -1))).toThrow(RangeError);
    expect(() => unpackItems(packed.subarray(0, 40))).toThrow(RangeError);
    expect(() => unpackItems(new Uint8Array([9, 9]))).toThrow(RangeError);
  });
});
