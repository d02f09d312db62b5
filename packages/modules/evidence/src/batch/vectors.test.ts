// Goal: the golden vectors of vectors/evidence-batch.json hold, in both suites.
// Method: each value is computed again by our code, and, without it, by the general CBOR encoder
// and the runtime's hashes; every wrong bundle is refused.
import { createHash } from 'node:crypto';
import { encodeCbor, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { readVectors } from '@hefu/bytes/testing';
import { rootFromInclusion } from '@hefu/merkle';
import { describe, expect, it } from 'vitest';
import { runEvidenceVectors, vectorBytes, vectorItem } from '../testing/run-vectors.ts';
import type { EvidenceVectors } from '../testing/run-vectors.ts';
import { decodeBundle } from './check-batch.ts';
import { batchHasher } from './leaf-hashes.ts';

const vectors = readVectors('evidence-batch.json') as EvidenceVectors;

describe('by our code', () => {
  const results = runEvidenceVectors(vectors);

  it('every vector is looked at', () => {
    const kinds = [vectors.items, vectors.batches, vectors.private, vectors.wrong];
    const counts = kinds.map((kind) => kind.length);
    expect(results).toHaveLength(counts.reduce((sum, count) => sum + count));
    expect(Math.min(...counts)).toBeGreaterThan(1);
  });

  it.each(results)('$name', ({ ok, detail }) => {
    expect(ok, detail).toBe(true);
  });

  it('the bundle is read as the items it was made of', () => {
    const items = vectors.items.map(({ item }) => vectorItem(item));
    expect(decodeBundle(vectorBytes(vectors.bundle))).toEqual({ ok: true, items });
  });
});

describe('without our code', () => {
  it.each(vectors.items)('$item.kind $item.name', ({ item, cbor, content }) => {
    expect(toHex(encodeCbor(vectorItem(item) as unknown as CborValue))).toBe(cbor);
    if (content === undefined) return;
    expect(createHash('sha256').update(content).digest('hex')).toBe(item['sha256']);
  });

  it.each(vectors.batches)('the batch under $hash leads from each leaf to the root', (batch) => {
    const digest = createHash(batch.hash).update(vectorBytes(vectors.bundle)).digest('hex');
    expect(digest).toBe(batch.attachment.digest);
    for (const [index, { cbor }] of vectors.items.entries()) {
      const leaf = createHash(batch.hash).update(Uint8Array.of(0)).update(vectorBytes(cbor));
      expect(leaf.digest('hex')).toBe(batch.leaves[index]);
      const found = rootFromInclusion({
        hasher: batchHasher(batch.hash),
        index,
        size: batch.count,
        leafHash: vectorBytes(batch.leaves[index] ?? ''),
        path: (batch.paths[index] ?? []).map(vectorBytes),
      });
      expect(found, `item ${index}`).toEqual(vectorBytes(batch.root));
    }
  });

  it.each(vectors.private)(
    'private items under $hash: salt ‖ item, its digest, its path',
    (batch) => {
      for (const [index, { salt, object, digest }] of batch.records.entries()) {
        expect(object).toBe(salt + (vectors.items[index]?.cbor ?? ''));
        expect(createHash(batch.hash).update(vectorBytes(object)).digest('hex')).toBe(digest);
        const hasher = batchHasher(batch.hash);
        const leaf = createHash(batch.hash).update(Uint8Array.of(0)).update(vectorBytes(digest));
        const found = rootFromInclusion({
          hasher,
          index,
          size: batch.records.length,
          leafHash: Uint8Array.from(leaf.digest()),
          path: (batch.paths[index] ?? []).map(vectorBytes),
        });
        expect(found, `item ${index}`).toEqual(vectorBytes(batch.root));
      }
    },
  );
});
