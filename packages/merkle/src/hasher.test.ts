// Goal: the four kinds of hashed things never meet, and bad digests are refused. Method: prefixes
// written out by hand against node:crypto; both ways of hashing a pair; wrong lengths.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createHasher } from './hasher.ts';
import { HASHERS, HASHER_NAMES } from './testing/hashers.ts';

describe.each(HASHER_NAMES)('hasher of %s', (name) => {
  const hasher = HASHERS[name];
  const a = hasher.hash(new Uint8Array([1]));
  const b = hasher.hash(new Uint8Array([2]));

  function digest(...parts: readonly Uint8Array[]): Uint8Array {
    const stream = createHash(name);
    for (const part of parts) stream.update(part);
    return new Uint8Array(stream.digest());
  }

  it('sets the prefixes', () => {
    for (const size of [0, 1, 200, 4096, 4097, 65_535]) {
      const entry = new Uint8Array(size).fill(9);
      expect(hasher.leaf(entry), `entry of ${size}`).toStrictEqual(
        digest(new Uint8Array([0]), entry),
      );
    }
    expect(hasher.node(a, b)).toStrictEqual(digest(new Uint8Array([1]), a, b));
    expect(hasher.stateLeaf(a, b)).toStrictEqual(digest(new Uint8Array([2]), a, b));
    expect(hasher.stateNode(a, b)).toStrictEqual(digest(new Uint8Array([3]), a, b));
  });

  it('hashes a pair in place, with and without a function that writes', () => {
    const writing = createHasher(
      (bytes) => hasher.hash(bytes),
      (bytes, target, offset) => {
        target.set(hasher.hash(bytes), offset);
      },
    );
    for (const each of [hasher, writing]) {
      const digests = new Uint8Array([...a, ...b, ...a]);
      each.nodeWithin(digests, 32, 0);
      expect(digests).toStrictEqual(new Uint8Array([...hasher.node(b, a), ...b, ...a]));
      each.stateNodeWithin(digests, 32, 64);
      expect(digests.subarray(64)).toStrictEqual(hasher.stateNode(b, a));
      expect(() => each.nodeWithin(digests, 33, 0)).toThrow(RangeError);
    }
  });

  it('refuses digests of another length', () => {
    expect(() => hasher.node(a, b.subarray(1))).toThrow(RangeError);
    expect(() => hasher.stateLeaf(new Uint8Array(33), b)).toThrow(RangeError);
  });
});
