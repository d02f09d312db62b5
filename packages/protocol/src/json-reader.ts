import { fromBase64, fromHex } from '@hefu/bytes';
import { HASH_BYTES } from '@hefu/crypto/algorithm';

/** Fields of an object that was read; absent ones are undefined. */
export interface JsonObject {
  readonly [name: string]: unknown;
}

const NOTHING: JsonObject = Object.freeze({});
const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Reads a JSON document whose every part has one form. The first fault is kept, as a pointer (RFC
 * 6901), and from then on empty values are given back, so that a reader is written without branches
 * and asks once, at the end, whether all was well.
 */
export class JsonReader {
  /** Where the first fault is; undefined while there is none. */
  fault: string | undefined;

  fail(pointer: string): void {
    this.fault ??= pointer;
  }

  /** An object with all of `required`, any of `optional`, and nothing else. */
  object(
    value: unknown,
    pointer: string,
    required: readonly string[],
    optional: readonly string[] = [],
  ): JsonObject {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fail(pointer);
      return NOTHING;
    }
    const fields = value as JsonObject;
    for (const name of required) if (!Object.hasOwn(fields, name)) this.fail(`${pointer}/${name}`);
    for (const name of Object.keys(fields)) {
      if (!required.includes(name) && !optional.includes(name)) this.fail(`${pointer}/${name}`);
    }
    return fields;
  }

  array(value: unknown, pointer: string, itemsMax: number): readonly unknown[] {
    if (Array.isArray(value) && value.length <= itemsMax) return value as readonly unknown[];
    this.fail(pointer);
    return [];
  }

  text(value: unknown, pointer: string, lengthMax: number): string {
    if (typeof value === 'string' && value.length <= lengthMax) return value;
    this.fail(pointer);
    return '';
  }

  /** An integer from `min` to 2^53 − 1. */
  integer(value: unknown, pointer: string, min: number = 0): number {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
    this.fail(pointer);
    return min;
  }

  /** Padded base64 of at most `lengthMax` characters. */
  base64(value: unknown, pointer: string, lengthMax: number): Uint8Array {
    const bytes = fromBase64(this.text(value, pointer, lengthMax));
    if (bytes !== undefined) return bytes;
    this.fail(pointer);
    return NO_BYTES;
  }

  /** Lower-case hex of a digest. */
  digest(value: unknown, pointer: string): Uint8Array {
    const bytes = fromHex(this.text(value, pointer, 2 * HASH_BYTES));
    if (bytes?.length === HASH_BYTES) return bytes;
    this.fail(pointer);
    return NO_BYTES;
  }

  /** An array of digests. */
  digests(value: unknown, pointer: string, itemsMax: number): readonly Uint8Array[] {
    return this.array(value, pointer, itemsMax).map((item, i) =>
      this.digest(item, `${pointer}/${i}`),
    );
  }

  /** One of `values`. */
  oneOf<T extends string>(value: unknown, pointer: string, values: readonly [T, ...T[]]): T {
    const found = values.find((name) => name === value);
    if (found !== undefined) return found;
    this.fail(pointer);
    return values[0];
  }
}
