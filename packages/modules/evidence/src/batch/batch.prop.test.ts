// Goal: a batch's root and paths are those of RFC 9162, however they are computed, and its bundle
// comes back.
// Method: batches of every small size and around groups of 256; paths by the whole tree and by
// group roots are checked by merkle's verifier against a root computed by the recursion of the RFC.
import { createHash } from 'node:crypto';
import { verifyInclusion } from '@hefu/merkle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemPath } from '../receipts/item-receipt.ts';
import { anyItem } from '../testing/arbitraries.ts';
import type { Item } from '../item/item.ts';
import { batchOfBundle, buildBatch } from './build-batch.ts';
import { encodeBundle, indexBundle, itemBytes } from './bundle.ts';
import { checkBatch, decodeBundle } from './check-batch.ts';
import { GROUP_ITEMS, groupRoots, rootOfRows, rowsAboveGroups } from './group-tree.ts';
import { batchHasher, leafHashes } from './leaf-hashes.ts';

const HASHES = ['sha256', 'sm3'] as const;

/** RFC 9162 §2.1.1, word for word, with the runtime's hash. */
function rootByRecursion(name: string, entries: readonly Uint8Array[]): Buffer {
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    return createHash(name).update(Uint8Array.of(0)).update(only).digest();
  }
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return createHash(name)
    .update(Uint8Array.of(1))
    .update(rootByRecursion(name, entries.slice(0, split)))
    .update(rootByRecursion(name, entries.slice(split)))
    .digest();
}

function numberedItems(count: number): Item[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: 'digest',
    sha256: new Uint8Array(32).fill(i % 251),
    size: i,
  }));
}

function expectPaths(count: number, hashName: 'sha256' | 'sm3', places: readonly number[]): void {
  const batch = buildBatch(numberedItems(count), hashName);
  const index = indexBundle(batch.bundle);
  if (!index.ok) throw new Error(index.code);
  const entries = Array.from({ length: count }, (_, i) => itemBytes(batch.bundle, index, i));
  expect(Buffer.compare(rootByRecursion(hashName, entries), batch.root), `${count}`).toBe(0);
  const hasher = batchHasher(hashName);
  const roots = groupRoots(hasher, leafHashes(hasher, batch.bundle, index));
  expect(rootOfRows(rowsAboveGroups(hasher, roots))).toEqual(batch.root);
  for (const place of places) {
    const path = batch.path(place);
    const leafHash = hasher.leaf(batch.item(place));
    const proof = { hasher, index: place, size: count, leafHash, path, root: batch.root };
    expect(verifyInclusion(proof), `${place} of ${count}`).toBe(true);
    const group = Math.floor(place / GROUP_ITEMS) * GROUP_ITEMS;
    const byGroup = itemPath(hasher, place, entries.slice(group, group + GROUP_ITEMS), roots);
    expect(byGroup, `${place} of ${count} by group`).toEqual(path);
  }
}

describe('paths of a batch', () => {
  it.each(HASHES)('verify for every size up to 70 under %s', (hashName) => {
    for (let count = 1; count <= 70; count++) {
      expectPaths(count, hashName, [...Array(count).keys()]);
    }
  });

  it.each([255, 256, 257, 511, 512, 513, 1024, 1300])('verify around groups: %i items', (count) => {
    const edges = [0, 1, 254, 255, 256, 257, 511, 512, 1023, 1024, count - 2, count - 1];
    expectPaths(
      count,
      'sha256',
      edges.filter((place) => place >= 0 && place < count),
    );
  });
});

describe('bundles', () => {
  it('come back item by item, and are checked', () => {
    fc.assert(
      fc.property(
        fc.array(anyItem, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...HASHES),
        (items, hashName) => {
          const batch = buildBatch(items, hashName);
          expect(decodeBundle(batch.bundle)).toEqual({ ok: true, items });
          expect(checkBatch(batch.bundle, batch, hashName)).toMatchObject({ ok: true });
          expect(batchOfBundle(batch.bundle, hashName).root).toEqual(batch.root);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('with any byte changed, cut or added are not the batch', () => {
    fc.assert(
      fc.property(
        fc.array(anyItem, { minLength: 1, maxLength: 8 }),
        fc.constantFrom('flip', 'cut', 'add'),
        fc.nat(),
        (items, what, where) => {
          const batch = buildBatch(items, 'sha256');
          const place = where % batch.bundle.length;
          const bytes = [...batch.bundle];
          if (what === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << (where % 8));
          if (what === 'cut') bytes.length = place;
          if (what === 'add') bytes.splice(place, 0, where % 256);
          const changed = Uint8Array.from(bytes);
          expect(checkBatch(changed, batch, 'sha256').ok).toBe(false);
          decodeBundle(changed);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('that are any bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const verdict = decodeBundle(bytes);
        const again = verdict.ok ? encodeBundle(verdict.items) : bytes;
        expect(again).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});
