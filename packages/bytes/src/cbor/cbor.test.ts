// Goal: each rule of the CBOR profile, each error code, and agreement with an independent codec.
// Method: the golden vectors against cborg; tables of what encoding refuses; options one by one.
import { decode as cborgDecode, encode as cborgEncode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../hex.ts';
import { concatBytes } from '../join-compare.ts';
import { readVectors } from '../testing/fixtures.ts';
import { decodeCbor } from './decode.ts';
import { encodeCbor, tryEncodeCbor } from './encode.ts';
import { CBOR_DEPTH_MAX, CborTagged } from './value.ts';
import type { CborErrorCode, CborValue } from './value.ts';

interface VectorFile {
  readonly valid: readonly { readonly name: string; readonly encoded: string }[];
  readonly invalid: readonly {
    readonly name: string;
    readonly encoded: string;
    readonly code: string;
    readonly objects: boolean;
    readonly tags: boolean;
  }[];
}

const vectors = readVectors('cbor.json') as VectorFile;

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError(hex);
  return bytes;
}

/** cborg's options for the same profile, tags 18, 32 and 55799 taken as they come. */
const tags: NonNullable<Parameters<typeof cborgDecode>[1]>['tags'] = {};
for (const tag of [18, 32, 55_799]) {
  tags[tag] = (decode: () => unknown) => new CborTagged(tag, decode() as CborValue);
}
const CBORG = {
  strict: true,
  useMaps: true,
  allowIndefinite: false,
  rejectDuplicateMapKeys: true,
  tags,
};

/** cborg's encoding; tags, which it writes only for types it knows, are put around by hand. */
function cborgOf(value: CborValue): Uint8Array {
  if (!(value instanceof CborTagged)) return cborgEncode(value);
  const head = cborgEncode(value.tag);
  head[0] = (head[0] ?? 0) | 0xc0;
  return concatBytes(head, cborgOf(value.value));
}

describe('golden vectors', () => {
  it.each(vectors.valid)('$name: cborg reads the same value', ({ encoded }) => {
    const bytes = bytesOf(encoded);
    const decoded = decodeCbor(bytes, { maps: 'map', tags: true });
    if (!decoded.ok) throw new Error(decoded.code);
    // cborg drops a byte order mark, which makes two texts one.
    const expected = cborgDecode(bytes, CBORG) as CborValue;
    expect(expected === 'x' ? '\uFEFFx' : expected).toEqual(decoded.value);
    expect(toHex(cborgOf(decoded.value))).toBe(encoded);
  });

  it('have a case for every code', () => {
    const seen = new Set(vectors.invalid.map(({ code }) => code));
    const all: Record<CborErrorCode, true> = {
      'cbor-malformed': true,
      'cbor-trailing-bytes': true,
      'cbor-not-canonical': true,
      'cbor-duplicate-key': true,
      'cbor-too-deep': true,
      'cbor-float': true,
      'cbor-simple-value': true,
      'cbor-tag': true,
      'cbor-bad-key': true,
      'cbor-bad-text': true,
    };
    expect([...seen].toSorted()).toEqual(Object.keys(all).toSorted());
  });

  it.each(vectors.invalid)(
    '$name: refused as $code',
    ({ encoded, code, objects, tags: allowed }) => {
      const verdict = decodeCbor(bytesOf(encoded), {
        maps: objects ? 'object' : 'map',
        tags: allowed,
      });
      expect(verdict).toMatchObject({ ok: false, code });
    },
  );
});

