// Goal: every codec round-trips, and accepts no text but its own. Method: random bytes and texts; what
// is accepted must be what encoding gives; the portable twins against Node's Buffer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromBase64,
  fromBase64Url,
  toBase64,
  toBase64Portable,
  toBase64Url,
  toBase64UrlPortable,
} from './base64.ts';
import { fromHex, toHex, toHexPortable } from './hex.ts';
import { compareBytes, concatBytes, equalBytes } from './join-compare.ts';
import { readU16be, readU32be, readU64be, u16be, u32be, u64be } from './integers.ts';
import { utf8Decode, utf8Encode } from './utf8.ts';

const bytes = fc.uint8Array({ maxLength: 100 });

describe('codecs', () => {
  it.each([
    { name: 'hex', to: toHex, portable: toHexPortable, from: fromHex, digits: '0123456789abcdefA' },
    {
      name: 'base64',
      to: toBase64,
      portable: toBase64Portable,
      from: fromBase64,
      digits: 'AQgwZ+/=-',
    },
    {
      name: 'base64url',
      to: toBase64Url,
      portable: toBase64UrlPortable,
      from: fromBase64Url,
      digits: 'AQgwZ-_=+',
    },
  ])('$name', ({ to, portable, from, digits }) => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(from(to(value))).toEqual(value);
        expect(portable(value)).toBe(to(value));
      }),
    );
    const texts = fc.string({ unit: fc.constantFrom(...digits.split('')), maxLength: 9 });
    fc.assert(
      fc.property(texts, (text) => {
        const value = from(text);
        expect(value === undefined ? text : to(value)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(utf8Decode(utf8Encode(text))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        const text = utf8Decode(value);
        expect(text === undefined ? value : utf8Encode(text)).toEqual(value);
      }),
    );
  });
});

describe('joining and comparing', () => {
  it('agree with Buffer', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(concatBytes(a, b)).toEqual(new Uint8Array(Buffer.concat([a, b])));
        expect(compareBytes(a, b)).toBe(Buffer.compare(a, b));
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
        expect(equalBytes(a, a.slice())).toBe(true);
      }),
    );
  });
});

describe('integers', () => {
  it('round-trip and agree with Buffer', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const expected = Buffer.alloc(8);
        expected.writeBigUInt64BE(BigInt(value));
        expect(u64be(value)).toEqual(new Uint8Array(expected));
        expect(readU64be(u64be(value), 0)).toBe(value);
        expect(readU32be(u32be(value % 2 ** 32), 0)).toBe(value % 2 ** 32);
        expect(readU16be(u16be(value % 2 ** 16), 0)).toBe(value % 2 ** 16);
      }),
    );
  });

  it('refuse what does not fit', () => {
    for (const value of [-1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
      expect(() => u64be(value), `u64be(${value})`).toThrow(RangeError);
    }
    expect(() => u32be(2 ** 32)).toThrow(RangeError);
    expect(() => u16be(2 ** 16)).toThrow(RangeError);
    const large = new Uint8Array([0, 0x20, 0, 0, 0, 0, 0, 0]);
    expect(readU64be(large, 0)).toBeUndefined();
    expect(readU64be(new Uint8Array([0, 0x1f, 255, 255, 255, 255, 255, 255]), 0)).toBe(2 ** 53 - 1);
  });

  it('are undefined where bytes are missing', () => {
    const bytesOf7 = new Uint8Array(7);
    expect(readU64be(bytesOf7, 0)).toBeUndefined();
    expect(readU32be(bytesOf7, 4)).toBeUndefined();
    expect(readU16be(bytesOf7, 6)).toBeUndefined();
    expect(readU16be(bytesOf7, -1)).toBeUndefined();
    expect(readU32be(bytesOf7, 3)).toBe(0);
  });
});
