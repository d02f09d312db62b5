import { asciiText } from '../ascii.ts';
import { concatBytes } from '../join-compare.ts';
import { asPlainBytes } from '../native-buffer.ts';
import { utf8Decode } from '../utf8.ts';
import {
  CBOR_DEPTH_DEFAULT,
  CBOR_DEPTH_MAX,
  CborTagged,
  TAG_BIGNUM_NEGATIVE,
  TAG_BIGNUM_POSITIVE,
} from './value.ts';
import type { CborErrorCode, CborKey, CborValue } from './value.ts';

/** How to decode. */
export interface CborDecodeOptions {
  /** `map` gives a Map for each map; `object` a plain object, and refuses keys but text. */
  readonly maps: 'map' | 'object';
  /** Nesting allowed, at most {@link CBOR_DEPTH_MAX}; 32 unless given. */
  readonly maxDepth?: number;
  /** Whether tags are allowed; they come as {@link CborTagged}. Not unless given. */
  readonly tags?: boolean;
  /**
   * Whether byte strings in the result are views of `bytes` instead of copies: for callers who keep
   * `bytes` and never write to it. Copying one of 180 bytes costs as much as all the rest.
   */
  readonly views?: boolean;
  /**
   * Whether encodings that are well-formed but not deterministic are accepted too: long heads,
   * indefinite lengths, unsorted keys. For what others' tools wrote; duplicate keys, floats and
   * simple values stay refused.
   */
  readonly lenient?: boolean;
}

/** A value, or why there is none and where in the bytes that was seen. */
export type CborDecoded =
  | { readonly ok: true; readonly value: CborValue }
  | { readonly ok: false; readonly code: CborErrorCode; readonly offset: number };

const TWO_POW_32 = 0x1_0000_0000;
/** High 32 bits above this make an integer that a number can't hold exactly. */
const SAFE_HIGH_WORD_MAX = 0x1f_ffff;

const MAJOR_UNSIGNED = 0;
const MAJOR_NEGATIVE = 1;
const MAJOR_BYTES = 2;
const MAJOR_TEXT = 3;
const MAJOR_ARRAY = 4;
const MAJOR_MAP = 5;
const MAJOR_TAG = 6;
const BREAK = 0xff;

// The decoder's registers. Decoding is synchronous and never calls out, so one set serves all calls;
// as fields of an object made for each call they cost a quarter of the time of a small statement.
let source: Uint8Array = new Uint8Array(0);
let position = 0;
let end = 0;
let asObjects = false;
let tagsAllowed = false;
let asViews = false;
let lenient = false;
let failure: CborErrorCode | undefined;
let failureOffset = 0;
/** The argument of the last head when it exceeds 2^53 − 1, else undefined. */
let largeArgument: bigint | undefined;

/**
 * Decodes one item of the deterministic profile (RFC 8949 §4.2.1) that fills `bytes` exactly. Only
 * the one encoding that `encodeCbor` gives is accepted (unless `lenient`), so whatever decodes
 * re-encodes to the same bytes. Never throws on any bytes; throws RangeError when `maxDepth` is out of range. Byte strings
 * in the result are copies unless `views` is set.
 */
export function decodeCbor(bytes: Uint8Array, options: CborDecodeOptions): CborDecoded {
  const depth = options.maxDepth ?? CBOR_DEPTH_DEFAULT;
  if (!(depth >= 0 && depth <= CBOR_DEPTH_MAX)) throw new RangeError(`maxDepth ${depth}`);
  source = asPlainBytes(bytes);
  position = 0;
  end = source.length;
  asObjects = options.maps === 'object';
  tagsAllowed = options.tags === true;
  asViews = options.views === true;
  lenient = options.lenient === true;
  failure = undefined;
  const value = readItem(depth);
  if (value !== undefined && position !== end) fail('cbor-trailing-bytes', position);
  source = EMPTY;
  if (failure !== undefined || value === undefined) {
    return { ok: false, code: failure ?? 'cbor-malformed', offset: failureOffset };
  }
  return { ok: true, value };
}

const EMPTY = new Uint8Array(0);

function fail(code: CborErrorCode, offset: number): undefined {
  failure = code;
  failureOffset = offset;
  return undefined;
}

