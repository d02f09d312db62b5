/**
 * Text formats of the kit over UTF-8 bytes, so that an item can be checked without making strings:
 * `line` and `media-type` of its named formats. A property test holds them to those.
 */

/** Where bytes stop being what they should be. */
const NOWHERE = -1;

const FIRST_PRINTABLE = 0x20;
const DELETE = 0x7f;
/** Lead bytes of two, three and four byte sequences begin here (RFC 3629 §3). */
const LEAD_2 = 0xc2;
const LEAD_3 = 0xe0;
const LEAD_4 = 0xf0;
const LEAD_END = 0xf5;

/**
 * `to` when `bytes[from, to)` are well-formed UTF-8 of 1 to `lengthMax` UTF-16 code units in the
 * format `line`; -1 otherwise.
 */
export function lineEnd(bytes: Uint8Array, from: number, to: number, lengthMax: number): number {
  let units = 0;
  let at = from;
  while (at < to) {
    const lead = bytes[at] as number;
    if (lead < 0x80) {
      if (lead < FIRST_PRINTABLE || lead === DELETE) return NOWHERE;
      at++;
      units++;
      continue;
    }
    const size = lead < LEAD_2 || lead >= LEAD_END ? 0 : lead < LEAD_3 ? 2 : lead < LEAD_4 ? 3 : 4;
    if (size === 0 || at + size > to) return NOWHERE;
    const code = codePoint(bytes, at, size, lead);
    if (code === NOWHERE || isForbiddenInLine(code)) return NOWHERE;
    at += size;
    units += size === 4 ? 2 : 1;
  }
  return units >= 1 && units <= lengthMax ? at : NOWHERE;
}

/** The code point of a sequence of 2 to 4 bytes; -1 when it is overlong, a surrogate or cut. */
function codePoint(bytes: Uint8Array, at: number, size: number, lead: number): number {
  let code = lead & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const next = bytes[at + i] as number;
    if ((next & 0xc0) !== 0x80) return NOWHERE;
    code = (code << 6) | (next & 0x3f);
  }
  if (size === 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return NOWHERE;
  if (size === 4 && (code < 0x1_0000 || code > 0x10_ffff)) return NOWHERE;
  return code;
}

/** C1 controls, line and paragraph separators, and the marks that turn writing around. */
function isForbiddenInLine(code: number): boolean {
  if (code <= 0x9f) return true;
  if (code < 0x2028 || code > 0x2069) return false;
  return code <= 0x2029 || (code >= 0x202a && code <= 0x202e) || code >= 0x2066;
}

const ALPHANUMERIC = 1;
const RESTRICTED = 2;
/** What each byte may be in a media type: RFC 6838 §4.2 `restricted-name`, lower case only. */
const MEDIA_CLASSES = classTable();

function classTable(): Uint8Array {
  const classes = new Uint8Array(256);
  for (const letter of 'abcdefghijklmnopqrstuvwxyz0123456789') {
    classes[letter.charCodeAt(0)] = ALPHANUMERIC | RESTRICTED;
  }
  for (const letter of '!#$&^_.+-') classes[letter.charCodeAt(0)] = RESTRICTED;
  return classes;
}

const SLASH = 0x2f;
/** Longest name before the slash, and after it, in the format `media-type`. */
const TYPE_LENGTH_MAX = 64;
const SUBTYPE_LENGTH_MAX = 127;

/** `to` when `bytes[from, to)` are in the format `media-type`; -1 otherwise. */
export function mediaTypeEnd(bytes: Uint8Array, from: number, to: number): number {
  const slash = restrictedNameEnd(bytes, from, Math.min(to, from + TYPE_LENGTH_MAX));
  if (slash === NOWHERE || slash >= to || bytes[slash] !== SLASH) return NOWHERE;
  if (to - slash - 1 > SUBTYPE_LENGTH_MAX) return NOWHERE;
  return restrictedNameEnd(bytes, slash + 1, to) === to ? to : NOWHERE;
}

/** Where a name that begins at `from` ends; -1 when none does. */
function restrictedNameEnd(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return NOWHERE;
  if (((MEDIA_CLASSES[bytes[from] as number] as number) & ALPHANUMERIC) === 0) return NOWHERE;
  let at = from + 1;
  while (at < to && ((MEDIA_CLASSES[bytes[at] as number] as number) & RESTRICTED) !== 0) at++;
  return at;
}
