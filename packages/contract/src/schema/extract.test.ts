// Goal: the closed subset is closed. Method: tables of what is taken, with the data it becomes, and of
// what is refused, with the words that name it.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { extractSchema } from './extract.ts';
import { textFormats } from './formats.ts';
import { bytes, readersSchema, record, text } from './helpers.ts';
import { policySchema } from './policy-schema.ts';

const TEXT = { type: 'string', min: 0, max: 9 } as const;
const short = z.string().max(9);

const TAKEN: readonly (readonly [string, z.ZodType, unknown])[] = [
  ['text', z.string().min(2).max(9), { type: 'string', min: 2, max: 9 }],
  ['text of one length', z.string().length(4), { type: 'string', min: 4, max: 4 }],
  [
    'the narrowest bounds',
    z.string().max(9).max(5).min(1).min(2),
    { type: 'string', min: 2, max: 5 },
  ],
  ['a named format', text.hex32(), { type: 'string', min: 0, max: 64, format: 'hex32' }],
  [
    'a named format by its pattern',
    z.string().regex(textFormats.line.pattern).max(7),
    { type: 'string', min: 0, max: 7, format: 'line' },
  ],
  ['described text', short.describe('a title').meta({ title: 'x' }), TEXT],
  ['text with an own message', z.string({ error: 'no' }).max(9, { error: 'long' }), TEXT],
  ['branded text', short.brand('title'), TEXT],
  [
    'integers',
    z.int(),
    { type: 'integer', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER },
  ],
  ['bounded integers', z.int().min(-1).max(5), { type: 'integer', min: -1, max: 5 }],
  ['open bounds', z.int().gt(0).lt(5), { type: 'integer', min: 1, max: 4 }],
  [
    'numbers that are integers',
    z.number().int().min(0).max(1),
    { type: 'integer', min: 0, max: 1 },
  ],
  ['booleans', z.boolean(), { type: 'boolean' }],
  ['null', z.null(), { type: 'null' }],
  ['bytes', bytes({ min: 1, max: 4 }), { type: 'bytes', min: 1, max: 4 }],
  ['bytes of one size', bytes({ length: 32 }), { type: 'bytes', min: 32, max: 32 }],
  ['described bytes', bytes({ max: 4 }).describe('d'), { type: 'bytes', min: 0, max: 4 }],
  ['an enumeration', z.enum(['a', 'b']), { type: 'literal', values: ['a', 'b'] }],
  ['literals', z.literal(['a', 1, null, true]), { type: 'literal', values: ['a', 1, null, true] }],
  ['an array', z.array(short).min(1).max(3), { type: 'array', item: TEXT, min: 1, max: 3 }],
  ['a tuple', z.tuple([short, z.null()]), { type: 'tuple', items: [TEXT, { type: 'null' }] }],
  [
    'a record',
    record(short, z.null(), { max: 3 }),
    { type: 'record', key: TEXT, value: { type: 'null' }, max: 3 },
  ],
  ['nullable', z.null().nullable(), { type: 'nullable', inner: { type: 'null' } }],
  [
    'an object with optional fields',
    z.strictObject({ a: short, b: z.null().optional(), c: z.null().nullish() }),
    {
      type: 'object',
      fields: { a: TEXT, b: { type: 'null' }, c: { type: 'nullable', inner: { type: 'null' } } },
      optional: ['b', 'c'],
    },
  ],
  [
    'an object extended',
    z.strictObject({ a: short }).extend({ b: z.null() }),
    { type: 'object', fields: { a: TEXT, b: { type: 'null' } }, optional: [] },
  ],
  ['a union', z.union([z.null(), short]), { type: 'union', options: [{ type: 'null' }, TEXT] }],
  [
    'a discriminated union',
    z.discriminatedUnion('k', [
      z.strictObject({ k: z.literal('a') }),
      z.strictObject({ k: z.enum(['b', 'c']), n: z.null() }),
    ]),
    {
      type: 'union',
      discriminator: 'k',
      options: [
        { type: 'object', fields: { k: { type: 'literal', values: ['a'] } }, optional: [] },
        {
          type: 'object',
          fields: { k: { type: 'literal', values: ['b', 'c'] }, n: { type: 'null' } },
          optional: [],
        },
      ],
    },
  ],
];

let deep: z.ZodType = z.null();
for (let i = 0; i < 20; i++) deep = z.array(deep).max(1);
const wide = z.strictObject(
  Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`f${index}`, z.null()])),
);
const huge = z.tuple(
  Array.from({ length: 1500 }, () => z.tuple([z.null()])) as unknown as [z.ZodType],
);

