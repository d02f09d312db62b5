import type { z } from 'zod';
import {
  BYTES_MAX,
  ITEMS_MAX,
  SCHEMA_DEPTH_MAX,
  SCHEMA_FIELDS_MAX,
  SCHEMA_NODES_MAX,
  STRING_LENGTH_MAX,
} from './data.ts';
import type { LiteralValue, ObjectSchema, SchemaData, StringSchema } from './data.ts';
import { formatOfPattern, textFormat } from './formats.ts';
import { bytesBoundsOf, recordBoundOf } from './helpers.ts';

/** A zod definition as this reads it: only what the closed subset has is ever looked at. */
interface ZodDefinition {
  readonly type: string;
  readonly check?: string;
  readonly format?: string;
  readonly [name: string]: unknown;
}

interface Walk {
  readonly place: string;
  nodes: number;
}

/**
 * The schema as plain data. Throws a TypeError that names the place and the construct when it is
 * outside the closed subset: at definition time, so that no block ever meets it.
 */
export function extractSchema(schema: z.ZodType, place = 'schema'): SchemaData {
  return extract(definitionOf(schema, place), { place, nodes: 0 }, place, SCHEMA_DEPTH_MAX);
}

/** Where zod keeps what makes a schema or a check. */
const INTERNALS = '_zod';

function definitionOf(schema: unknown, at: string): ZodDefinition {
  const internals = (schema as { readonly [INTERNALS]?: { readonly def?: unknown } } | undefined)?.[
    INTERNALS
  ];
  if (internals?.def === undefined) throw new TypeError(`${at}: not a zod schema`);
  return internals.def as ZodDefinition;
}

function extract(def: ZodDefinition, walk: Walk, at: string, depth: number): SchemaData {
  walk.nodes++;
  if (walk.nodes > SCHEMA_NODES_MAX) throw new TypeError(`${walk.place}: the schema is too large`);
  if (depth === 0) throw new TypeError(`${at}: nested too deeply`);
  const child = (schema: unknown, name: string): SchemaData =>
    extract(definitionOf(schema, `${at}/${name}`), walk, `${at}/${name}`, depth - 1);
  if (def['coerce'] === true) throw outside(at, 'coerce');
  switch (def.type) {
    case 'string':
      return extractString(def, at);
    case 'number':
      return extractInteger(def, at);
    case 'boolean':
    case 'null':
      refuseChecks(def, at);
      return { type: def.type };
    case 'custom':
      return extractBytes(def, at);
    case 'enum':
      refuseChecks(def, at);
      return literalOf(Object.values(def['entries'] as Record<string, unknown>), at);
    case 'literal':
      refuseChecks(def, at);
      return literalOf(def['values'] as readonly unknown[], at);
    case 'array': {
      const { min, max } = lengthsOf(def, at, ITEMS_MAX, 'array');
      return { type: 'array', item: child(def['element'], '*'), min, max };
    }
    case 'tuple': {
      refuseChecks(def, at);
      if (def['rest'] !== null) throw outside(at, 'tuple with a rest');
      const items = def['items'] as readonly unknown[];
      return { type: 'tuple', items: items.map((item, index) => child(item, String(index))) };
    }
    case 'record':
      return extractRecord(def, at, child);
    case 'object':
      return extractObject(def, at, child);
    case 'union':
      return extractUnion(def, at, child);
    case 'nullable':
      refuseChecks(def, at);
      return { type: 'nullable', inner: child(def['innerType'], 'nullable') };
    case 'optional':
      throw outside(at, 'optional anywhere but on a field of an object');
    default:
      throw outside(at, def.type);
  }
}

function outside(at: string, construct: string): TypeError {
  return new TypeError(`${at}: ${construct} is outside the closed subset of schemas`);
}

type Child = (schema: unknown, name: string) => SchemaData;

