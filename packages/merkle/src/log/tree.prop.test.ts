// Goal: roots, paths and verdicts of the log tree are those of RFC 9162 §2.1.
// Method: random sizes against the recursive definitions, word for word; every proof verifies, and
// every mutation of a proof or of what it claims is refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTree } from '../batch-tree.ts';
import { HASHERS, HASHER_NAMES } from '../testing/hashers.ts';
import { flipBit, naivePath, naiveRoot, naiveSubproof, sampleLeaves } from '../testing/leaves.ts';
import { LogFrontier } from './frontier.ts';
import {
  consistencyPath,
  emptyRoot,
  inclusionPath,
  nodesOfLeaves,
  rootFromNodes,
  rootOf,
} from './tree.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

const SIZE_MAX = 600;
const anySize = fc.integer({ min: 1, max: SIZE_MAX });

/** Sizes with an index below. */
const leafInTree = anySize.chain((size) =>
  fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }),
);
/** Two sizes, the first not above the second. */
const twoSizes = anySize.chain((size2) =>
  fc.record({ size1: fc.integer({ min: 1, max: size2 }), size2: fc.constant(size2) }),
);

const leavesOf = Object.fromEntries(
  HASHER_NAMES.map((name) => [name, sampleLeaves(HASHERS[name], SIZE_MAX)]),
) as Record<(typeof HASHER_NAMES)[number], Uint8Array[]>;

describe.each(HASHER_NAMES)('log tree under %s', (name) => {
  const hasher = HASHERS[name];
  const all = leavesOf[name];
  const nodesOfAll = nodesOfLeaves(hasher, all);

  it('has the root of the recursive definition at every size to 130', () => {
    const frontier = new LogFrontier(hasher);
    for (let size = 0; size <= 130; size++) {
      const leaves = all.slice(0, size);
      const expected = naiveRoot(hasher, leaves);
      expect(rootOf(hasher, leaves), `size ${size}`).toStrictEqual(expected);
      expect(rootFromNodes(hasher, size, nodesOfAll), `size ${size}`).toStrictEqual(expected);
      expect(buildTree(hasher, leaves).root, `size ${size}`).toStrictEqual(expected);
      expect(frontier.root(), `size ${size}`).toStrictEqual(expected);
      frontier.append(all[size] as Uint8Array);
    }
    expect(emptyRoot(hasher)).toStrictEqual(naiveRoot(hasher, []));
  });

  it('gives the inclusion paths of the recursive definition, and accepts them', () => {
    fc.assert(
      fc.property(leafInTree, ({ size, index }) => {
        const leaves = all.slice(0, size);
        const path = naivePath(hasher, index, leaves);
        expect(inclusionPath(hasher, index, size, nodesOfAll)).toStrictEqual(path);
        expect(buildTree(hasher, leaves).path(index)).toStrictEqual(path);
        const root = naiveRoot(hasher, leaves);
        const leafHash = all[index] as Uint8Array;
        expect(verifyInclusion({ hasher, index, size, leafHash, path, root })).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the consistency paths of the recursive definition, and accepts them', () => {
    fc.assert(
      fc.property(twoSizes, ({ size1, size2 }) => {
        const leaves = all.slice(0, size2);
        const path = naiveSubproof(hasher, size1, leaves, true);
        expect(consistencyPath(hasher, size1, size2, nodesOfAll)).toStrictEqual(path);
        const root1 = naiveRoot(hasher, leaves.slice(0, size1));
        const root2 = naiveRoot(hasher, leaves);
        expect(verifyConsistency({ hasher, size1, size2, root1, root2, path })).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses every mutated inclusion proof', () => {
    fc.assert(
      fc.property(leafInTree, fc.nat(), fc.nat(), ({ size, index }, where, bit) => {
        const leafHash = all[index] as Uint8Array;
        const path = inclusionPath(hasher, index, size, nodesOfAll);
        const root = rootFromNodes(hasher, size, nodesOfAll);
        const good = { hasher, index, size, leafHash, path, root };
        const spot = where % (path.length + 1);
        const flipped = path.map((hash, i) =>
          i === where % path.length ? flipBit(hash, bit) : hash,
        );
        const mutants = [
          { ...good, leafHash: flipBit(leafHash, bit) },
          { ...good, root: flipBit(root, bit) },
          { ...good, index: index + 1 },
          { ...good, index: index - 1 },
          { ...good, index: where % size === index ? size : where % size },
          { ...good, path: path.toSpliced(spot, 0, leafHash) },
          { ...good, path: [...path, root] },
          { ...good, root: root.subarray(1) },
          { ...good, leafHash: leafHash.subarray(1) },
          ...(path.length > 0
            ? [
                { ...good, path: flipped },
                { ...good, path: path.slice(1) },
                { ...good, path: path.slice(0, -1) },
                { ...good, path: path.map((hash) => hash.subarray(0, 31)) },
                { ...good, leafHash: root, path: [] },
              ]
            : []),
        ];
        for (const [i, mutant] of mutants.entries()) {
          expect(verifyInclusion(mutant), `mutant ${i} of ${index}/${size}`).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('refuses every mutated consistency proof', () => {
    fc.assert(
      fc.property(twoSizes, fc.nat(), fc.nat(), ({ size1, size2 }, where, bit) => {
        const path = consistencyPath(hasher, size1, size2, nodesOfAll);
        const root1 = rootFromNodes(hasher, size1, nodesOfAll);
        const root2 = rootFromNodes(hasher, size2, nodesOfAll);
        const good = { hasher, size1, size2, root1, root2, path };
        const flipped = path.map((hash, i) =>
          i === where % path.length ? flipBit(hash, bit) : hash,
        );
        const mutants = [
          { ...good, root1: flipBit(root1, bit) },
          { ...good, root2: flipBit(root2, bit) },
          { ...good, root1: root1.subarray(1) },
          { ...good, root2: new Uint8Array(0) },
          { ...good, size1: 0 },
          { ...good, size1: size2 + 1 },
          { ...good, path: [...path, root2] },
          { ...good, path: [root1, ...path] },
          ...(size1 < size2
            ? [
                { ...good, path: flipped },
                { ...good, path: path.slice(1) },
                { ...good, path: path.slice(0, -1) },
                { ...good, path: [] },
                { ...good, root1: root2, root2: root1 },
                { ...good, size1: size2, size2: size1 },
              ]
            : []),
        ];
        for (const [i, mutant] of mutants.entries()) {
          expect(verifyConsistency(mutant), `mutant ${i} of ${size1}→${size2}`).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });
});
