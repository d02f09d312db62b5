// Goal: a frontier goes on exactly where it was stored or cloned, and a damaged one is refused.
// Method: every size to 200, serialised, read back and continued; wrong lengths.
import { describe, expect, it } from 'vitest';
import { HASHERS } from '../testing/hashers.ts';
import { sampleLeaves } from '../testing/leaves.ts';
import { LogFrontier } from './frontier.ts';
import { rootOf } from './tree.ts';

const hasher = HASHERS.sha256;
const leaves = sampleLeaves(hasher, 210);

function frontierOf(size: number): LogFrontier {
  const frontier = new LogFrontier(hasher);
  frontier.appendMany(leaves.slice(0, size));
  return frontier;
}

describe('LogFrontier', () => {
  it('survives being stored at any size', () => {
    for (let size = 0; size <= 200; size++) {
      const restored = LogFrontier.deserialise(hasher, frontierOf(size).serialise());
      expect(restored?.size, `size ${size}`).toBe(size);
      restored?.appendMany(leaves.slice(size, size + 10));
      const expected = rootOf(hasher, leaves.slice(0, size + 10));
      expect(restored?.root(), `size ${size}`).toStrictEqual(expected);
    }
  });

  it('clones go their own way', () => {
    const frontier = frontierOf(100);
    const clone = frontier.clone();
    clone.appendMany(leaves.slice(100, 150));
    expect(frontier.root()).toStrictEqual(rootOf(hasher, leaves.slice(0, 100)));
    expect(clone.root()).toStrictEqual(rootOf(hasher, leaves.slice(0, 150)));
  });

  it('tells of each subtree that an append completes', () => {
    const frontier = frontierOf(7);
    const seen: [number, Uint8Array][] = [];
    frontier.append(leaves[7] as Uint8Array, (level, hash) => seen.push([level, hash]));
    expect(seen).toStrictEqual([
      [1, rootOf(hasher, leaves.slice(6, 8))],
      [2, rootOf(hasher, leaves.slice(4, 8))],
      [3, rootOf(hasher, leaves.slice(0, 8))],
    ]);
  });

  it('refuses bytes that belong to no size', () => {
    const bytes = frontierOf(5).serialise();
    expect(LogFrontier.deserialise(hasher, bytes.subarray(1))).toBeUndefined();
    expect(LogFrontier.deserialise(hasher, bytes.subarray(0, -1))).toBeUndefined();
    expect(LogFrontier.deserialise(hasher, new Uint8Array([...bytes, 0]))).toBeUndefined();
    expect(LogFrontier.deserialise(hasher, new Uint8Array(8).fill(255))).toBeUndefined();
    expect(LogFrontier.deserialise(hasher, new Uint8Array(0))).toBeUndefined();
  });

  it('refuses a leaf hash of another length', () => {
    expect(() => frontierOf(3).append(new Uint8Array(31))).toThrow(RangeError);
  });
});
