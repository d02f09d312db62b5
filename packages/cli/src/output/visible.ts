/** Controls of a terminal, line breaks among them, and what turns the direction of writing: a file may be called by any of them. */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\uFEFF]/gu;

/** Text from elsewhere as it is shown: what would steer the terminal is written out, as in `\u001b`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Ideographs, kana, Hangul, full-width forms and pictures: a terminal draws them two cells wide (Unicode UAX #11). */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;

/** The beginning of a text that fits into so many cells of a terminal. */
export function fitCells(text: string, cells: number): string {
  let end = 0;
  let used = 0;
  for (const character of text) {
    used += WIDE.test(character) ? 2 : 1;
    if (used > cells) break;
    end += character.length;
  }
  return text.slice(0, end);
}