function readItem(depth: number): CborValue | undefined {
  const start = position;
  const initial = source[position];
  if (initial === undefined) return fail('cbor-malformed', start);
  position++;
  const major = initial >> 5;
  const info = initial & 0x1f;
  if (major > MAJOR_TAG) return readSimple(info, start);
  const argument = info < 24 ? info : readArgument(major, info, start);
  if (argument === FAILED) return undefined;
  if (argument === INDEFINITE) return readIndefinite(major, depth, start);
  switch (major) {
    case MAJOR_UNSIGNED:
      return argument === Infinity ? largeArgument : argument;
    case MAJOR_NEGATIVE:
      return negative(argument);
    case MAJOR_BYTES:
      return readBytes(argument, start);
    case MAJOR_TEXT:
      return readText(argument, start);
    case MAJOR_ARRAY:
      return readArray(argument, depth, start);
    case MAJOR_MAP:
      return asObjects ? readObject(argument, depth, start) : readMap(argument, depth, start);
    default:
      return readTagged(argument, depth, start);
  }
}

/** What `readArgument` gives for a failure already noted, and for an indefinite length. */
const FAILED = -1;
const INDEFINITE = -2;

/**
 * The argument that follows a head with `info` ≥ 24. Infinity stands for one that only fits a
 * bigint, then held in `largeArgument`.
 */
function readArgument(major: number, info: number, start: number): number {
  if (info > 27) {
    // 31 is an indefinite length (RFC 8949 §3.2) for strings, arrays and maps; the rest is reserved.
    const indefinite = info === 31 && major >= MAJOR_BYTES && major <= MAJOR_MAP;
    if (indefinite && lenient) return INDEFINITE;
    fail(indefinite ? 'cbor-not-canonical' : 'cbor-malformed', start);
    return FAILED;
  }
  const width = 1 << (info - 24);
  if (end - position < width) {
    fail('cbor-malformed', start);
    return FAILED;
  }
  let value = 0;
  let minimal = false;
  if (width === 1) {
    value = byteAt(position);
    minimal = value >= 24;
  } else if (width === 2) {
    value = byteAt(position) * 256 + byteAt(position + 1);
    minimal = value > 0xff;
  } else if (width === 4) {
    value = wordAt(position);
    minimal = value > 0xffff;
  } else {
    const high = wordAt(position);
    const low = wordAt(position + 4);
    minimal = high !== 0;
    if (high > SAFE_HIGH_WORD_MAX) {
      largeArgument = (BigInt(high) << 32n) | BigInt(low);
      value = Infinity;
    } else {
      value = high * TWO_POW_32 + low;
    }
  }
  position += width;
  if (minimal || lenient) return value;
  fail('cbor-not-canonical', start);
  return FAILED;
}

function byteAt(offset: number): number {
  return source[offset] ?? 0;
}

function wordAt(offset: number): number {
  return (
    byteAt(offset) * 0x100_0000 +
    ((byteAt(offset + 1) << 16) | (byteAt(offset + 2) << 8) | byteAt(offset + 3))
  );
}

function negative(argument: number): CborValue | undefined {
  if (argument === Infinity) return -1n - (largeArgument ?? 0n);
  // −1 − (2^53 − 1) is −2^53, just outside what a number holds safely.
  return argument === Number.MAX_SAFE_INTEGER ? -1n - BigInt(argument) : -1 - argument;
}

function readSimple(info: number, start: number): CborValue | undefined {
  if (info === 20) return false;
  if (info === 21) return true;
  if (info === 22) return null;
  if (info >= 25 && info <= 27) return fail('cbor-float', start);
  if (info > 27) return fail('cbor-malformed', start);
  if (info !== 24) return fail('cbor-simple-value', start);
  const value = source[position];
  // Two-byte simple values below 32 are not well-formed (RFC 8949 §3.3).
  if (value === undefined || value < 32) return fail('cbor-malformed', start);
  return fail('cbor-simple-value', start);
}

function readBytes(size: number, start: number): Uint8Array | undefined {
  if (size > end - position) return fail('cbor-malformed', start);
  const from = position;
  position += size;
  return asViews ? source.subarray(from, position) : source.slice(from, position);
}

function readText(size: number, start: number): string | undefined {
  if (size > end - position) return fail('cbor-malformed', start);
  const from = position;
  position += size;
  for (let i = from; i < position; i++) {
    if (byteAt(i) >= 0x80) {
      return utf8Decode(source.subarray(from, position)) ?? fail('cbor-bad-text', start);
    }
  }
  return asciiText(source, from, position);
}