describe('decodeCbor', () => {
  it('says where it stopped', () => {
    expect(decodeCbor(bytesOf('83010218'), { maps: 'map' })).toEqual({
      ok: false,
      code: 'cbor-malformed',
      offset: 3,
    });
    expect(decodeCbor(bytesOf('0000'), { maps: 'map' })).toMatchObject({ offset: 1 });
  });

  it('gives numbers as far as they are exact, then bigints', () => {
    const values = [
      '1b001fffffffffffff',
      '1b0020000000000000',
      '3b001ffffffffffffe',
      '3b001fffffffffffff',
    ];
    const read = values.map((hex) => decodeCbor(bytesOf(hex), { maps: 'map' }));
    expect(read).toEqual([
      { ok: true, value: 2 ** 53 - 1 },
      { ok: true, value: 2n ** 53n },
      { ok: true, value: -(2 ** 53 - 1) },
      { ok: true, value: -(2n ** 53n) },
    ]);
  });

  it('gives plain objects or Maps as asked', () => {
    const bytes = encodeCbor({ a: { constructor: 1 } });
    const asObject = decodeCbor(bytes, { maps: 'object' });
    expect(asObject).toEqual({ ok: true, value: { a: { constructor: 1 } } });
    expect(decodeCbor(bytes, { maps: 'map' })).toEqual({
      ok: true,
      value: new Map([['a', new Map([['constructor', 1]])]]),
    });
  });

  it('copies byte strings unless views are asked for', () => {
    const bytes = encodeCbor(new Uint8Array([1, 2, 3]));
    const copy = decodeCbor(bytes, { maps: 'map' });
    const view = decodeCbor(bytes, { maps: 'map', views: true });
    bytes[1] = 9;
    expect(copy).toEqual({ ok: true, value: new Uint8Array([1, 2, 3]) });
    expect(view).toEqual({ ok: true, value: new Uint8Array([9, 2, 3]) });
  });

  it('takes a Buffer and gives plain arrays, copied', () => {
    const buffer = Buffer.from(encodeCbor([new Uint8Array([7])]));
    const decoded = decodeCbor(buffer, { maps: 'map' });
    buffer.fill(0);
    expect(decoded).toStrictEqual({ ok: true, value: [new Uint8Array([7])] });
  });

  it('holds to the depth given', () => {
    const nested = (depth: number): Uint8Array => bytesOf(`${'81'.repeat(depth)}00`);
    expect(decodeCbor(nested(32), { maps: 'map' }).ok).toBe(true);
    expect(decodeCbor(nested(3), { maps: 'map', maxDepth: 2 })).toMatchObject({
      code: 'cbor-too-deep',
    });
    expect(decodeCbor(nested(0), { maps: 'map', maxDepth: 0 }).ok).toBe(true);
    expect(decodeCbor(nested(CBOR_DEPTH_MAX), { maps: 'map', maxDepth: CBOR_DEPTH_MAX }).ok).toBe(
      true,
    );
    expect(() => decodeCbor(nested(1), { maps: 'map', maxDepth: CBOR_DEPTH_MAX + 1 })).toThrow(
      RangeError,
    );
    const tagged = decodeCbor(bytesOf('d2d200'), { maps: 'map', tags: true, maxDepth: 1 });
    expect(tagged).toMatchObject({ code: 'cbor-too-deep' });
  });

  it('stays refusing in lenient form where meaning is at stake', () => {
    const rows: [string, CborErrorCode, 'map' | 'object'][] = [
      ['a201000100', 'cbor-duplicate-key', 'map'],
      ['a2616200616200', 'cbor-duplicate-key', 'object'],
      ['a21801000100', 'cbor-duplicate-key', 'map'],
      ['bf6161006161', 'cbor-duplicate-key', 'object'],
      ['bf6161006162', 'cbor-malformed', 'object'],
      ['bf01ff', 'cbor-malformed', 'map'],
      ['9f', 'cbor-malformed', 'map'],
      ['5f', 'cbor-malformed', 'map'],
      ['5f6161ff', 'cbor-malformed', 'map'],
      ['5f5f4101ffff', 'cbor-malformed', 'map'],
      ['7f61c3ff', 'cbor-bad-text', 'map'],
      ['f93c00', 'cbor-float', 'map'],
      ['f7', 'cbor-simple-value', 'map'],
      ['1f', 'cbor-malformed', 'map'],
      ['9f'.repeat(33), 'cbor-too-deep', 'map'],
    ];
    for (const [hex, code, maps] of rows) {
      expect(decodeCbor(bytesOf(hex), { maps, lenient: true }), hex).toMatchObject({
        ok: false,
        code,
      });
    }
    expect(decodeCbor(bytesOf('bf616201616102ff'), { maps: 'object', lenient: true })).toEqual({
      ok: true,
      value: { b: 1, a: 2 },
    });
  });
});

describe('encodeCbor', () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  it.each<[string, unknown]>([
    ['a float', 1.5],
    ['not a number', Number.NaN],
    ['infinity', Infinity],
    ['2^53 as a number', 2 ** 53],
    ['undefined', undefined],
    ['undefined in an object', { a: undefined }],
    ['a hole in an array', Array.from({ length: 1 })],
    ['a bigint beyond 64 bits', 2n ** 64n],
    ['a negative bigint beyond 64 bits', -(2n ** 64n) - 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a date', new Date(0)],
    ['another typed array', new Uint16Array(1)],
    ['a set', new Set([1])],
    ['a lone surrogate', '\uD800'],
    ['a lone surrogate in long text', `${'x'.repeat(100)}\uD800`],
    ['a lone surrogate as key', { '\uD800': 1, a: 1 }],
    ['the key __proto__', JSON.parse('{"__proto__": 1}')],
    ['a boolean key', new Map([[true, 1]])],
    ['a float key', new Map([[0.5, 1]])],
    [
      'the same key twice',
      new Map<number | bigint, number>([
        [1, 1],
        [1n, 2],
      ]),
    ],
    ['a bignum tag', new CborTagged(2, new Uint8Array(1))],
    ['a tag below zero', new CborTagged(-1, 0)],
    ['a tag with a fraction', new CborTagged(0.5, 0)],
    ['a ring', cyclic],
  ])('refuses %s', (_name, value) => {
    expect(() => encodeCbor(value as CborValue)).toThrow(TypeError);
    expect(tryEncodeCbor(value)).toEqual({ ok: false, code: 'cbor-not-encodable' });
    // A failed call leaves nothing behind.
    expect(toHex(encodeCbor([1]))).toBe('8101');
  });

  it('takes bigints that a number could hold, and a negative zero', () => {
    expect(toHex(encodeCbor([1n, -1n, -0]))).toBe('83012000');
  });

  it('takes objects without a prototype, and integer-like keys', () => {
    const object = Object.assign(Object.create(null) as { [key: string]: number }, { 10: 1, 9: 2 });
    expect(toHex(encodeCbor(object))).toBe('a261390262313001');
  });

  it('grows for large values and gives the room back', () => {
    const large = new Uint8Array(3_000_000).fill(5);
    const encoded = encodeCbor([large, 'é'.repeat(10_000)]);
    expect(decodeCbor(encoded, { maps: 'map' })).toEqual({
      ok: true,
      value: [large, 'é'.repeat(10_000)],
    });
    expect(toHex(encodeCbor(0))).toBe('00');
  });

  it('gives a verdict for values from outside', () => {
    expect(tryEncodeCbor({ a: [1] })).toEqual({ ok: true, bytes: bytesOf('a161618101') });
  });
});
