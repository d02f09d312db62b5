// Goal: the native validator and zod agree on every value of every schema of the subset. Method: random
// schemas, and values made for them and then spoilt; zod is the independent judge. Besides: the quick
// test and the search for faults agree with each other.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileTest, compileValidator } from './compile.ts';
import type { SchemaData } from './data.ts';
import { explainFaults } from './explain.ts';
import { extractSchema } from './extract.ts';
import { bytes, record, text } from './helpers.ts';

// No name that objects inherit: zod takes `{}.toString` for a field, which compile.test.ts refuses.
const NAMES = ['a', 'b', 'cd', 'k'] as const;

const leaf: fc.Arbitrary<z.ZodType> = fc.oneof(
  fc.tuple(fc.nat(2), fc.nat(3)).map(([min, more]) =>
    z
      .string()
      .min(min)
      .max(min + more),
  ),
  fc.constantFrom<z.ZodType>(
    text.kebabName(),
    text.decimal(),
    text.organisationId(),
    text.line(4),
    text.date(),
    z.boolean(),
    z.null(),
    z.int(),
    z.enum(['a', 'b']),
    z.literal(['a', 1, null, false]),
    z.enum(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']),
  ),
  fc.tuple(fc.integer({ min: -3, max: 3 }), fc.nat(4)).map(([min, more]) =>
    z
      .int()
      .min(min)
      .max(min + more),
  ),
  fc.tuple(fc.nat(2), fc.nat(2)).map(([min, more]) => bytes({ min, max: min + more })),
);

const { schema: anySchema } = fc.letrec<{ schema: z.ZodType }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(tie('schema'), fc.nat(1), fc.nat(2)).map(([item, min, more]) =>
      z
        .array(item)
        .min(min)
        .max(min + more),
    ),
    fc
      .array(tie('schema'), { minLength: 1, maxLength: 3 })
      .map((items) => z.tuple(items as [z.ZodType])),
    tie('schema').map((value) => record(z.string().max(2), value, { max: 2 })),
    tie('schema').map((inner) => z.nullable(inner)),
    fc
      .dictionary(fc.constantFrom(...NAMES), fc.tuple(tie('schema'), fc.boolean()), {
        maxKeys: 4,
        noNullPrototype: true,
      })
      .map((fields) =>
        z.strictObject(
          Object.fromEntries(
            Object.entries(fields).map(([name, [field, optional]]) => [
              name,
              optional ? z.optional(field) : field,
            ]),
          ),
        ),
      ),
    fc
      .array(tie('schema'), { minLength: 1, maxLength: 3 })
      .map((options) => z.union(options as [z.ZodType])),
    fc
      .tuple(tie('schema'), tie('schema'))
      .map(([one, other]) =>
        z.discriminatedUnion('k', [
          z.strictObject({ k: z.literal('a'), a: one }),
          z.strictObject({ k: z.enum(['b', 'cd']), b: z.optional(other) }),
        ]),
      ),
  ),
}));

const stray: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    'a',
    'b',
    'ab',
    'a-b',
    '',
    '1.5',
    '2026-01-31',
    null,
    true,
    false,
    undefined,
  ),
  fc.integer({ min: -5, max: 8 }),
  fc.constantFrom<unknown>(1.5, NaN, Infinity, 2 ** 53, -0, 1n),
  fc.uint8Array({ maxLength: 4 }),
  fc.string({ maxLength: 3 }),
);

const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    stray,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** A value that mostly fits: with a chance of one in eight, each part is any value instead. */
function valueFor(schema: SchemaData): fc.Arbitrary<unknown> {
  const fitting = fittingFor(schema);
  return fc.oneof({ arbitrary: fitting, weight: 7 }, { arbitrary: anyValue, weight: 1 });
}

function fittingFor(schema: SchemaData): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'string':
      if (schema.format !== undefined) return stray;
      return fc.string({ minLength: schema.min, maxLength: schema.max });
    case 'integer':
      return fc.integer({ min: Math.max(schema.min, -9), max: Math.min(schema.max, 9) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'bytes':
      return fc.uint8Array({ minLength: schema.min, maxLength: schema.max });
    case 'literal':
      return fc.constantFrom(...schema.values);
    case 'array':
      return fc.array(valueFor(schema.item), { minLength: schema.min, maxLength: schema.max });
    case 'tuple':
      return fc.tuple(...schema.items.map(valueFor)).map((items) => [...items]);
    case 'record':
      return fc.dictionary(
        fc.string({ maxLength: 2 }).filter((key) => key !== '__proto__'),
        valueFor(schema.value),
        {
          maxKeys: schema.max,
          noNullPrototype: true,
        },
      );
    case 'object': {
      const fields = Object.fromEntries(
        Object.entries(schema.fields).map(([name, field]) => [name, valueFor(field)]),
      );
      const requiredKeys = Object.keys(fields).filter((name) => !schema.optional.includes(name));
      return fc.record(fields, { requiredKeys, noNullPrototype: true });
    }
    case 'union':
      return fc.oneof(...schema.options.map(valueFor));
    case 'nullable':
      return fc.oneof(fc.constant(null), valueFor(schema.inner));
  }
}

function valueHoldsBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof Uint8Array || Object.values(value).some(valueHoldsBytes);
}

const schemaAndValue = anySchema.chain((schema) =>
  fc.tuple(fc.constant(schema), valueFor(extractSchema(schema))),
);

describe('validator', () => {
  it('agrees with zod', () => {
    let fitting = 0;
    fc.assert(
      fc.property(schemaAndValue, ([schema, value]) => {
        const data = extractSchema(schema);
        // zod takes a byte string for an object with the fields 0, 1, …; ours does not.
        fc.pre(!(valueHoldsBytes(value) && /"(object|record)"/.test(JSON.stringify(data))));
        const own = compileValidator(data)(value).ok;
        if (own) fitting++;
        expect(own).toBe(schema.safeParse(value).success);
      }),
      { numRuns: 4000 },
    );
    // A run in which nearly nothing fits, or everything does, would show little.
    expect(fitting).toBeGreaterThan(800);
    expect(fitting).toBeLessThan(3800);
  });

  it('finds a fault exactly when the test says no', () => {
    fc.assert(
      fc.property(schemaAndValue, ([schema, value]) => {
        const data = extractSchema(schema);
        expect(explainFaults(data, value).length === 0).toBe(compileTest(data)(value));
      }),
      { numRuns: 3000 },
    );
  });
});
