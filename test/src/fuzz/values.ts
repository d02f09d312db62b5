import fc from 'fast-check';
import type { Random } from '../faults/random.ts';
import { chance, choice, hostileText } from './hostile.ts';
import type { Pool } from './pool.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What makes values: the document's schemas and what the node has told. */
export interface ValueSource {
  readonly components: Readonly<Record<string, JsonSchema>>;
  readonly pool: Pool;
  readonly random: Random;
}

const DEPTH_MAX = 12;
const SAMPLES_OF_PATTERN = 20;
const samples = new Map<string, readonly string[]>();

/** A value that a schema allows, as far as a schema says it; `name` is the member it will stand under. */
export function validValue(
  schema: JsonSchema,
  source: ValueSource,
  name: string,
  depth = 0,
): unknown {
  const { random } = source;
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const target = source.components[reference.split('/').at(-1) ?? ''];
    return depth > DEPTH_MAX || target === undefined
      ? null
      : validValue(target, source, name, depth + 1);
  }
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return choice(schema['enum'], random);
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const options = schema[key];
    if (Array.isArray(options) && options.length > 0) {
      return validValue(choice(options, random) as JsonSchema, source, name, depth + 1);
    }
  }
  return ofType(schema, source, name, depth);
}

function ofType(schema: JsonSchema, source: ValueSource, name: string, depth: number): unknown {
  const { random } = source;
  switch (schema['type']) {
    case 'string':
      return validText(schema, source, name);
    case 'integer':
    case 'number':
      return validNumber(schema, random);
    case 'boolean':
      return chance(random, 0.5);
    case 'null':
      return null;
    case 'array': {
      const items = (schema['items'] ?? {}) as JsonSchema;
      const length = depth > DEPTH_MAX ? 0 : random.between(0, 3);
      return Array.from({ length }, () => validValue(items, source, name, depth + 1));
    }
    case 'object':
      return validObject(schema, source, depth);
    default:
      return choice([null, 1, 'text', {}, []], random);
  }
}

function validObject(schema: JsonSchema, source: ValueSource, depth: number): object {
  const { random } = source;
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];
  const members = Object.entries(properties)
    .filter(([key]) => required.includes(key) || (depth < DEPTH_MAX && chance(random, 0.5)))
    .map(([key, each]): [string, unknown] => [key, validValue(each, source, key, depth + 1)]);
  return Object.fromEntries(members);
}

function validNumber(schema: JsonSchema, random: Random): number {
  const min = typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
  const max = typeof schema['maximum'] === 'number' ? schema['maximum'] : min + 1_000;
  return choice([min, max, random.between(min, Math.min(max, min + 100))], random);
}

/** Names under which the same kind of thing stands elsewhere. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  id: ['id', 'statement', 'deposit', 'proposal', 'keyId', 'user'],
  statement: ['id', 'deposit', 'statement'],
  digest: ['digest', 'sha256', 'sm3', 'object'],
  object: ['digest', 'object'],
  cursor: ['nextCursor'],
  granter: ['organisation', 'granter'],
  depositor: ['member', 'depositor'],
  name: ['name', 'member'],
  key: ['key', 'id', 'name', 'organisation'],
  code: ['code'],
  user: ['user', 'userId', 'id'],
  organisation: ['organisation'],
};

function validText(schema: JsonSchema, source: ValueSource, name: string): string {
  const { random, pool } = source;
  const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : undefined;
  const told = pool.pick(OTHER_NAMES[name] ?? [name], random);
  if (told !== undefined && chance(random, 0.7) && fits(told, pattern)) return told;
  if (pattern !== undefined) return choice(samplesOf(pattern), random);
  if (schema['format'] === 'uri') return choice(['https://example.com/hook', 'urn:a:b'], random);
  const min = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0;
  const max = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : 40;
  const text = choice(['a name', '名称', 'x', 'evidence', 'deposit', 'public', 'W1Jz'], random);
  return text.slice(0, max).padEnd(min, 'a');
}

function fits(text: string, pattern: string | undefined): boolean {
  return pattern === undefined || new RegExp(pattern, 'u').test(text);
}

function samplesOf(pattern: string): readonly string[] {
  const known = samples.get(pattern);
  if (known !== undefined) return known;
  const made = fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), {
    numRuns: SAMPLES_OF_PATTERN,
    seed: 1,
  });
  samples.set(pattern, made);
  return made;
}

/** A value as no schema would have it. */
export function wrongValue(random: Random): unknown {
  const make = choice<() => unknown>(
    [
      () => null,
      () => true,
      () => -1,
      () => 1.5,
      () => 2 ** 53,
      () => -0,
      () => '',
      () => [],
      () => ({}),
      () => [[]],
      () => ({ length: 1e9 }),
      () => ({ toJSON: 1, constructor: { prototype: 1 } }),
      () => Array.from({ length: 2_000 }, () => 0),
      () => hostileText(random),
      () => hostileText(random),
      () => [hostileText(random)],
    ],
    random,
  );
  return make();
}
