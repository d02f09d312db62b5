import * as z from 'zod';
import { textFormats } from './formats.ts';
import type { TextFormatName } from './formats.ts';

/** Bounds in bytes, both included. */
export interface BytesBounds {
  readonly min: number;
  readonly max: number;
}

// What extraction recognises: zod keeps the function through describe, meta and optional.
const bytesChecks = new WeakMap<object, BytesBounds>();
const recordChecks = new WeakMap<object, number>();

/** A byte string; `bytes({length: 32})` for a digest. */
export function bytes(
  bounds: { readonly min?: number; readonly max: number } | { readonly length: number },
): z.ZodCustom<Uint8Array, Uint8Array> {
  const min = 'length' in bounds ? bounds.length : (bounds.min ?? 0);
  const max = 'length' in bounds ? bounds.length : bounds.max;
  const check = (value: unknown): boolean =>
    value instanceof Uint8Array && value.length >= min && value.length <= max;
  bytesChecks.set(check, { min, max });
  return z.custom<Uint8Array>(check, { error: 'bytes' });
}

/** A map from texts to values with at most `max` fields. */
export function record<K extends z.ZodString, V extends z.ZodType>(
  key: K,
  value: V,
  bounds: { readonly max: number },
): z.ZodRecord<K, V> {
  const check = (map: object): boolean => Object.keys(map).length <= bounds.max;
  recordChecks.set(check, bounds.max);
  return z.record(key, value).refine(check, { error: 'record' });
}

/** The bounds of a check that {@link bytes} made, or undefined. */
export function bytesBoundsOf(check: unknown): BytesBounds | undefined {
  return typeof check === 'function' ? bytesChecks.get(check) : undefined;
}

/** The bound of a check that {@link record} made, or undefined. */
export function recordBoundOf(check: unknown): number | undefined {
  return typeof check === 'function' ? recordChecks.get(check) : undefined;
}

const formatted = (name: TextFormatName): z.ZodString =>
  z.string().regex(textFormats[name].pattern);

/** Texts of the named formats (formats.ts). Lengths are in UTF-16 code units. */
export const text = {
  chainId: (): z.ZodString => formatted('chain-id'),
  organisationId: (): z.ZodString => formatted('organisation-id'),
  memberName: (): z.ZodString => formatted('member-name'),
  memberId: (): z.ZodString => formatted('member-id'),
  name: (): z.ZodString => formatted('name'),
  kebabName: (max = 40): z.ZodString => formatted('kebab-name').max(max),
  identifier: (): z.ZodString => formatted('identifier'),
  hex: (max: number): z.ZodString => formatted('hex').max(max),
  hex32: (): z.ZodString => formatted('hex32'),
  uuid: (): z.ZodString => formatted('uuid'),
  decimal: (): z.ZodString => formatted('decimal'),
  whole: (): z.ZodString => formatted('whole'),
  date: (): z.ZodString => formatted('date'),
  currency: (): z.ZodString => formatted('currency'),
  country: (): z.ZodString => formatted('country'),
  language: (): z.ZodString => formatted('language'),
  mediaType: (): z.ZodString => formatted('media-type'),
  uri: (): z.ZodString => formatted('uri'),
  line: (max: number, min = 1): z.ZodString => formatted('line').min(min).max(max),
  lines: (max: number, min = 0): z.ZodString => formatted('lines').min(min).max(max),
} as const;

/** Latest time a schema takes: the last millisecond that ECMAScript dates know. */
const TIME_MAX_MS = 8_640_000_000_000_000;

/** Milliseconds UTC since 1970. */
export function timeMs(): z.ZodInt {
  return z.int().min(0).max(TIME_MAX_MS);
}

/** Organisations that one field of readers may name. */
export const READERS_ORGANISATIONS_MAX = 64;

/** The value of a field that `readers.field` names. */
export function readersSchema(): z.ZodUnion<
  readonly [z.ZodEnum<{ public: 'public'; consortium: 'consortium' }>, z.ZodArray<z.ZodString>]
> {
  return z.union([
    z.enum(['public', 'consortium']),
    z.array(text.organisationId()).max(READERS_ORGANISATIONS_MAX),
  ]);
}
