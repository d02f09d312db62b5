/** Deepest nesting read: a certificate has about ten levels, and no reader may run out of stack. */
export const DER_DEPTH_MAX = 24;

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const NULL = 0x05;
const OBJECT_IDENTIFIER = 0x06;
const ENUMERATED = 0x0a;
const SEQUENCE = 0x10;
const SET = 0x11;
const CONSTRUCTED = 0x20;
const UNIVERSAL_MASK = 0xc0;
const NUMBER_MASK = 0x1f;

/**
 * Whether `bytes` are one element in DER (X.690 §10–11) and nothing else: definite and shortest lengths, one form for each
 * boolean and integer, strings in one piece, bounded depth. Libraries read BER as well; what is signed, stored and judged
 * by every node has one encoding only.
 */
export function isStrictDer(bytes: Uint8Array): boolean {
  return elementEnd(bytes, 0, bytes.length, 0) === bytes.length;
}

/** Where the element that begins at `start` ends, or undefined when it is none or reaches beyond `limit`. */
function elementEnd(
  bytes: Uint8Array,
  start: number,
  limit: number,
  depth: number,
): number | undefined {
  if (depth > DER_DEPTH_MAX || start + 2 > limit) return undefined;
  const tag = bytes[start] ?? 0;
  // Numbers from 31 on take more bytes; certificates have none.
  if ((tag & NUMBER_MASK) === NUMBER_MASK) return undefined;
  const body = bodyOf(bytes, start + 1, limit);
  if (body === undefined) return undefined;
  const { from, to } = body;
  const isConstructed = (tag & CONSTRUCTED) !== 0;
  if ((tag & UNIVERSAL_MASK) === 0 && !isUniversal(bytes, tag, from, to)) return undefined;
  if (!isConstructed) return to;
  let at = from;
  while (at < to) {
    const end = elementEnd(bytes, at, to, depth + 1);
    if (end === undefined) return undefined;
    at = end;
  }
  return to;
}

function bodyOf(
  bytes: Uint8Array,
  at: number,
  limit: number,
): { readonly from: number; readonly to: number } | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return within(at + 1, first, limit);
  const count = first - 0x80;
  if (count === 0 || count > 3 || at + 1 + count > limit) return undefined;
  let size = 0;
  for (let i = 0; i < count; i++) size = size * 256 + (bytes[at + 1 + i] ?? 0);
  const least = count === 1 ? 0x80 : 256 ** (count - 1);
  return size < least ? undefined : within(at + 1 + count, size, limit);
}

function within(
  from: number,
  size: number,
  limit: number,
): { readonly from: number; readonly to: number } | undefined {
  const to = from + size;
  return to > limit ? undefined : { from, to };
}

/** Whether the body suits a universal tag. */
function isUniversal(bytes: Uint8Array, tag: number, from: number, to: number): boolean {
  const number = tag & NUMBER_MASK;
  const isConstructed = (tag & CONSTRUCTED) !== 0;
  if (number === SEQUENCE || number === SET) return isConstructed;
  if (isConstructed) return false;
  const size = to - from;
  const first = bytes[from] ?? 0;
  const second = bytes[from + 1] ?? 0;
  switch (number) {
    case BOOLEAN:
      return size === 1 && (first === 0 || first === 0xff);
    case INTEGER:
    case ENUMERATED:
      if (size === 0) return false;
      // The first nine bits are not all alike (X.690 §8.3.2).
      return size === 1 || !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
    case BIT_STRING:
      return isBitString(bytes, from, to);
    case NULL:
      return size === 0;
    case OBJECT_IDENTIFIER:
      return isObjectIdentifier(bytes, from, to);
    default:
      return number !== 0;
  }
}

/** Unused bits are 0 to 7 and are zero (X.690 §11.2.1). */
function isBitString(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to) return false;
  const unused = bytes[from] ?? 0;
  if (unused > 7 || (unused > 0 && to - from < 2)) return false;
  return ((bytes[to - 1] ?? 0) & ((1 << unused) - 1)) === 0 || unused === 0;
}

/** Whole, and each number without leading zeros (X.690 §8.19.2). */
function isObjectIdentifier(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to || (bytes[to - 1] ?? 0x80) >= 0x80) return false;
  let begins = true;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (begins && byte === 0x80) return false;
    begins = byte < 0x80;
  }
  return true;
}
