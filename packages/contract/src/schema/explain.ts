import { isPlainObject } from '../plain.ts';
import type { ObjectSchema, SchemaData, StringSchema, UnionSchema } from './data.ts';
import { FAULTS_MAX } from './fault.ts';
import type { SchemaFault, SchemaFaultCode } from './fault.ts';
import { textFormat } from './formats.ts';

/** The faults of a value that does not fit, in the schema's order, at most {@link FAULTS_MAX}. */
export function explainFaults(schema: SchemaData, value: unknown): readonly SchemaFault[] {
  const faults: SchemaFault[] = [];
  explain(schema, value, '', faults);
  return faults;
}

function explain(schema: SchemaData, value: unknown, at: string, faults: SchemaFault[]): void {
  switch (schema.type) {
    case 'string':
      return explainString(schema, value, at, faults);
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
        return tell(faults, at, 'wrong-type', 'integer');
      }
      return explainBounds(schema, value, at, faults, 'too-small', 'too-large');
    case 'boolean':
      if (typeof value !== 'boolean') tell(faults, at, 'wrong-type', 'boolean');
      return;
    case 'null':
      if (value !== null) tell(faults, at, 'wrong-type', 'null');
      return;
    case 'bytes':
      if (!(value instanceof Uint8Array)) return tell(faults, at, 'wrong-type', 'bytes');
      return explainBounds(schema, value.length, at, faults, 'too-short', 'too-long');
    case 'literal':
      if (!(schema.values as readonly unknown[]).includes(value)) {
        tell(faults, at, 'not-allowed', schema.values.map(String).join(' | '));
      }
      return;
    case 'array':
      if (!Array.isArray(value)) return tell(faults, at, 'wrong-type', 'array');
      explainBounds(schema, value.length, at, faults, 'too-short', 'too-long');
      for (let i = 0; i < Math.min(value.length, schema.max); i++) {
        explain(schema.item, value[i], `${at}/${i}`, faults);
      }
      return;
    case 'tuple': {
      if (!Array.isArray(value)) return tell(faults, at, 'wrong-type', 'array');
      const size = schema.items.length;
      explainBounds({ min: size, max: size }, value.length, at, faults, 'too-short', 'too-long');
      for (const [index, item] of schema.items.slice(0, value.length).entries()) {
        explain(item, value[index], `${at}/${index}`, faults);
      }
      return;
    }
    case 'record': {
      if (!isPlainObject(value)) return tell(faults, at, 'wrong-type', 'object');
      const names = Object.keys(value);
      if (names.length > schema.max) tell(faults, at, 'too-long', String(schema.max));
      for (const name of names.slice(0, schema.max)) {
        const place = `${at}/${escape(name)}`;
        if (name === '__proto__') tell(faults, place, 'unknown-field');
        else explain(schema.key, name, place, faults);
        explain(schema.value, value[name], place, faults);
      }
      return;
    }
    case 'object':
      return explainObject(schema, value, at, faults);
    case 'union':
      return explainUnion(schema, value, at, faults);
    case 'nullable':
      if (value !== null) explain(schema.inner, value, at, faults);
      return;
  }
}

function tell(
  faults: SchemaFault[],
  pointer: string,
  code: SchemaFaultCode,
  detail?: string,
): void {
  if (faults.length >= FAULTS_MAX) return;
  faults.push(detail === undefined ? { pointer, code } : { pointer, code, detail });
}

/** RFC 6901 §4: `~` and `/` in a reference token. */
function escape(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function explainBounds(
  bounds: { readonly min: number; readonly max: number },
  size: number,
  at: string,
  faults: SchemaFault[],
  below: SchemaFaultCode,
  above: SchemaFaultCode,
): void {
  if (size < bounds.min) tell(faults, at, below, String(bounds.min));
  if (size > bounds.max) tell(faults, at, above, String(bounds.max));
}

function explainString(
  schema: StringSchema,
  value: unknown,
  at: string,
  faults: SchemaFault[],
): void {
  if (typeof value !== 'string') return tell(faults, at, 'wrong-type', 'text');
  explainBounds(schema, value.length, at, faults, 'too-short', 'too-long');
  // A text beyond the bound is not looked at: its length is the fault to mend first.
  if (schema.format === undefined || value.length > schema.max) return;
  if (textFormat(schema.format)?.pattern.test(value) !== true) {
    tell(faults, at, 'wrong-format', schema.format);
  }
}

function explainObject(
  schema: ObjectSchema,
  value: unknown,
  at: string,
  faults: SchemaFault[],
): void {
  if (!isPlainObject(value)) return tell(faults, at, 'wrong-type', 'object');
  for (const [name, field] of Object.entries(schema.fields)) {
    const present = Object.hasOwn(value, name) && value[name] !== undefined;
    if (present) explain(field, value[name], `${at}/${escape(name)}`, faults);
    else if (!schema.optional.includes(name)) tell(faults, `${at}/${escape(name)}`, 'missing');
  }
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(schema.fields, name)) tell(faults, `${at}/${escape(name)}`, 'unknown-field');
  }
}

function explainUnion(
  schema: UnionSchema,
  value: unknown,
  at: string,
  faults: SchemaFault[],
): void {
  const { discriminator, options } = schema;
  if (discriminator !== undefined) {
    if (!isPlainObject(value)) return tell(faults, at, 'wrong-type', 'object');
    const place = `${at}/${escape(discriminator)}`;
    if (!Object.hasOwn(value, discriminator)) return tell(faults, place, 'missing');
    for (const option of options) {
      const field = option.type === 'object' ? option.fields[discriminator] : undefined;
      if (field?.type !== 'literal') continue;
      if ((field.values as readonly unknown[]).includes(value[discriminator])) {
        return explain(option, value, at, faults);
      }
    }
    return tell(faults, place, 'not-allowed');
  }
  // Where only one option has the value's kind, its faults are the ones meant.
  const attempts = options.map((option) => explainFaults(option, value));
  if (attempts.some((attempt) => attempt.length === 0)) return;
  const close = attempts.filter((attempt) => !isOtherKind(attempt));
  const [only] = close;
  if (close.length !== 1 || only === undefined) return tell(faults, at, 'no-alternative');
  for (const fault of only) tell(faults, at + fault.pointer, fault.code, fault.detail);
}

function isOtherKind(faults: readonly SchemaFault[]): boolean {
  return faults.some(
    (fault) =>
      fault.pointer === '' && (fault.code === 'wrong-type' || fault.code === 'not-allowed'),
  );
}
