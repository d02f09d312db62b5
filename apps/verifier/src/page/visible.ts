/** Longest text from a receipt that is shown whole. */
export const SHOWN_CHARS_MAX = 400;

/** Controls, what turns the direction of writing, and what takes no room: a name may hold any of them. */
const HIDDEN =
  /[\p{Cc}\p{Bidi_Control}\p{Cs}\p{Co}\u00AD\u180E\u200B\u2028\u2029\u2060-\u2064\uFEFF]/gu;

/** Text from a document as it is shown: what would be unseen, or would change what is seen, is written out. */
export function visible(text: string): string {
  const cut = text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
  return cut.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16).padStart(4, '0')}}`;
  });
}
