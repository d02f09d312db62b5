import { CborTagged, fromHex, toHex } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import type { CborJson } from './vector-types.ts';

/** The bytes of hexadecimal text in a vector file. Throws when it is not: the file is broken. */
export function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError(`not hexadecimal: ${hex}`);
  return bytes;
}

/** The value that a vector file's JSON stands for. */
export function cborOfJson(json: CborJson): CborValue {
  if (json === null || typeof json === 'boolean') return json;
  if ('int' in json) {
    const value = BigInt(json.int);
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }
  if ('text' in json) return json.text;
  if ('bytes' in json) return bytesOf(json.bytes);
  if ('array' in json) return json.array.map(cborOfJson);
  if ('tag' in json) return new CborTagged(json.tag, cborOfJson(json.value));
  const map = new Map<CborKey, CborValue>();
  for (const [key, value] of json.map) map.set(cborOfJson(key) as CborKey, cborOfJson(value));
  return map;
}

/** A value as a vector file's JSON. */
export function jsonOfCbor(value: CborValue): CborJson {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return { int: value.toString() };
  if (typeof value === 'string') return { text: value };
  if (value instanceof Uint8Array) return { bytes: toHex(value) };
  if (value instanceof CborTagged) return { tag: value.tag, value: jsonOfCbor(value.value) };
  if (Array.isArray(value)) return { array: value.map(jsonOfCbor) };
  const entries: Iterable<[CborKey, CborValue]> =
    value instanceof Map ? value.entries() : Object.entries(value);
  return { map: [...entries].map(([key, item]) => [jsonOfCbor(key), jsonOfCbor(item)]) };
}
