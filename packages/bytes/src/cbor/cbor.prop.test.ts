// Goal: encoding is canonical, decoding accepts exactly what encoding gives, and nothing makes it throw.
// Method: random values and bytes; cborg as an independent codec; every accepted mutation re-encodes
// to itself.
import { decode as cborgDecode, encode as cborgEncode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../hex.ts';
import { decodeCbor } from './decode.ts';
import { encodeCbor } from './encode.ts';
import { CborTagged } from './value.ts';
import type { CborErrorCode, CborKey, CborValue } from './value.ts';

const integer = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer({ min: -30, max: 300 }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }),
);
const text = fc.string({ unit: 'binary', maxLength: 30 });
const key: fc.Arbitrary<CborKey> = fc.oneof(integer, text);
const leaf: fc.Arbitrary<CborValue> = fc.oneof(
  integer,
  text,
  fc.string({ maxLength: 80 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((pairs) => new Map(pairs)),
    fc
      .tuple(fc.integer({ min: 4, max: 70_000 }), tie('value'))
      .map(([tag, item]) => new CborTagged(tag, item)),
  ),
}));
const plain = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(
      fc.string({ unit: 'binary', maxLength: 8 }).filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 8 },
    ),
  ),
})).value;

/** What cborg takes and the profile does not: unsorted keys, keys of any kind, bad UTF-8. */
const LET_THROUGH: readonly CborErrorCode[] = [
  'cbor-not-canonical',
  'cbor-bad-key',
  'cbor-bad-text',
];
const REFUSED_BY_BOTH: readonly CborErrorCode[] = [
  ...LET_THROUGH,
  'cbor-malformed',
  'cbor-trailing-bytes',
  'cbor-duplicate-key',
];

function cborgVerdict(bytes: Uint8Array): { readonly value: unknown } | undefined {
  const options = { strict: true, useMaps: true, rejectDuplicateMapKeys: true };
  try {
    return { value: cborgDecode(bytes, options) };
  } catch {
    return undefined;
  }
}

describe('CBOR', () => {
  it('round-trips every value, to the same bytes', () => {
    fc.assert(
      fc.property(value, (item) => {
        const encoded = encodeCbor(item);
        const decoded = decodeCbor(encoded, { maps: 'map', tags: true });
        if (!decoded.ok) throw new Error(decoded.code);
        expect(decoded.value).toEqual(item);
        expect(encodeCbor(decoded.value)).toEqual(encoded);
        const viewed = decodeCbor(encoded, { maps: 'map', tags: true, views: true, lenient: true });
        expect(viewed).toEqual(decoded);
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with cborg on plain values', () => {
    fc.assert(
      fc.property(plain, (item) => {
        const encoded = encodeCbor(item);
        expect(toHex(encoded)).toBe(toHex(cborgEncode(item)));
        const decoded = decodeCbor(encoded, { maps: 'object' });
        if (!decoded.ok) throw new Error(decoded.code);
        expect(encodeCbor(decoded.value)).toEqual(encoded);
        expect(encodeCbor(cborgDecode(encoded) as CborValue)).toEqual(encoded);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on the order in which keys were put in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 8, selector: String }), (keys) => {
        const forward = new Map(keys.map((name) => [name, 0]));
        const backward = new Map(keys.toReversed().map((name) => [name, 0]));
        expect(encodeCbor(forward)).toEqual(encodeCbor(backward));
        const texts = keys.filter((name) => typeof name === 'string' && name !== '__proto__');
        const objects = [texts, texts.toReversed()].map((names) =>
          Object.fromEntries(names.map((name) => [name, 0])),
        );
        const asMap = encodeCbor(new Map(texts.map((name) => [name, 0])));
        for (const object of objects) expect(encodeCbor(object)).toEqual(asMap);
      }),
    );
  });

  it('never throws, and what it accepts re-encodes to itself', () => {
    const check = (bytes: Uint8Array): void => {
      for (const maps of ['map', 'object'] as const) {
        const decoded = decodeCbor(bytes, { maps, tags: true });
        expect(decoded.ok ? encodeCbor(decoded.value) : bytes).toEqual(bytes);
        expect(decoded.ok ? 0 : decoded.offset).toBeLessThanOrEqual(bytes.length);
        const lenient = decodeCbor(bytes, { maps, tags: true, lenient: true });
        expect(decoded.ok ? lenient : decoded).toEqual(decoded);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        check(bytes);
      }),
      { numRuns: 5000 },
    );
    // Heads of all kinds, far likelier to be well-formed than random bytes.
    const heads = fc.constantFrom(
      0,
      1,
      0x18,
      0x19,
      0x20,
      0x40,
      0x41,
      0x5f,
      0x60,
      0x61,
      0x7f,
      0x80,
      0x82,
      0x9f,
      0xa0,
      0xa1,
      0xa2,
      0xbf,
      0xc1,
      0xd2,
      0xf4,
      0xf6,
      0xf7,
      0xf9,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(heads, { maxLength: 24 }), (bytes) => {
        check(new Uint8Array(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  it('judges like cborg, but for what cborg lets through', () => {
    const heads = fc.constantFrom(
      0,
      1,
      0x18,
      0x17,
      0x20,
      0x40,
      0x41,
      0x60,
      0x61,
      0x80,
      0x81,
      0x82,
      0xa1,
      0xa2,
      0xf4,
      0xf6,
    );
    fc.assert(
      fc.property(fc.array(heads, { minLength: 1, maxLength: 10 }), (list) => {
        const bytes = new Uint8Array(list);
        const decoded = decodeCbor(bytes, { maps: 'map' });
        const other = cborgVerdict(bytes);
        const verdict = decoded.ok ? 'accepted' : decoded.code;
        const allowed = other === undefined ? REFUSED_BY_BOTH : ['accepted', ...LET_THROUGH];
        expect(allowed).toContain(verdict);
        expect(decoded.ok ? decoded.value : other?.value).toEqual(other?.value);
      }),
      { numRuns: 3000 },
    );
  });

  it('notices every change of a byte: refused, or another value', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.integer({ min: 1, max: 255 }), (item, at, change) => {
        const encoded = encodeCbor(item);
        const mutated = encoded.slice();
        const place = at % mutated.length;
        mutated[place] = (mutated[place] ?? 0) ^ change;
        const decoded = decodeCbor(mutated, { maps: 'map', tags: true });
        expect(decoded.ok ? encodeCbor(decoded.value) : mutated).toEqual(mutated);
        const cut = decodeCbor(encoded.subarray(0, place), { maps: 'map', tags: true });
        expect(cut.ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
