// Goal: the golden vectors of vectors/evidence-batch.json hold, in both suites.
// Method: each value is computed again by our code, and, without it, by the general CBOR encoder
// and the runtime's hashes; every wrong bundle is refused.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { encodeCbor, fromHex, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { rootFromInclusion } from '@hefu/merkle';
import { describe, expect, it } from 'vitest';
import { digestText } from '../item/digest-content.ts';
import { encodeItem } from '../item/encode-item.ts';
import type { Item } from '../item/item.ts';
import { buildBatch } from './build-batch.ts';
import { checkBatch, decodeBundle } from './check-batch.ts';
import { batchHasher } from './leaf-hashes.ts';

interface Vectors {
  readonly items: readonly {
    readonly content?: string;
    readonly item: Readonly<Record<string, string | number>>;
    readonly cbor: string;
  }[];
  readonly bundle: string;
  readonly batches: readonly {
    readonly hash: 'sha256' | 'sm3';
    readonly leaves: readonly string[];
    readonly root: string;
    readonly count: number;
    readonly attachment: { readonly digest: string; readonly size: number };
    readonly paths: readonly (readonly string[])[];
  }[];
  readonly wrong: readonly {
    readonly name: string;
    readonly bundle: string;
    readonly code: string;
    readonly pointer?: string;
  }[];
}

const path = new URL('../../../../../vectors/evidence-batch.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors;

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex);
  if (decoded === undefined) throw new Error(`not hex: ${hex}`);
  return decoded;
}

/** An item of the file with its digests as bytes. */
function itemOf(json: Readonly<Record<string, string | number>>): Item {
  const fields = Object.entries(json).map(([name, value]) => {
    const isDigest = name === 'sha256' || name === 'sm3';
    return [name, isDigest ? bytes(String(value)) : value] as const;
  });
  return Object.fromEntries(fields) as Item;
}

const items = vectors.items.map(({ item }) => itemOf(item));

describe('items', () => {
  it.each(vectors.items)('$item.kind $item.name', ({ item, cbor }) => {
    expect(toHex(encodeItem(itemOf(item)))).toBe(cbor);
    expect(toHex(encodeCbor(itemOf(item) as unknown as CborValue))).toBe(cbor);
  });

  const known = vectors.items.filter(({ content }) => content !== undefined);
  it.each(known)('content of $item.name', ({ content = '', item }) => {
    const { sha256, sm3 } = digestText(content);
    expect(itemOf(item)).toMatchObject({ sha256, sm3 });
    expect(createHash('sha256').update(content).digest('hex')).toBe(item['sha256']);
  });
});

describe.each(vectors.batches)('the batch under $hash', (expected) => {
  it('is made of the items', () => {
    const batch = buildBatch(items, expected.hash);
    expect(toHex(batch.bundle)).toBe(vectors.bundle);
    expect(toHex(batch.root)).toBe(expected.root);
    expect(batch.count).toBe(expected.count);
    expect(toHex(batch.digest)).toBe(expected.attachment.digest);
    expect(batch.bundle.length).toBe(expected.attachment.size);
    const paths = items.map((_, index) => batch.path(index).map(toHex));
    expect(paths).toEqual(expected.paths);
  });

  it('holds, and leads from each leaf to the root', () => {
    const root = bytes(expected.root);
    const bundle = bytes(vectors.bundle);
    expect(checkBatch(bundle, { root, count: expected.count }, expected.hash).ok).toBe(true);
    expect(decodeBundle(bundle)).toEqual({ ok: true, items });
    const digest = createHash(expected.hash).update(bundle).digest('hex');
    expect(digest).toBe(expected.attachment.digest);
    for (const [index, { cbor }] of vectors.items.entries()) {
      const leaf = createHash(expected.hash).update(Uint8Array.of(0)).update(bytes(cbor));
      expect(leaf.digest('hex')).toBe(expected.leaves[index]);
      const found = rootFromInclusion({
        hasher: batchHasher(expected.hash),
        index,
        size: expected.count,
        leafHash: bytes(expected.leaves[index] ?? ''),
        path: (expected.paths[index] ?? []).map(bytes),
      });
      expect(found, `item ${index}`).toEqual(root);
    }
  });
});

describe('wrong bundles', () => {
  it.each(vectors.wrong)('$name', ({ bundle, code, pointer }) => {
    const verdict = decodeBundle(bytes(bundle));
    expect(verdict).toMatchObject({ ok: false, code });
    expect(verdict.ok ? undefined : verdict.errors?.[0]?.pointer).toBe(pointer);
  });
});