function checksOf(def: ZodDefinition): readonly ZodDefinition[] {
  const checks = (def['checks'] ?? []) as readonly unknown[];
  return checks.map((check) => definitionOf(check, 'check'));
}

function refuseChecks(def: ZodDefinition, at: string): void {
  const [check] = checksOf(def);
  if (check !== undefined) throw outside(at, `the check ${checkName(check)}`);
}

function checkName(check: ZodDefinition): string {
  const name = check.check ?? check.type;
  if (name === 'custom') return 'refine';
  return check.format === undefined ? name : `${name} ${check.format}`;
}

function extractString(def: ZodDefinition, at: string): StringSchema {
  if (def.format !== undefined) throw outside(at, `the format ${def.format}`);
  let min = 0;
  let max = Infinity;
  let format: string | undefined;
  for (const check of checksOf(def)) {
    if (check.check === 'string_format' && check.format === 'regex') {
      const name = formatOfPattern(check['pattern'] as RegExp);
      if (name === undefined) throw outside(at, 'a regular expression that is no named format');
      if (format !== undefined) throw outside(at, 'a second regular expression');
      format = name;
      max = Math.min(max, textFormat(name)?.lengthMax ?? Infinity);
    } else {
      [min, max] = narrowLengths(check, min, max, at);
    }
  }
  requireBound(max, STRING_LENGTH_MAX, at, 'text');
  if (min > max) throw new TypeError(`${at}: no text is both ≥ ${min} and ≤ ${max} long`);
  return format === undefined ? { type: 'string', min, max } : { type: 'string', min, max, format };
}

function narrowLengths(
  check: ZodDefinition,
  min: number,
  max: number,
  at: string,
): readonly [number, number] {
  switch (check.check) {
    case 'min_length':
      return [Math.max(min, check['minimum'] as number), max];
    case 'max_length':
      return [min, Math.min(max, check['maximum'] as number)];
    case 'length_equals': {
      const length = check['length'] as number;
      return [Math.max(min, length), Math.min(max, length)];
    }
    default:
      throw outside(at, `the check ${checkName(check)}`);
  }
}

function lengthsOf(
  def: ZodDefinition,
  at: string,
  bound: number,
  what: string,
): { readonly min: number; readonly max: number } {
  let min = 0;
  let max = Infinity;
  for (const check of checksOf(def)) [min, max] = narrowLengths(check, min, max, at);
  requireBound(max, bound, at, what);
  if (min > max) throw new TypeError(`${at}: no ${what} is both ≥ ${min} and ≤ ${max} long`);
  return { min, max };
}

function requireBound(max: number, bound: number, at: string, what: string): void {
  if (max === Infinity) {
    throw new TypeError(`${at}: this ${what} needs a maximum, at most ${bound}`);
  }
  if (!Number.isSafeInteger(max) || max > bound) {
    throw new TypeError(`${at}: the maximum ${max} of this ${what} is above ${bound}`);
  }
}

function extractInteger(def: ZodDefinition, at: string): SchemaData {
  let whole = def.format === 'safeint';
  if (def.format !== undefined && !whole) {
    throw outside(at, `the number ${def.format}`);
  }
  let min = Number.MIN_SAFE_INTEGER;
  let max = Number.MAX_SAFE_INTEGER;
  for (const check of checksOf(def)) {
    const value = check['value'] as number;
    const step = check['inclusive'] === true ? 0 : 1;
    if (check.check === 'number_format' && check.format === 'safeint') whole = true;
    else if (check.check === 'greater_than') min = Math.max(min, Math.ceil(value + step));
    else if (check.check === 'less_than') max = Math.min(max, Math.floor(value - step));
    else throw outside(at, `the check ${checkName(check)}`);
    if (value !== undefined && !Number.isSafeInteger(value)) {
      throw outside(at, 'a bound with a fraction');
    }
  }
  if (!whole) throw outside(at, 'a number that is not an integer (z.int())');
  if (min > max) throw new TypeError(`${at}: no integer is both ≥ ${min} and ≤ ${max}`);
  return { type: 'integer', min, max };
}

