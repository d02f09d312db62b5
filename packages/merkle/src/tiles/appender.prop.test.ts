// Goal: tiles, however a log grew, are those of C2SP tlog-tiles, and proofs from them are the proofs
// from the leaves. Method: random block sizes with restarts and dropped blocks, against tiles cut
// from the whole tree at once; sizes across the 256 and 65,536 borders.
import fc from 'fast-check';
import { concatBytes } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { LogFrontier } from '../log/frontier.ts';
import { consistencyPath, inclusionPath, nodesOfLeaves, rootOf } from '../log/tree.ts';
import { HASHERS, HASHER_NAMES } from '../testing/hashers.ts';
import { sampleLeaves } from '../testing/leaves.ts';
import { TileStore } from '../testing/tile-store.ts';
import { TileAppender } from './appender.ts';
import {
  consistencyPathFromTiles,
  inclusionPathFromTiles,
  nodesOfTiles,
  rootFromTiles,
  TileError,
  tilesOfSize,
} from './nodes.ts';
import { FullTiles } from './full-tiles.ts';

const SIZE_MAX = 2000;
/** Blocks that end on, before and after the border of a tile come often enough. */
const blockSizes = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(1, 255, 256, 257, 512)),
  { minLength: 1, maxLength: 12 },
);

describe.each(HASHER_NAMES)('tiles under %s', (name) => {
  const hasher = HASHERS[name];
  const all = sampleLeaves(hasher, SIZE_MAX);
  const nodes = nodesOfLeaves(hasher, all);
  /** A block that is tried on a clone and then dropped. */
  const otherLeaves = sampleLeaves(hasher, 300).toReversed();

  /** The tiles of a size, straight from the definition: nodes of the whole tree, 256 at a time. */
  function expectTiles(store: TileStore, size: number): void {
    const expected = [...tilesOfSize(size)];
    expect([...store.tiles.keys()].toSorted()).toEqual(
      expected.map(({ level, index }) => `${level}/${index}`).toSorted(),
    );
    for (const { level, index, width } of expected) {
      const hashes = Array.from({ length: width }, (_, i) => nodes(8 * level, 256 * index + i));
      expect(store.read(level, index, width), `tile ${level}/${index} of ${size}`).toStrictEqual(
        concatBytes(...hashes),
      );
    }
  }

  it('are the same whatever the blocks, over restarts and dropped blocks', () => {
    const steps = fc.array(fc.constantFrom('append', 'restart', 'drop'), { maxLength: 12 });
    fc.assert(
      fc.property(blockSizes, steps, (sizes, actions) => {
        const store = new TileStore();
        let appender = TileAppender.create(hasher);
        for (const [i, blockSize] of sizes.entries()) {
          const block = all.slice(appender.size, Math.min(SIZE_MAX, appender.size + blockSize));
          if (actions[i] === 'drop') {
            appender.clone().append(otherLeaves);
          }
          if (actions[i] === 'restart') {
            const stored = appender.frontier().serialise();
            const frontier = LogFrontier.deserialise(hasher, stored) as LogFrontier;
            appender = TileAppender.resume(frontier, store.read);
          }
          const changed = appender.append(block);
          const places = changed.map(({ level, index }) => `${level}/${index}`);
          expect(new Set(places).size, 'each tile once').toBe(places.length);
          store.put(changed);
          expectTiles(store, appender.size);
          expect(appender.root()).toStrictEqual(rootOf(hasher, all.slice(0, appender.size)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('give the proofs that the leaves give', () => {
    const store = new TileStore();
    store.put(TileAppender.create(hasher).append(all));
    const sizes = fc.integer({ min: 1, max: SIZE_MAX });
    // Kept from one tree to the next, larger or smaller; with two places, so that some make room for others.
    const full = new FullTiles(hasher, 2);
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, a, b) => {
        const index = a % size;
        const size1 = 1 + (b % size);
        const root = rootOf(hasher, all.slice(0, size));
        expect(rootFromTiles(hasher, size, store.read)).toStrictEqual(root);
        expect(inclusionPathFromTiles(hasher, index, size, store.read)).toStrictEqual(
          inclusionPath(hasher, index, size, nodes),
        );
        expect(consistencyPathFromTiles(hasher, size1, size, store.read)).toStrictEqual(
          consistencyPath(hasher, size1, size, nodes),
        );
        expect(inclusionPathFromTiles(hasher, index, size, store.read, full)).toStrictEqual(
          inclusionPath(hasher, index, size, nodes),
        );
        expect(consistencyPathFromTiles(hasher, size1, size, store.read, full)).toStrictEqual(
          consistencyPath(hasher, size1, size, nodes),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('tiles of a log beyond 65,536 entries', () => {
  const hasher = HASHERS.sha256;
  const size = 66_000;

  it('reach a third level and prove any leaf', () => {
    const leaves = sampleLeaves(hasher, size);
    const store = new TileStore();
    const appender = TileAppender.create(hasher);
    store.put(appender.append(leaves.slice(0, 65_535)));
    store.put(appender.append(leaves.slice(65_535)));
    expect(store.tiles.get('2/0')?.width).toBe(1);
    expect(appender.root()).toStrictEqual(rootOf(hasher, leaves));
    const nodes = nodesOfLeaves(hasher, leaves);
    const fromTiles = nodesOfTiles(hasher, size, store.read);
    for (const index of [0, 255, 256, 65_535, 65_536, size - 1]) {
      expect(inclusionPath(hasher, index, size, fromTiles), `leaf ${index}`).toStrictEqual(
        inclusionPath(hasher, index, size, nodes),
      );
    }
  });

  it('say which tile is missing or short', () => {
    const read = (bytes: Uint8Array | undefined) => (): Uint8Array | undefined => bytes;
    const path = (bytes: Uint8Array | undefined): unknown =>
      inclusionPathFromTiles(hasher, 0, 300, read(bytes));
    expect(() => path(undefined)).toThrow(TileError);
    expect(() => path(undefined)).toThrow('tile-missing: level 0, index 1, width 44');
    expect(() => path(new Uint8Array(32 * 43))).toThrow('tile-malformed');
    expect(() => path(new Uint8Array(32 * 256 + 1))).toThrow('tile-malformed');
  });
});
