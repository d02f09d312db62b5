import type { CborValue } from '@hefu/bytes';

/** Nesting of a value that goes to or comes from a contract: what the CBOR decoder allows. */
const DEPTH_MAX = 32;

/** Whether `value` is what a CBOR map decodes to. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A deeply frozen copy that shares nothing with `value`. Each property is read once; fields that are
 * undefined are left out, since CBOR has no undefined; −0 becomes 0. Byte strings, which can't be
 * frozen, are copied. Throws TypeError for what is not plain data: functions, promises, classes,
 * holes, cycles.
 */
export function frozenCopy(value: unknown): CborValue {
  return copy(value, DEPTH_MAX);
}

function copy(value: unknown, depth: number): CborValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return value === 0 ? 0 : value;
    case 'object':
      break;
    default:
      throw new TypeError(`${typeof value} is not plain data`);
  }
  if (value === null) return null;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (depth === 0) throw new TypeError('nested too deeply');
  if (Array.isArray(value)) {
    const items: CborValue[] = [];
    for (let i = 0; i < value.length; i++) items.push(copy(value[i], depth - 1));
    return Object.freeze(items);
  }
  if (!isPlainObject(value)) throw new TypeError('an object with a class is not plain data');
  const fields: Record<string, CborValue> = {};
  for (const name of Object.keys(value)) {
    if (name === '__proto__') throw new TypeError('a field named __proto__');
    const field = value[name];
    if (field !== undefined) fields[name] = copy(field, depth - 1);
  }
  return Object.freeze(fields);
}

/** Freezes what was decoded just now and belongs to nobody else; byte strings stay as they are. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) deepFreeze(value[i]);
  } else {
    const fields = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(fields)) deepFreeze(fields[name]);
  }
  return Object.freeze(value);
}
