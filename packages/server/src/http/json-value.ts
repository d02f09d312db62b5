import { toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';

/**
 * A CBOR value as JSON for people and clients: byte strings as lower-case hexadecimal, integers above 2^53 as decimal
 * strings. The exact bytes are in the statement; this is a view of them.
 */
export function toJsonValue(value: CborValue): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map((item: CborValue) => toJsonValue(item));
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as ReadonlyMap<unknown, CborValue>)].map(([key, item]) => [
        String(key),
        toJsonValue(item),
      ]),
    );
  }
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, CborValue>>).map(([key, item]) => [
      key,
      toJsonValue(item),
    ]),
  );
}

/** RFC 3339 in UTC with milliseconds. */
export function toTimeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
