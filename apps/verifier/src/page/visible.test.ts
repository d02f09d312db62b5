// Goal: no text from a document hides anything or turns the line around. Method: a table of the characters that could, and any text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SHOWN_CHARS_MAX, visible } from './visible.ts';

it.each([
  ['order.pdf', 'order.pdf'],
  ['合符 · Хэфу 🧾', '合符 · Хэфу 🧾'],
  ['a\u202Eb', 'a\\u{202e}b'],
  ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
  ['a\u200Bb\uFEFFc\u00ADd', 'a\\u{200b}b\\u{feff}c\\u{00ad}d'],
  ['a\n\t\u0000\u001B[31m', 'a\\u{000a}\\u{0009}\\u{0000}\\u{001b}[31m'],
  ['\uD800', '\\u{d800}'],
  ['\u061C\u200E\u200F', '\\u{061c}\\u{200e}\\u{200f}'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

it('is cut, and hides nothing, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      const shown = visible(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      expect(shown.length).toBeLessThanOrEqual((SHOWN_CHARS_MAX + 1) * '\\u{10ffff}'.length);
    }),
  );
  expect(visible('x'.repeat(SHOWN_CHARS_MAX + 1))).toBe(`${'x'.repeat(SHOWN_CHARS_MAX)}…`);
});
