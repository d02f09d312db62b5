import type {
  ArraySchema,
  LiteralValue,
  ObjectSchema,
  RecordSchema,
  SchemaData,
  StringSchema,
  UnionSchema,
} from './data.ts';
import { explainFaults } from './explain.ts';
import type { SchemaVerdict } from './fault.ts';
import { textFormat } from './formats.ts';
import { isPlainObject } from '../plain.ts';

/** Whether a value fits: no allocation, no fault told. */
export type SchemaTest = (value: unknown) => boolean;

const FITS: SchemaVerdict = Object.freeze({ ok: true });

/**
 * A native validator. Values are what the CBOR decoder gives: null, booleans, safe integers, texts,
 * byte strings, arrays and plain objects. Fitting values cost closures alone; faults, with RFC 6901
 * pointers, are looked for only when there are any.
 */
export function compileValidator(schema: SchemaData): (value: unknown) => SchemaVerdict {
  const test = compileTest(schema);
  return (value) => (test(value) ? FITS : { ok: false, errors: explainFaults(schema, value) });
}

/** The yes-or-no half of {@link compileValidator}. */
export function compileTest(schema: SchemaData): SchemaTest {
  switch (schema.type) {
    case 'string':
      return stringTest(schema);
    case 'integer': {
      const { min, max } = schema;
      return (value) =>
        typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
    }
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'null':
      return (value) => value === null;
    case 'bytes': {
      const { min, max } = schema;
      return (value) => value instanceof Uint8Array && value.length >= min && value.length <= max;
    }
    case 'literal':
      return literalTest(schema.values);
    case 'array':
      return arrayTest(schema);
    case 'tuple': {
      const tests = schema.items.map(compileTest);
      return (value) =>
        Array.isArray(value) &&
        value.length === tests.length &&
        tests.every((test, index) => test(value[index]));
    }
    case 'record':
      return recordTest(schema);
    case 'object':
      return objectTest(schema);
    case 'union':
      return unionTest(schema);
    case 'nullable': {
      const inner = compileTest(schema.inner);
      return (value) => value === null || inner(value);
    }
  }
}

/** Whether any value of the schema can hold byte strings. */
export function holdsBytes(schema: SchemaData): boolean {
  switch (schema.type) {
    case 'bytes':
      return true;
    case 'array':
      return holdsBytes(schema.item);
    case 'tuple':
      return schema.items.some(holdsBytes);
    case 'record':
      return holdsBytes(schema.value);
    case 'object':
      return Object.values(schema.fields).some(holdsBytes);
    case 'union':
      return schema.options.some(holdsBytes);
    case 'nullable':
      return holdsBytes(schema.inner);
    default:
      return false;
  }
}

function stringTest({ min, max, format }: StringSchema): SchemaTest {
  const pattern = format === undefined ? undefined : textFormat(format)?.pattern;
  if (format !== undefined && pattern === undefined) throw new TypeError(`text format ${format}`);
  if (pattern === undefined) {
    return (value) => typeof value === 'string' && value.length >= min && value.length <= max;
  }
  return (value) =>
    typeof value === 'string' && value.length >= min && value.length <= max && pattern.test(value);
}

/** Up to this many values are compared one by one. */
const LITERALS_LINEAR_MAX = 8;

function literalTest(values: readonly LiteralValue[]): SchemaTest {
  if (values.length === 1) {
    const [only] = values;
    return (value) => value === only;
  }
  if (values.length <= LITERALS_LINEAR_MAX) {
    return (value) => (values as readonly unknown[]).includes(value);
  }
  const allowed: ReadonlySet<unknown> = new Set(values);
  return (value) => allowed.has(value);
}

function arrayTest({ item, min, max }: ArraySchema): SchemaTest {
  const test = compileTest(item);
  return (value) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) return false;
    for (let i = 0; i < value.length; i++) if (!test(value[i])) return false;
    return true;
  };
}

function recordTest({ key, value: item, max }: RecordSchema): SchemaTest {
  const testKey = compileTest(key);
  const testItem = compileTest(item);
  return (value) => {
    if (!isPlainObject(value)) return false;
    const names = Object.keys(value);
    if (names.length > max) return false;
    for (const name of names) {
      if (name === '__proto__' || !testKey(name) || !testItem(value[name])) return false;
    }
    return true;
  };
}

interface FieldTest {
  readonly name: string;
  readonly test: SchemaTest;
  readonly optional: boolean;
  /** Whether every object inherits something by this name, which is no field of its own. */
  readonly inherited: boolean;
}

function objectTest({ fields, optional }: ObjectSchema): SchemaTest {
  const tests: readonly FieldTest[] = Object.entries(fields).map(([name, field]) => ({
    name,
    test: compileTest(field),
    optional: optional.includes(name),
    inherited: name in Object.prototype,
  }));
  return (value) => {
    if (!isPlainObject(value)) return false;
    let found = 0;
    for (const { name, test, optional: mayLack, inherited } of tests) {
      const field = inherited && !Object.hasOwn(value, name) ? undefined : value[name];
      if (field !== undefined) {
        if (!test(field)) return false;
        found++;
      } else if (!mayLack) {
        return false;
      } else if (Object.hasOwn(value, name)) {
        // An own field of the value undefined is as good as absent.
        found++;
      }
    }
    return countFields(value) === found;
  };
}

function countFields(value: object): number {
  let count = 0;
  // Plain objects inherit nothing enumerable; this way no array of names is made.
  // oxlint-disable-next-line guard-for-in
  for (const _ in value) count++;
  return count;
}

function unionTest({ options, discriminator }: UnionSchema): SchemaTest {
  const tests = options.map(compileTest);
  if (discriminator === undefined) return (value) => tests.some((test) => test(value));
  const byValue = new Map<unknown, SchemaTest>();
  for (const [index, option] of options.entries()) {
    const field = option.type === 'object' ? option.fields[discriminator] : undefined;
    if (field?.type !== 'literal') throw new TypeError(`union without a literal ${discriminator}`);
    for (const value of field.values) byValue.set(value, tests[index] as SchemaTest);
  }
  return (value) =>
    isPlainObject(value) &&
    Object.hasOwn(value, discriminator) &&
    byValue.get(value[discriminator])?.(value) === true;
}