function extractBytes(def: ZodDefinition, at: string): SchemaData {
  refuseChecks(def, at);
  const bounds = bytesBoundsOf(def['fn']);
  if (bounds === undefined) throw outside(at, 'custom');
  requireBound(bounds.max, BYTES_MAX, at, 'byte string');
  if (!(bounds.min >= 0 && bounds.min <= bounds.max)) throw new TypeError(`${at}: bytes bounds`);
  return { type: 'bytes', min: bounds.min, max: bounds.max };
}

function literalOf(values: readonly unknown[], at: string): SchemaData {
  const allowed: LiteralValue[] = [];
  for (const value of values) {
    const plain =
      value === null ||
      typeof value === 'string' ||
      typeof value === 'boolean' ||
      Number.isSafeInteger(value);
    if (!plain) throw outside(at, `a literal ${typeof value}`);
    allowed.push(value as LiteralValue);
  }
  if (allowed.length === 0) throw outside(at, 'a literal without values');
  return { type: 'literal', values: allowed };
}

function extractRecord(def: ZodDefinition, at: string, child: Child): SchemaData {
  let max = Infinity;
  for (const check of checksOf(def)) {
    const bound = check.check === 'custom' ? recordBoundOf(check['fn']) : undefined;
    if (bound === undefined) throw outside(at, `the check ${checkName(check)}`);
    max = Math.min(max, bound);
  }
  requireBound(max, ITEMS_MAX, at, 'record (the helper `record` sets one)');
  if (def['partial'] === true || def['mode'] !== undefined) throw outside(at, 'a partial record');
  const key = child(def['keyType'], 'key');
  if (key.type !== 'string') throw outside(at, `a record keyed by ${key.type}`);
  return { type: 'record', key, value: child(def['valueType'], '*'), max };
}

function extractObject(def: ZodDefinition, at: string, child: Child): ObjectSchema {
  refuseChecks(def, at);
  const catchall = def['catchall'];
  if (catchall === undefined) throw outside(at, 'z.object (use z.strictObject)');
  if (definitionOf(catchall, at).type !== 'never') {
    throw outside(at, 'an object open to other fields');
  }
  const shape = def['shape'] as Record<string, unknown>;
  const names = Object.keys(shape);
  if (names.length > SCHEMA_FIELDS_MAX) throw new TypeError(`${at}: too many fields`);
  const fields: Record<string, SchemaData> = {};
  const optional: string[] = [];
  for (const name of names) {
    if (name === '__proto__') throw new TypeError(`${at}: a field named __proto__`);
    const field = definitionOf(shape[name], `${at}/${name}`);
    if (field.type === 'optional') {
      refuseChecks(field, `${at}/${name}`);
      optional.push(name);
      fields[name] = child(field['innerType'], name);
    } else {
      fields[name] = child(shape[name], name);
    }
  }
  return { type: 'object', fields, optional };
}

function extractUnion(def: ZodDefinition, at: string, child: Child): SchemaData {
  refuseChecks(def, at);
  const options = (def['options'] as readonly unknown[]).map((option, index) =>
    child(option, `option ${index}`),
  );
  const discriminator = def['discriminator'];
  if (typeof discriminator !== 'string') {
    if (def['inclusive'] === false) throw outside(at, 'an exclusive union');
    return { type: 'union', options };
  }
  const seen = new Set<LiteralValue>();
  for (const option of options) {
    const field = option.type === 'object' ? option.fields[discriminator] : undefined;
    if (field?.type !== 'literal') {
      throw outside(
        at,
        `a discriminated union with an option that has no literal ${discriminator}`,
      );
    }
    for (const value of field.values) {
      if (seen.has(value)) throw new TypeError(`${at}: two options for ${String(value)}`);
      seen.add(value);
    }
  }
  return { type: 'union', options, discriminator };
}