const REFUSED: readonly (readonly [string, z.ZodType, RegExp])[] = [
  ['text without a bound', z.string(), /text needs a maximum/],
  ['text with too large a bound', z.string().max(1e9), /above 65536/],
  ['bounds that nothing meets', z.string().min(4).max(3), /no text/],
  ['a regular expression of its own', z.string().regex(/^a+$/).max(3), /no named format/],
  ['two formats', text.hex32().regex(textFormats.line.pattern), /second regular expression/],
  ['a format of zod', z.email().max(9), /format email/],
  ['uuid of zod', z.string().uuid().max(9), /string_format uuid/],
  ['startsWith', z.string().startsWith('a').max(9), /starts_with/],
  ['trim', z.string().trim().max(9), /overwrite/],
  ['toLowerCase', z.string().toLowerCase().max(9), /overwrite/],
  ['refine', short.refine(() => true), /refine/],
  ['superRefine', short.superRefine(() => {}), /refine/],
  ['check', short.check(() => {}), /refine/],
  ['transform', short.transform((value) => value), /pipe/],
  ['pipe', short.pipe(short), /pipe/],
  ['preprocess', z.preprocess((value) => value, short), /pipe/],
  ['coerce', z.coerce.string().max(9), /coerce/],
  ['coerced number', z.coerce.number().int(), /coerce/],
  ['default', short.default('a'), /default/],
  ['prefault', short.prefault('a'), /prefault/],
  ['catch', short.catch('a'), /catch/],
  ['readonly', z.array(short).max(3).readonly(), /readonly/],
  ['lazy', z.lazy(() => short), /lazy/],
  ['numbers with fractions', z.number().min(0).max(1), /not an integer/],
  ['float32', z.float32(), /float32/],
  ['int32', z.int32(), /int32/],
  ['multiples', z.int().multipleOf(2), /multiple_of/],
  ['bigint', z.bigint(), /bigint/],
  ['nan', z.nan(), /nan/],
  ['date', z.date(), /date/],
  ['undefined', z.undefined(), /undefined/],
  ['void', z.void(), /void/],
  ['any', z.any(), /any/],
  ['unknown', z.unknown(), /unknown/],
  ['never', z.never(), /never/],
  ['symbol', z.symbol(), /symbol/],
  ['map', z.map(short, short), /map/],
  ['set', z.set(short), /set/],
  ['promise', z.promise(short), /promise/],
  ['intersection', z.intersection(short, short), /intersection/],
  ['custom', z.custom(() => true), /custom/],
  ['instanceof', z.instanceof(Uint8Array), /custom/],
  ['template literals', z.templateLiteral(['a']), /template_literal/],
  ['refined bytes', bytes({ max: 4 }).refine(() => true), /refine/],
  ['bytes without end', bytes({ max: Infinity }), /maximum/],
  ['bytes that nothing meets', bytes({ min: 5, max: 4 }), /bytes bounds/],
  ['an array without a bound', z.array(short), /array needs a maximum/],
  ['an array with too large a bound', z.array(short).max(1e6), /above 4096/],
  ['a tuple with a rest', z.tuple([short], z.null()), /rest/],
  ['a record without a bound', z.record(short, z.null()), /record/],
  ['a record keyed by an enumeration', z.record(z.enum(['a']), z.null()), /record/],
  ['a partial record', z.partialRecord(short, z.null()), /record/],
  ['an object that strips', z.object({ a: short }), /strictObject/],
  ['a loose object', z.looseObject({ a: short }), /open to other fields/],
  ['a catchall', z.object({ a: short }).catchall(z.null()), /open to other fields/],
  ['a refined object', z.strictObject({ a: short }).refine(() => true), /refine/],
  ['optional at the top', short.optional(), /optional/],
  ['optional in an array', z.array(short.optional()).max(3), /optional/],
  ['optional within nullable', z.strictObject({ a: short.optional().nullable() }), /optional/],
  [
    'a field named __proto__',
    z.strictObject(Object.defineProperty({}, '__proto__', { value: short, enumerable: true })),
    /__proto__/,
  ],
  ['an exclusive union', z.xor([short, z.null()]), /exclusive/],
  ['a literal bigint', z.literal(1n), /literal bigint/],
  ['a literal undefined', z.literal([undefined]), /literal undefined/],
  ['a literal with a fraction', z.literal(0.5), /literal number/],
  ['nesting without end', deep, /nested too deeply/],
  ['too many fields', wide, /too many fields/],
  ['too many nodes', huge, /too large/],
  ['two options for one value', z.union([z.null(), z.string()]), /text needs a maximum/],
  ['what is no schema', {} as z.ZodType, /not a zod schema/],
];

describe('extractSchema', () => {
  it.each(TAKEN)('takes %s', (_, schema, data) => {
    expect(extractSchema(schema)).toEqual(data);
  });

  it.each(REFUSED)('refuses %s', (_, schema, words) => {
    expect(() => extractSchema(schema, 'evidence.deposit args')).toThrow(words);
  });

  it('names the place inside', () => {
    const schema = z.strictObject({ a: z.array(z.strictObject({ b: z.date() })).max(2) });
    expect(() => extractSchema(schema, 'evidence.deposit args')).toThrow(
      'evidence.deposit args/a/*/b: date is outside the closed subset of schemas',
    );
  });

  it('takes the schemas that the kit itself offers', () => {
    expect(extractSchema(readersSchema()).type).toBe('union');
    expect(extractSchema(policySchema()).type).toBe('union');
  });

  it('gives plain data that JSON carries unchanged', () => {
    for (const [name, schema] of TAKEN) {
      const data = extractSchema(schema);
      expect(JSON.parse(JSON.stringify(data)), name).toEqual(data);
    }
  });
});
