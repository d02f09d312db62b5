// Goal: both ways of reading ASCII give the text that was written. Method: any ASCII text at any place in an array.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiText, asciiTextPortable } from './ascii.ts';

const ascii = fc.string({
  unit: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});

describe('asciiText', () => {
  it('reads what stands between two places', () => {
    fc.assert(
      fc.property(ascii, ascii, ascii, (before, text, after) => {
        const bytes = new TextEncoder().encode(before + text + after);
        const to = before.length + text.length;
        expect(asciiText(bytes, before.length, to)).toBe(text);
        expect(asciiTextPortable(bytes, before.length, to)).toBe(text);
      }),
    );
  });
});
