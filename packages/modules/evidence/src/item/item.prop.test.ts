// Goal: the hand-written encoder and checker of items agree with the general ones, on every input.
// Method: any item, then its bytes changed, and maps of almost right fields: cborg-free reference is
// the deterministic CBOR of @hefu/bytes with the validator compiled from the zod schema.
import { decodeCbor, encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { textFormats } from '@hefu/contract/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyItem } from '../testing/arbitraries.ts';
import { decodeItem, itemFault } from './check-item.ts';
import { encodeItem } from './encode-item.ts';
import { ITEM_BYTES_MAX } from './fields.ts';
import { fitsItem } from './fits-item.ts';
import { hasDigest, itemSchema } from './item.ts';
import { lineEnd, mediaTypeEnd } from './text-bytes.ts';

/** The decision by zod itself, which neither of ours uses. */
function isItemByZod(bytes: Uint8Array): boolean {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok) return false;
  const parsed = itemSchema.safeParse(decoded.value);
  return parsed.success && hasDigest(parsed.data);
}

function expectAgreement(bytes: Uint8Array): void {
  const expected = isItemByZod(bytes);
  expect(fitsItem(bytes, 0, bytes.length)).toBe(expected);
  expect(decodeItem(bytes).ok).toBe(expected);
  expect(itemFault(bytes) === undefined).toBe(expected);
}

describe('items', () => {
  it('are encoded as the general encoder does, fit, and come back', () => {
    fc.assert(
      fc.property(anyItem, (item) => {
        const bytes = encodeItem(item);
        expect(bytes).toEqual(encodeCbor(item as unknown as CborValue));
        expect(bytes.length).toBeLessThanOrEqual(ITEM_BYTES_MAX);
        expectAgreement(bytes);
        expect(decodeItem(bytes)).toEqual({ ok: true, item });
      }),
      { numRuns: 1500 },
    );
  });

  it('with a changed, missing or added byte are judged alike', () => {
    const change = fc.record({
      what: fc.constantFrom('flip', 'set', 'drop', 'insert', 'cut'),
      at: fc.nat({ max: 400 }),
      value: fc.nat({ max: 255 }),
    });
    fc.assert(
      fc.property(anyItem, change, (item, { what, at, value }) => {
        const bytes = [...encodeItem(item)];
        const place = at % bytes.length;
        if (what === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << (value % 8));
        if (what === 'set') bytes[place] = value;
        if (what === 'drop') bytes.splice(place, 1);
        if (what === 'insert') bytes.splice(place, 0, value);
        if (what === 'cut') bytes.length = place;
        expectAgreement(Uint8Array.from(bytes));
      }),
      { numRuns: 4000 },
    );
  });

  it('of almost right fields are judged alike', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 70 }),
      fc.constantFrom(
        '',
        'a\u0000',
        'a\u007f',
        '\u0085',
        '\u2028',
        '\u202e',
        '\u2066',
        '合同',
        '🜛',
      ),
      fc.integer({ min: 60, max: 260 }).map((length) => 'x'.repeat(length)),
      fc.integer({ min: 60, max: 260 }).map((length) => '字'.repeat(length)),
    );
    const anything = fc.oneof(
      text.filter((value) => value.isWellFormed()),
      fc.maxSafeInteger(),
      fc.uint8Array({ minLength: 30, maxLength: 34 }),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom('file', 'text', 'digest', 'image/png', 'Image/png', '/png', 'image/'),
    );
    const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const fields = fc.record(
      {
        kind: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('file', 'digest') }, anything),
        sha256: fc.oneof({ weight: 8, arbitrary: digest }, anything),
        sm3: fc.oneof({ weight: 8, arbitrary: digest }, anything),
        name: anything,
        title: anything,
        case: anything,
        size: anything,
        claimed: anything,
        mediaType: anything,
        other: anything,
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(fields, (value) => {
        expectAgreement(encodeCbor(value));
      }),
      { numRuns: 4000 },
    );
  });

  it('of any bytes at all are judged alike, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expectAgreement(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('text formats over bytes', () => {
  it('agree with the named formats of the kit', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', '9', '/', '+', '.', 'Z', ' ', '_'), maxLength: 140 }),
    );
    fc.assert(
      fc.property(
        words.filter((value) => value.isWellFormed()),
        (value) => {
          const bytes = new TextEncoder().encode(value);
          const isLine = value.length >= 1 && textFormats.line.pattern.test(value);
          expect(lineEnd(bytes, 0, bytes.length, 999) === bytes.length).toBe(isLine);
          const isMediaType = textFormats['media-type'].pattern.test(value);
          expect(mediaTypeEnd(bytes, 0, bytes.length) === bytes.length).toBe(isMediaType);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('take no bytes that are not UTF-8', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (bytes) => {
        let decoded: string | undefined;
        try {
          decoded = decoder.decode(bytes);
        } catch {
          decoded = undefined;
        }
        const expected = decoded !== undefined && textFormats.line.pattern.test(decoded);
        expect(lineEnd(bytes, 0, bytes.length, 99) === bytes.length).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });
});
