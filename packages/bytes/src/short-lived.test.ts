// Goal: short-lived arrays never overlap while they live, whatever their sizes. Method: fill many, then look whether each is as it was filled.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeCbor, encodeCborShortLived } from './cbor/encode.ts';
import { shortLivedBytes } from './short-lived.ts';

it('gives arrays of the size asked for that do not overlap', () => {
  const sizes = fc.array(fc.oneof(fc.nat(100), fc.nat(3_000), fc.constant(2_048)), {
    minLength: 1,
    maxLength: 80,
  });
  fc.assert(
    fc.property(sizes, (asked) => {
      const arrays = asked.map((size, index) => shortLivedBytes(size).fill(index));
      for (const [index, array] of arrays.entries()) {
        expect(array.length).toBe(asked[index]);
        expect(array.every((byte) => byte === index)).toBe(true);
      }
    }),
  );
});

it('shares a buffer among small arrays, and only among them', () => {
  const [first, second] = [shortLivedBytes(100), shortLivedBytes(100)];
  expect([first.buffer.byteLength, second.buffer.byteLength]).toEqual([16_384, 16_384]);
  expect(shortLivedBytes(5_000).buffer.byteLength).toBe(5_000);
});

it('holds the same encoding as an array of its own', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 200 }), (texts) => {
      const value = texts.map((text) => text.toWellFormed());
      expect([...encodeCborShortLived(value)]).toEqual([...encodeCbor(value)]);
    }),
  );
  expect(() => encodeCborShortLived([0.5])).toThrow(TypeError);
});
