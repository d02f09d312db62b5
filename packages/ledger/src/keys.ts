import { concatBytes, readU64be, u16be, u64be, utf8Decode, utf8Encode } from '@hefu/bytes';

/** How each table is keyed. Keys begin with a number that grows, so that a block's writes are neighbours on disk. */

const SEPARATOR = Uint8Array.of(0);
const DUE_BY_TIME = Uint8Array.of(0);
const DUE_BY_ID = Uint8Array.of(1);

/** Key of everything that is numbered: log indexes and heights. */
export function numberKey(value: number): Uint8Array {
  return u64be(value);
}

/** The number in a key that `numberKey` made. */
export function numberOfKey(key: Uint8Array): number {
  const value = readU64be(key);
  if (value === undefined) throw new Error('a numbered key holds no number');
  return value;
}

/** Key of a hash tile: level, then tile number. */
export function tileKey(level: number, index: number): Uint8Array {
  return concatBytes(Uint8Array.of(level), u64be(index));
}

/** Key of a checkpoint: log size, then height, so that the lines signed anew on an idle chain come last. */
export function checkpointKey(size: number, height: number): Uint8Array {
  return concatBytes(u64be(size), u64be(height));
}

/** Everything that has `value` under a declared index; the rows' own keys follow. */
export function indexPrefix(
  contract: string,
  collection: string,
  index: string,
  value: string,
): Uint8Array {
  const bytes = utf8Encode(value);
  return concatBytes(
    utf8Encode(`${contract}\0${collection}\0${index}\0`),
    u16be(bytes.length),
    bytes,
  );
}

/** Scheduled effects in the order in which they fall due. */
export function dueKey(timeMs: number, contract: string, id: string): Uint8Array {
  return concatBytes(DUE_BY_TIME, u64be(timeMs), utf8Encode(contract), SEPARATOR, utf8Encode(id));
}

/** Where the time of a scheduled effect stands, so that it can be cancelled by its id. */
export function dueIdKey(contract: string, id: string): Uint8Array {
  return concatBytes(DUE_BY_ID, utf8Encode(contract), SEPARATOR, utf8Encode(id));
}

/** First key after all effects due at or before `timeMs`. */
export function dueEnd(timeMs: number): Uint8Array {
  return concatBytes(DUE_BY_TIME, u64be(timeMs + 1));
}

/** First key of the effects by time. */
export const DUE_START = DUE_BY_TIME;

/** Time, contract and id in a key that `dueKey` made. */
export function parseDueKey(key: Uint8Array): { timeMs: number; contract: string; id: string } {
  const timeMs = readU64be(key, 1);
  const text = utf8Decode(key.subarray(9));
  const split = text?.indexOf('\0') ?? -1;
  if (timeMs === undefined || text === undefined || split < 0) {
    throw new Error('a row of the due table has a malformed key');
  }
  return { timeMs, contract: text.slice(0, split), id: text.slice(split + 1) };
}

/** The end of the range of keys that begin with `prefix`; undefined when there is none (all 0xff). */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const end = prefix.slice(0, length);
  end[length - 1] = (end[length - 1] ?? 0) + 1;
  return end;
}
