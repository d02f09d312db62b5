import { compareBytes } from '../join-compare.ts';
import { shortLivedBytes } from '../short-lived.ts';
import { utf8Encode } from '../utf8.ts';
import { CBOR_DEPTH_MAX, CborTagged, TAG_BIGNUM_NEGATIVE, TAG_BIGNUM_POSITIVE } from './value.ts';
import type { CborKey, CborValue } from './value.ts';

const TWO_POW_32 = 0x1_0000_0000;
const UINT64_MAX = (1n << 64n) - 1n;
/** Room that the shared buffer starts with; nearly every statement fits. */
const BUFFER_BYTES_INITIAL = 16 * 1024;
/** A buffer that one large value made bigger than this is given back after use. */
const BUFFER_BYTES_KEPT_MAX = 1024 * 1024;
/**
 * Text up to this length is written code by code; longer text by the platform's encoder. The hex of a
 * digest, 64, is the commonest text of all, and half as dear this way (measured).
 */
const SHORT_TEXT_LENGTH_MAX = 80;
/** Up to this many keys are sorted by insertion. */
const FEW_KEYS_MAX = 24;
/** No head takes more: one byte and an eight-byte argument. */
const HEAD_BYTES_MAX = 9;

// One buffer for all calls: encoding is synchronous and never calls out.
let buffer: Uint8Array = new Uint8Array(BUFFER_BYTES_INITIAL);
let position = 0;

/**
 * The one deterministic encoding (RFC 8949 §4.2.1) of `value`. Map keys are sorted by their encoded
 * bytes; a plain object is a map with text keys. Throws TypeError for what the profile lacks:
 * floats, undefined, bigints beyond 64 bits, lone surrogates, `__proto__` keys, objects with a
 * class, duplicate keys (1 and 1n), nesting beyond {@link CBOR_DEPTH_MAX}.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  write(value);
  return letGo(buffer.slice(0, position));
}

/** {@link encodeCbor} into {@link shortLivedBytes}: for what is hashed or written and then forgotten. */
export function encodeCborShortLived(value: CborValue): Uint8Array {
  write(value);
  const bytes = shortLivedBytes(position);
  bytes.set(buffer.subarray(0, position));
  return letGo(bytes);
}

/**
 * {@link encodeCbor} for values that come from outside, such as parsed JSON: what the profile lacks
 * is a verdict instead of an error.
 */
export function tryEncodeCbor(
  value: unknown,
):
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: 'cbor-not-encodable' } {
  try {
    return { ok: true, bytes: encodeCbor(value as CborValue) };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, code: 'cbor-not-encodable' };
    throw error;
  }
}

function write(value: CborValue): void {
  position = 0;
  try {
    writeItem(value, CBOR_DEPTH_MAX);
  } catch (error) {
    letGo(buffer);
    throw error;
  }
}

/** Gives back a buffer that one large value made big. */
function letGo<T>(result: T): T {
  if (buffer.length > BUFFER_BYTES_KEPT_MAX) buffer = new Uint8Array(BUFFER_BYTES_INITIAL);
  return result;
}

function reserve(size: number): void {
  if (position + size <= buffer.length) return;
  const larger = new Uint8Array(Math.max(buffer.length * 2, position + size));
  larger.set(buffer.subarray(0, position));
  buffer = larger;
}

function writeItem(value: CborValue, depth: number): void {
  switch (typeof value) {
    case 'number':
      return writeInteger(value);
    case 'string':
      return writeText(value);
    case 'boolean':
      reserve(1);
      buffer[position++] = value ? 0xf5 : 0xf4;
      return;
    case 'bigint':
      return writeBigint(value);
    case 'object':
      break;
    default:
      throw new TypeError(`no CBOR form for ${typeof value}`);
  }
  if (value === null) {
    reserve(1);
    buffer[position++] = 0xf6;
    return;
  }
  if (value instanceof Uint8Array) return writeBytes(value);
  if (depth === 0) throw new TypeError('nested too deeply for CBOR');
  if (Array.isArray(value)) return writeArray(value, depth - 1);
  if (value instanceof Map) return writeMap(value, depth - 1);
  if (value instanceof CborTagged) return writeTagged(value, depth - 1);
  writeObject(value as { readonly [key: string]: CborValue }, depth - 1);
}

function writeHead(major: number, argument: number): void {
  reserve(HEAD_BYTES_MAX);
  const top = major << 5;
  if (argument < 24) {
    buffer[position++] = top | argument;
  } else if (argument <= 0xff) {
    buffer[position++] = top | 24;
    buffer[position++] = argument;
  } else if (argument <= 0xffff) {
    buffer[position++] = top | 25;
    buffer[position++] = argument >>> 8;
    buffer[position++] = argument;
  } else if (argument <= 0xffff_ffff) {
    buffer[position++] = top | 26;
    writeWord(argument);
  } else {
    buffer[position++] = top | 27;
    writeWord(Math.floor(argument / TWO_POW_32));
    writeWord(argument % TWO_POW_32);
  }
}

