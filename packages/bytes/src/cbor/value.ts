/** Keys that a map may have: integers and text. */
export type CborKey = number | bigint | string;

/**
 * What the deterministic profile can carry. Integers within ±(2^53 − 1) are numbers, the rest of
 * −2^64 … 2^64 − 1 are bigints. There are no floats and no undefined.
 */
export type CborValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | CborTagged
  | readonly CborValue[]
  | ReadonlyMap<CborKey, CborValue>
  | { readonly [key: string]: CborValue };

/** A tagged item (RFC 8949 §3.4). Tags 2 and 3, bignums, are outside the profile. */
export class CborTagged {
  readonly tag: number;
  readonly value: CborValue;

  constructor(tag: number, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

/** Nesting that decoders allow unless told otherwise. Arrays, maps and tags each count one. */
export const CBOR_DEPTH_DEFAULT = 32;
/** Nesting that nobody may ask for more of, so that recursion never nears an engine's stack. */
export const CBOR_DEPTH_MAX = 256;

/** Bignum tags: a second form of integers that have a plain one, hence refused. */
export const TAG_BIGNUM_POSITIVE = 2;
export const TAG_BIGNUM_NEGATIVE = 3;

/** Why bytes are not a value of the profile. */
export type CborErrorCode =
  /** Cut short, a reserved head, or a length beyond the end. */
  | 'cbor-malformed'
  /** A whole item, then more bytes. */
  | 'cbor-trailing-bytes'
  /** A longer head than needed, an indefinite length, or map keys out of order. */
  | 'cbor-not-canonical'
  /** The same key twice in a map. */
  | 'cbor-duplicate-key'
  /** Nested beyond the limit given. */
  | 'cbor-too-deep'
  /** A floating-point number. */
  | 'cbor-float'
  /** undefined or another simple value but false, true and null. */
  | 'cbor-simple-value'
  /** A tag where tags are not allowed, or a bignum. */
  | 'cbor-tag'
  /** A key that is neither an integer nor text; not text where objects are asked for; `__proto__`. */
  | 'cbor-bad-key'
  /** Text that is not well-formed UTF-8. */
  | 'cbor-bad-text';