function readArray(count: number, depth: number, start: number): CborValue[] | undefined {
  if (depth === 0) return fail('cbor-too-deep', start);
  // An item takes a byte at least: a count beyond the bytes left is never allocated for.
  if (count > end - position) return fail('cbor-malformed', start);
  const items: CborValue[] = [];
  for (let i = 0; i !== count; i++) {
    if (count === INDEFINITE && takeBreak()) break;
    const item = readItem(depth - 1);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readMap(count: number, depth: number, start: number): Map<CborKey, CborValue> | undefined {
  if (depth === 0) return fail('cbor-too-deep', start);
  if (count * 2 > end - position) return fail('cbor-malformed', start);
  const map = new Map<CborKey, CborValue>();
  let previousFrom = 0;
  let previousTo = 0;
  for (let i = 0; i !== count; i++) {
    if (count === INDEFINITE && takeBreak()) break;
    const keyFrom = position;
    const key = readKey(keyFrom);
    if (key === undefined) return undefined;
    if (lenient && map.has(key)) return fail('cbor-duplicate-key', keyFrom);
    if (!keyFollows(previousFrom, previousTo, keyFrom)) return undefined;
    previousFrom = keyFrom;
    previousTo = position;
    const value = readItem(depth - 1);
    if (value === undefined) return undefined;
    map.set(key, value);
  }
  return map;
}

function readObject(
  count: number,
  depth: number,
  start: number,
): { [key: string]: CborValue } | undefined {
  if (depth === 0) return fail('cbor-too-deep', start);
  if (count * 2 > end - position) return fail('cbor-malformed', start);
  const object: { [key: string]: CborValue } = {};
  let previousFrom = 0;
  let previousTo = 0;
  for (let i = 0; i !== count; i++) {
    if (count === INDEFINITE && takeBreak()) break;
    const keyFrom = position;
    const key = readKey(keyFrom);
    if (key === undefined) return undefined;
    if (!keyFollows(previousFrom, previousTo, keyFrom)) return undefined;
    // `__proto__` would set the object's prototype instead of a property.
    if (typeof key !== 'string' || key === '__proto__') return fail('cbor-bad-key', keyFrom);
    if (lenient && Object.hasOwn(object, key)) return fail('cbor-duplicate-key', keyFrom);
    previousFrom = keyFrom;
    previousTo = position;
    const value = readItem(depth - 1);
    if (value === undefined) return undefined;
    object[key] = value;
  }
  return object;
}

function readKey(start: number): CborKey | undefined {
  const initial = source[start];
  if (initial === undefined) return fail('cbor-malformed', start);
  const major = initial >> 5;
  if (major !== MAJOR_UNSIGNED && major !== MAJOR_NEGATIVE && major !== MAJOR_TEXT) {
    return fail('cbor-bad-key', start);
  }
  const key = readItem(0);
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return key;
  return undefined;
}

/** Whether the key at [from, position) sorts after the one before it (RFC 8949 §4.2.1). */
function keyFollows(previousFrom: number, previousTo: number, from: number): boolean {
  const sizePrevious = previousTo - previousFrom;
  if (sizePrevious === 0 || lenient) return true;
  const size = position - from;
  const shared = Math.min(sizePrevious, size);
  for (let i = 0; i < shared; i++) {
    const left = byteAt(previousFrom + i);
    const right = byteAt(from + i);
    if (left < right) return true;
    if (left > right) {
      fail('cbor-not-canonical', from);
      return false;
    }
  }
  // Encoded items are self-delimiting: neither can be a prefix of the other, so they are equal.
  fail('cbor-duplicate-key', from);
  return false;
}

function readTagged(tag: number, depth: number, start: number): CborTagged | undefined {
  const bignum = tag === TAG_BIGNUM_POSITIVE || tag === TAG_BIGNUM_NEGATIVE;
  if (!tagsAllowed || bignum || tag === Infinity) return fail('cbor-tag', start);
  if (depth === 0) return fail('cbor-too-deep', start);
  const value = readItem(depth - 1);
  return value === undefined ? undefined : new CborTagged(tag, value);
}

/** Takes the byte that ends an indefinite length, when it is next (RFC 8949 §3.2.1). */
function takeBreak(): boolean {
  if (source[position] !== BREAK) return false;
  position++;
  return true;
}

/** What follows a head of indefinite length; only lenient decoding comes here. */
function readIndefinite(major: number, depth: number, start: number): CborValue | undefined {
  if (major === MAJOR_ARRAY) return readArray(INDEFINITE, depth, start);
  if (major === MAJOR_MAP) {
    return asObjects ? readObject(INDEFINITE, depth, start) : readMap(INDEFINITE, depth, start);
  }
  // A string in chunks, each of the same kind and of definite length (RFC 8949 §3.2.3).
  const chunks: Uint8Array[] = [];
  let text = '';
  while (!takeBreak()) {
    const initial = source[position] ?? BREAK;
    if (initial >> 5 !== major || (initial & 0x1f) === 31) return fail('cbor-malformed', position);
    const chunk = readItem(0);
    if (chunk instanceof Uint8Array) chunks.push(chunk);
    else if (typeof chunk === 'string') text += chunk;
    else return undefined;
  }
  return major === MAJOR_BYTES ? concatBytes(...chunks) : text;
}
