// Goal: batch trees at their limits. Method: the empty tree, one leaf, 100,000 leaves with paths
// verified, wrong indexes and hashes. (Paths against the definition: log/tree.prop.test.ts.)
import { describe, expect, it } from 'vitest';
import { BATCH_LEAVES_MAX, buildTree } from './batch-tree.ts';
import { emptyRoot, rootOf } from './log/tree.ts';
import { verifyInclusion } from './log/verify.ts';
import { HASHERS } from './testing/hashers.ts';
import { sampleLeaves } from './testing/leaves.ts';

const hasher = HASHERS.sha256;

describe('buildTree', () => {
  it('of nothing has the empty root and no path', () => {
    const tree = buildTree(hasher, []);
    expect(tree.root).toStrictEqual(emptyRoot(hasher));
    expect(() => tree.path(0)).toThrow(RangeError);
  });

  it('of one leaf is that leaf', () => {
    const [leaf = new Uint8Array(0)] = sampleLeaves(hasher, 1);
    const tree = buildTree(hasher, [leaf]);
    expect(tree.root).toStrictEqual(leaf);
    expect(tree.path(0)).toEqual([]);
  });

  it('of 100,000 leaves proves each that is asked for', () => {
    const leaves = sampleLeaves(hasher, 100_000);
    const tree = buildTree(hasher, leaves);
    expect(tree.root).toStrictEqual(rootOf(hasher, leaves));
    for (let index = 0; index < leaves.length; index += 9_973) {
      const proof = { leafHash: leaves[index] as Uint8Array, path: tree.path(index) };
      const { size, root } = tree;
      expect(verifyInclusion({ hasher, index, size, root, ...proof }), `leaf ${index}`).toBe(true);
    }
  });

  it('gives paths that the caller may change', () => {
    const leaves = sampleLeaves(hasher, 5);
    const tree = buildTree(hasher, leaves);
    for (const hash of tree.path(2)) hash.fill(0);
    expect(tree.path(2)).toStrictEqual(buildTree(hasher, leaves).path(2));
    expect(tree.path(2)[0]).toStrictEqual(leaves[3]);
  });

  it('refuses what is no leaf of it', () => {
    const tree = buildTree(hasher, sampleLeaves(hasher, 5));
    for (const index of [-1, 5, 0.5, Number.NaN]) {
      expect(() => tree.path(index), `index ${index}`).toThrow(RangeError);
    }
    expect(() => buildTree(hasher, [new Uint8Array(31)])).toThrow(RangeError);
    const tooMany = Array.from<Uint8Array>({ length: BATCH_LEAVES_MAX + 1 });
    expect(() => buildTree(hasher, tooMany)).toThrow(RangeError);
  });
});
