// Goal: every published proof vector gets its verdict, and no input makes a verifier throw.
// Method: transparency-dev/merkle vectors read with exact integers; a table of wrong shapes.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64 } from '@hefu/bytes';
import { fixturesDir, readFixture } from '@hefu/bytes/testing';
import { describe, expect, it } from 'vitest';
import { HASHERS } from '../testing/hashers.ts';
import { sampleLeaves } from '../testing/leaves.ts';
import { rootFromInclusion, verifyConsistency, verifyInclusion } from './verify.ts';

const hasher = HASHERS.sha256;
const fixtures = fixturesDir();

/** The vector files below a folder of the merkle fixtures. */
function vectorFiles(folder: string): string[] {
  const base = join(fixtures ?? '', 'merkle', folder);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join('merkle', folder, name));
}

/** Parses JSON with every integer exact: those above 2^53 become the nearest unsafe number. */
function readVector(file: string): Record<string, unknown> {
  const text = new TextDecoder().decode(readFixture(file));
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== 'number') return value;
    const exact = BigInt(context?.source ?? String(value));
    return exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
  }) as Record<string, unknown>;
}

/** What a caller has who reads a 64-bit integer: a safe number, or one that says it is not. */
function size(value: unknown): number {
  return typeof value === 'bigint' ? Number(value) : (value as number);
}

function bytes(value: unknown): Uint8Array {
  const decoded = fromBase64(value as string);
  if (decoded === undefined) throw new Error(`not base64: ${String(value)}`);
  return decoded;
}

function pathOf(value: unknown): Uint8Array[] {
  return value === null ? [] : (value as string[]).map(bytes);
}

describe.skipIf(fixtures === undefined)('published vectors', () => {
  it.each(vectorFiles('inclusion'))('%s', (file) => {
    const vector = readVector(file);
    const verdict = verifyInclusion({
      hasher,
      index: size(vector['leafIdx']),
      size: size(vector['treeSize']),
      leafHash: bytes(vector['leafHash']),
      root: bytes(vector['root']),
      path: pathOf(vector['proof']),
    });
    expect(verdict).toBe(vector['wantErr'] === false);
  });

  it.each(vectorFiles('consistency'))('%s', (file) => {
    const vector = readVector(file);
    const verdict = verifyConsistency({
      hasher,
      size1: size(vector['size1']),
      size2: size(vector['size2']),
      root1: bytes(vector['root1']),
      root2: bytes(vector['root2']),
      path: pathOf(vector['proof']),
    });
    expect(verdict).toBe(vector['wantErr'] === false);
  });

  it('are all there', () => {
    expect(vectorFiles('inclusion').length).toBe(49);
    expect(vectorFiles('consistency').length).toBe(49);
  });
});

describe('verifiers', () => {
  const [leafHash = new Uint8Array(32)] = sampleLeaves(hasher, 1);
  const wrongSizes = [-1, 0.5, Number.NaN, Infinity, 2 ** 53, 2 ** 64, -0.5];

  it('refuse sizes that a number does not hold exactly', () => {
    for (const wrong of wrongSizes) {
      const inclusion = { hasher, index: 0, size: wrong, leafHash, path: [], root: leafHash };
      expect(verifyInclusion(inclusion), `size ${wrong}`).toBe(false);
      expect(verifyInclusion({ ...inclusion, size: 1, index: wrong }), `index ${wrong}`).toBe(
        false,
      );
      const growth = {
        hasher,
        size1: wrong,
        size2: wrong,
        root1: leafHash,
        root2: leafHash,
        path: [],
      };
      expect(verifyConsistency(growth), `sizes ${wrong}`).toBe(false);
    }
  });

  it('accept a tree of one leaf, whose root is the leaf', () => {
    expect(rootFromInclusion({ hasher, index: 0, size: 1, leafHash, path: [] })).toStrictEqual(
      leafHash,
    );
  });

  it('accept equal trees without a path, the empty one too', () => {
    const root = hasher.hash(new Uint8Array(0));
    expect(
      verifyConsistency({ hasher, size1: 0, size2: 0, root1: root, root2: root, path: [] }),
    ).toBe(true);
  });

  it('work at the largest size: 2^53 − 1 leaves', () => {
    // Path lengths: the last leaf of a tree whose size is all ones has a sibling at each level.
    const largest = Number.MAX_SAFE_INTEGER;
    const siblings = sampleLeaves(hasher, 53);
    const first = { hasher, index: 0, size: largest, leafHash, path: siblings };
    expect(rootFromInclusion(first)).toBeDefined();
    expect(rootFromInclusion({ ...first, path: siblings.slice(1) })).toBeUndefined();
    const last = { ...first, index: largest - 1, path: siblings.slice(0, 52) };
    expect(rootFromInclusion(last)).toBeDefined();
    expect(rootFromInclusion({ ...last, path: siblings })).toBeUndefined();
  });
});
