// Goal: entry bundles are read as they were written, and nothing else is read.
// Method: round trips over random entries; every truncation; limits on both sides.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUNDLE_ENTRY_BYTES_MAX, decodeEntryBundle, encodeEntryBundle } from './bundle.ts';

const anyEntries = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 256 });

describe('entry bundles', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual({ ok: true, entries });
      }),
    );
  });

  it('have one form: whatever is read writes the same bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 2, 7), { maxLength: 12 }), (values) => {
        const bytes = new Uint8Array(values);
        const bundle = decodeEntryBundle(bytes);
        fc.pre(bundle.ok);
        expect(encodeEntryBundle(bundle.entries)).toStrictEqual(bytes);
      }),
    );
  });

  it('cut short lose whole entries or are refused', () => {
    const entries = [new Uint8Array([1, 2, 3]), new Uint8Array(0), new Uint8Array(300).fill(7)];
    const bytes = encodeEntryBundle(entries);
    const whole = new Set([5, 7, bytes.length]);
    for (let size = 0; size <= bytes.length; size++) {
      expect(decodeEntryBundle(bytes.subarray(0, size)).ok, `size ${size}`).toBe(whole.has(size));
    }
  });

  it('hold 256 entries of 65,535 bytes and no more', () => {
    const largest = new Uint8Array(BUNDLE_ENTRY_BYTES_MAX).fill(1);
    const decoded = decodeEntryBundle(encodeEntryBundle([largest]));
    expect(decoded).toEqual({ ok: true, entries: [largest] });
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow(RangeError);
    expect(() => encodeEntryBundle([])).toThrow(RangeError);
    const many = Array.from({ length: 257 }, () => new Uint8Array(0));
    expect(() => encodeEntryBundle(many)).toThrow(RangeError);
    expect(decodeEntryBundle(new Uint8Array(2 * 257))).toEqual({
      ok: false,
      code: 'bundle-too-many',
    });
    expect(decodeEntryBundle(new Uint8Array(0))).toEqual({ ok: false, code: 'bundle-empty' });
  });
});