function writeWord(word: number): void {
  buffer[position++] = word >>> 24;
  buffer[position++] = word >>> 16;
  buffer[position++] = word >>> 8;
  buffer[position++] = word;
}

function writeInteger(value: number): void {
  if (!Number.isSafeInteger(value)) throw new TypeError(`no CBOR form for the number ${value}`);
  if (value >= 0) writeHead(0, value);
  else writeHead(1, -1 - value);
}

function writeBigint(value: bigint): void {
  const argument = value >= 0n ? value : -1n - value;
  if (argument > UINT64_MAX) throw new TypeError('no CBOR form for an integer beyond 64 bits');
  const major = value >= 0n ? 0 : 1;
  if (argument <= BigInt(Number.MAX_SAFE_INTEGER)) return writeHead(major, Number(argument));
  reserve(HEAD_BYTES_MAX);
  buffer[position++] = (major << 5) | 27;
  writeWord(Number(argument >> 32n));
  writeWord(Number(argument & 0xffff_ffffn));
}

function writeBytes(bytes: Uint8Array): void {
  writeHead(2, bytes.length);
  reserve(bytes.length);
  buffer.set(bytes, position);
  position += bytes.length;
}

function writeText(text: string): void {
  if (text.length <= SHORT_TEXT_LENGTH_MAX && writeShortAscii(text)) return;
  const bytes = utf8Encode(text);
  writeHead(3, bytes.length);
  reserve(bytes.length);
  buffer.set(bytes, position);
  position += bytes.length;
}

/** Writes `text` when it is ASCII; else leaves everything as it was and returns false. */
function writeShortAscii(text: string): boolean {
  reserve(HEAD_BYTES_MAX + text.length);
  const start = position;
  writeHead(3, text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) {
      position = start;
      return false;
    }
    buffer[position++] = code;
  }
  return true;
}

function writeArray(items: readonly CborValue[], depth: number): void {
  writeHead(4, items.length);
  for (let i = 0; i < items.length; i++) writeItem(items[i] as CborValue, depth);
}

function writeTagged(tagged: CborTagged, depth: number): void {
  const { tag, value } = tagged;
  if (!Number.isSafeInteger(tag) || tag < 0) throw new TypeError(`no CBOR tag ${tag}`);
  if (tag === TAG_BIGNUM_POSITIVE || tag === TAG_BIGNUM_NEGATIVE) {
    throw new TypeError('bignum tags are outside the profile');
  }
  writeHead(6, tag);
  writeItem(value, depth);
}

function writeObject(object: { readonly [key: string]: CborValue }, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('no CBOR form for an object with a class');
  }
  const keys = sortTextKeys(Object.keys(object));
  writeHead(5, keys.length);
  for (const key of keys) {
    if (key === '__proto__') throw new TypeError('no CBOR form for the key __proto__');
    writeText(key);
    writeItem(object[key] as CborValue, depth);
  }
}

function writeMap(map: ReadonlyMap<CborKey, CborValue>, depth: number): void {
  writeHead(5, map.size);
  const entries: { readonly key: Uint8Array; readonly value: CborValue }[] = [];
  for (const [key, value] of map) {
    const start = position;
    if (typeof key === 'number') writeInteger(key);
    else if (typeof key === 'string') writeText(key);
    else if (typeof key === 'bigint') writeBigint(key);
    else throw new TypeError('CBOR map keys are integers or text');
    entries.push({ key: buffer.slice(start, position), value });
    position = start;
  }
  entries.sort((a, b) => compareBytes(a.key, b.key));
  let previous: Uint8Array | undefined;
  for (const { key, value } of entries) {
    if (previous !== undefined && compareBytes(previous, key) === 0) {
      throw new TypeError('the same CBOR map key twice');
    }
    previous = key;
    reserve(key.length);
    buffer.set(key, position);
    position += key.length;
    writeItem(value, depth);
  }
}

/**
 * Sorts text keys as their encoded forms sort: by size in UTF-8, since the size is in the head, then
 * by bytes. For ASCII keys that is length, then code units.
 */
function sortTextKeys(keys: string[]): string[] {
  if (keys.length < 2) return keys;
  if (keys.length <= FEW_KEYS_MAX) {
    if (sortFewAscii(keys)) return keys;
  } else if (keys.every(isAscii)) {
    return keys.toSorted(compareAscii);
  }
  const encoded = keys.map((key) => ({ key, bytes: utf8Encode(key) }));
  encoded.sort((a, b) => a.bytes.length - b.bytes.length || compareBytes(a.bytes, b.bytes));
  return encoded.map((entry) => entry.key);
}

/**
 * Sorts ASCII keys in their own array; false when one is not ASCII. By insertion, because records have few
 * fields, often in order already, and the general sort allocates more than all the rest of encoding them (measured).
 */
function sortFewAscii(keys: string[]): boolean {
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (!isAscii(key)) return false;
    let at = i;
    for (; at > 0 && compareAscii(keys[at - 1] as string, key) > 0; at--) {
      keys[at] = keys[at - 1] as string;
    }
    keys[at] = key;
  }
  return true;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

function compareAscii(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
