// Goal: COSE_Sign1 round-trips, the strict form is unique, and no bytes make decoding throw. Method:
// random parts; mutations of encoded messages; whatever the strict form accepts re-encodes to itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCbor, equalBytes } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { decodeSign1, encodeProtectedHeader, encodeSign1, sigStructure } from './cose.ts';

const bytes = fc.uint8Array({ maxLength: 100 });
const label: fc.Arbitrary<CborKey> = fc.oneof(fc.integer(), fc.string({ maxLength: 5 }));
const item: fc.Arbitrary<CborValue> = fc.oneof(
  fc.integer(),
  fc.string(),
  bytes,
  fc.array(fc.integer()),
);
const header = fc.array(fc.tuple(label, item), { maxLength: 5 }).map((pairs) => new Map(pairs));
const parts = fc.record({
  protected: header.map(encodeProtectedHeader),
  payload: bytes,
  signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
});

describe('COSE_Sign1', () => {
  it('round-trips in the strict form', () => {
    fc.assert(
      fc.property(parts, (input) => {
        const encoded = encodeSign1(input);
        const decoded = decodeSign1(encoded, { strict: true });
        expect(decoded).toMatchObject({ ok: true, sign1: input });
        expect(decodeSign1(encoded, { strict: false })).toEqual(decoded);
        expect(
          decoded.ok ? encodeProtectedHeader(decoded.sign1.protectedHeader) : undefined,
        ).toEqual(input.protected);
      }),
    );
  });

  it('carries unprotected headers and detached payloads in the lenient form only', () => {
    fc.assert(
      fc.property(header, parts, fc.boolean(), (unprotected, input, detached) => {
        const payload = detached ? null : input.payload;
        const encoded = encodeSign1({
          ...input,
          protected: new Uint8Array(0),
          unprotected,
          payload,
        });
        const decoded = decodeSign1(encoded, { strict: false });
        expect(decoded).toMatchObject({ ok: true, sign1: { unprotected, payload } });
        const strict = decodeSign1(encoded, { strict: true });
        expect(strict.ok).toBe(unprotected.size === 0 && !detached);
      }),
    );
  });

  it('never throws; what the strict form accepts is the only encoding of its parts', () => {
    const mutated = fc
      .tuple(parts, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([input, at, change]) => {
        const encoded = encodeSign1(input);
        encoded[at % encoded.length] = (encoded[at % encoded.length] ?? 0) ^ change;
        return encoded;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, bytes), (input) => {
        const strict = decodeSign1(input, { strict: true });
        expect(strict.ok ? encodeSign1(strict.sign1) : input).toEqual(input);
        const lenient = decodeSign1(input, { strict: false });
        expect(strict.ok ? lenient : strict).toEqual(strict);
      }),
      { numRuns: 2000 },
    );
  });

  it('covers different bytes for different parts', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, bytes, bytes, bytes, (a, b, c, d, e, f) => {
        const first = sigStructure(a, b, c);
        expect(first).toEqual(
          encodeCbor(['Signature1', a.length === 1 && a[0] === 0xa0 ? new Uint8Array(0) : a, b, c]),
        );
        const same = equalBytes(a, d) && equalBytes(b, e) && equalBytes(c, f);
        const empty = (x: Uint8Array): boolean =>
          x.length === 0 || (x.length === 1 && x[0] === 0xa0);
        const alike = same || (empty(a) && empty(d) && equalBytes(b, e) && equalBytes(c, f));
        expect(equalBytes(first, sigStructure(d, e, f))).toBe(alike);
      }),
    );
  });
});
