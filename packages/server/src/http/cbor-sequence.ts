/** Items in one body; a body of a thousand statements is what a client sends at most. */
export const BATCH_STATEMENTS_MAX = 1_000;

export type SequenceSplit =
  | { readonly ok: true; readonly items: readonly Uint8Array[] }
  | { readonly ok: false; readonly code: 'batch-malformed' | 'batch-too-large' | 'batch-empty' };

/**
 * Splits a CBOR Sequence (RFC 8742) into the bytes of its items, which are views into `bytes`. Only where items end is
 * looked at; each is judged by whoever reads it. Items of indefinite length are refused: no statement has any.
 */
export function splitSequence(bytes: Uint8Array): SequenceSplit {
  const items: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (items.length === BATCH_STATEMENTS_MAX) return { ok: false, code: 'batch-too-large' };
    const end = itemEnd(bytes, offset);
    if (end === undefined) return { ok: false, code: 'batch-malformed' };
    items.push(bytes.subarray(offset, end));
    offset = end;
  }
  return items.length === 0 ? { ok: false, code: 'batch-empty' } : { ok: true, items };
}

const MAJOR_BYTES = 2;
const MAJOR_TEXT = 3;
const MAJOR_ARRAY = 4;
const MAJOR_MAP = 5;
const MAJOR_TAG = 6;

/**
 * Offset behind the item at `offset`; undefined when it is not well-formed or breaks off. Counts the items still to
 * come instead of descending, so that nesting costs nothing; each turn consumes at least one byte.
 */
function itemEnd(bytes: Uint8Array, offset: number): number | undefined {
  let at = offset;
  let pending = 1;
  while (pending > 0) {
    if (pending > bytes.length - at) return undefined;
    const head = bytes[at] ?? 0;
    const argumentBytes = argumentSize(head & 0x1f);
    if (argumentBytes === undefined || at + 1 + argumentBytes > bytes.length) return undefined;
    const argument = argumentBytes === 0 ? head & 0x1f : readArgument(bytes, at + 1, argumentBytes);
    at += 1 + argumentBytes;
    pending -= 1;
    const major = head >> 5;
    if (major === MAJOR_BYTES || major === MAJOR_TEXT) at += argument;
    else if (major === MAJOR_ARRAY) pending += argument;
    else if (major === MAJOR_MAP) pending += 2 * argument;
    else if (major === MAJOR_TAG) pending += 1;
    if (at > bytes.length) return undefined;
  }
  return at;
}

/** Bytes behind the head (RFC 8949 §3); undefined for the reserved values and for indefinite length. */
function argumentSize(additional: number): number | undefined {
  if (additional < 24) return 0;
  return additional < 28 ? 1 << (additional - 24) : undefined;
}

function readArgument(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}
