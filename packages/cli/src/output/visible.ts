import stringWidth from 'string-width';

/** Controls of a terminal, line breaks among them, and what turns the direction of writing: a file may be called by any of them. */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\uFEFF]/gu;

/** Text from elsewhere as it is shown: what would steer the terminal is written out, as in `\u001b`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** What readers take for one character: an ideograph, a letter with its accents, a picture joined of several. */
const CHARACTERS = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Cells that a terminal takes for a text: ideographs, kana, Hangul, full-width forms and pictures take two (Unicode UAX #11). */
export function cellsOf(text: string): number {
  return stringWidth(text);
}

/** The beginning of a text that fits into so many cells of a terminal. */
export function fitCells(text: string, cells: number): string {
  let end = 0;
  let used = 0;
  for (const { segment } of CHARACTERS.segment(text)) {
    used += cellsOf(segment);
    if (used > cells) break;
    end += segment.length;
  }
  return text.slice(0, end);
}

/** A text that would take more cells, cut, with `…` as a sign of it. */
export function cutCells(text: string, cells: number): string {
  return cellsOf(text) <= cells ? text : `${fitCells(text, Math.max(cells - 1, 0))}…`;
}

/** A text with spaces behind it, so that it takes so many cells at least. */
export function padCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(cells - cellsOf(text), 0));
}
