// Goal: faults point to the field that is wrong. Method: a table of values of one schema, each with its
// faults; and that no fault ever tells what was given.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileValidator, holdsBytes } from './compile.ts';
import { extractSchema } from './extract.ts';
import { FAULTS_MAX } from './fault.ts';
import { bytes, record, text } from './helpers.ts';

const schema = extractSchema(
  z.strictObject({
    id: text.hex32().optional(),
    title: text.line(5),
    count: z.int().min(1).max(3),
    digest: bytes({ length: 2 }).nullable(),
    tags: z
      .array(z.enum(['a', 'b']))
      .min(1)
      .max(2),
    pair: z.tuple([z.boolean(), z.null()]),
    labels: record(text.kebabName(4), z.int(), { max: 2 }),
    'odd/na~me': z.int().optional(),
    choice: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('x'), n: z.int() }),
      z.strictObject({ kind: z.literal('y') }),
    ]),
    either: z.union([z.enum(['public', 'consortium']), z.array(text.organisationId()).max(2)]),
  }),
);
const validate = compileValidator(schema);

const GOOD = {
  title: 'hello',
  count: 1,
  digest: null,
  tags: ['a'],
  pair: [true, null],
  labels: { ab: 1 },
  choice: { kind: 'x', n: 1 },
  either: ['acme'],
};

const at = (pointer: string, code: string, detail?: string): object =>
  detail === undefined ? { pointer, code } : { pointer, code, detail };

const FAULTY: readonly (readonly [string, unknown, readonly object[]])[] = [
  ['no object', 1, [at('', 'wrong-type', 'object')]],
  ['null', null, [at('', 'wrong-type', 'object')]],
  ['a map', new Map(), [at('', 'wrong-type', 'object')]],
  ['an array', [], [at('', 'wrong-type', 'object')]],
  ['a field unknown', { ...GOOD, 'a/b': 1 }, [at('/a~1b', 'unknown-field')]],
  [
    'a fault in an odd name',
    { ...GOOD, 'odd/na~me': '' },
    [at('/odd~1na~0me', 'wrong-type', 'integer')],
  ],
  ['text too long', { ...GOOD, title: 'hello!' }, [at('/title', 'too-long', '5')]],
  ['text too short', { ...GOOD, title: '' }, [at('/title', 'too-short', '1')]],
  ['text with a line end', { ...GOOD, title: 'a\nb' }, [at('/title', 'wrong-format', 'line')]],
  [
    'text that turns around',
    { ...GOOD, title: 'a\u202eb' },
    [at('/title', 'wrong-format', 'line')],
  ],
  ['no text', { ...GOOD, title: 5 }, [at('/title', 'wrong-type', 'text')]],
  ['a fraction', { ...GOOD, count: 1.5 }, [at('/count', 'wrong-type', 'integer')]],
  ['NaN', { ...GOOD, count: NaN }, [at('/count', 'wrong-type', 'integer')]],
  [
    'an integer too large to be safe',
    { ...GOOD, count: 2 ** 53 },
    [at('/count', 'wrong-type', 'integer')],
  ],
  ['a bigint', { ...GOOD, count: 1n }, [at('/count', 'wrong-type', 'integer')]],
  ['a number too small', { ...GOOD, count: 0 }, [at('/count', 'too-small', '1')]],
  ['a number too large', { ...GOOD, count: 4 }, [at('/count', 'too-large', '3')]],
  ['bytes as text', { ...GOOD, digest: 'ab' }, [at('/digest', 'wrong-type', 'bytes')]],
  ['bytes too long', { ...GOOD, digest: new Uint8Array(3) }, [at('/digest', 'too-long', '2')]],
  ['bytes too short', { ...GOOD, digest: new Uint8Array(1) }, [at('/digest', 'too-short', '2')]],
  ['nothing where one is asked', { ...GOOD, tags: [] }, [at('/tags', 'too-short', '1')]],
  [
    'two items of which both are wrong',
    { ...GOOD, tags: ['c', 1] },
    [at('/tags/0', 'not-allowed', 'a | b'), at('/tags/1', 'not-allowed', 'a | b')],
  ],
  ['a tuple cut short', { ...GOOD, pair: [true] }, [at('/pair', 'too-short', '2')]],
  [
    'a tuple too long and wrong',
    { ...GOOD, pair: [1, null, null] },
    [at('/pair', 'too-long', '2'), at('/pair/0', 'wrong-type', 'boolean')],
  ],
  ['too many labels', { ...GOOD, labels: { a: 1, b: 1, c: 1 } }, [at('/labels', 'too-long', '2')]],
  [
    'a label misnamed',
    { ...GOOD, labels: { A: 1 } },
    [at('/labels/A', 'wrong-format', 'kebab-name')],
  ],
  ['a choice without its kind', { ...GOOD, choice: { n: 1 } }, [at('/choice/kind', 'missing')]],
  ['a choice of no kind', { ...GOOD, choice: { kind: 'z' } }, [at('/choice/kind', 'not-allowed')]],
  ['a choice that lacks a field', { ...GOOD, choice: { kind: 'x' } }, [at('/choice/n', 'missing')]],
  [
    'a choice with another one’s field',
    { ...GOOD, choice: { kind: 'y', n: 1 } },
    [at('/choice/n', 'unknown-field')],
  ],
  ['no choice', { ...GOOD, choice: 'x' }, [at('/choice', 'wrong-type', 'object')]],
  ['neither', { ...GOOD, either: 'private' }, [at('/either', 'no-alternative')]],
  [
    'nearly one of two',
    { ...GOOD, either: ['Acme'] },
    [at('/either/0', 'wrong-format', 'organisation-id')],
  ],
  [
    'a field inherited only',
    Object.assign(Object.create({ title: 'x' }) as object, { ...GOOD }),
    [at('', 'wrong-type', 'object')],
  ],
];

describe('compileValidator', () => {
  it('takes what fits', () => {
    expect(validate(GOOD)).toEqual({ ok: true });
    expect(validate({ ...GOOD, id: undefined, digest: new Uint8Array(2) })).toEqual({ ok: true });
    expect(validate(Object.assign(Object.create(null) as object, GOOD))).toEqual({ ok: true });
  });

  it.each(FAULTY)('%s', (_, value, errors) => {
    expect(validate(value)).toEqual({ ok: false, errors });
  });

  it('tells every field that is missing', () => {
    const verdict = validate({});
    const pointers = verdict.ok ? [] : verdict.errors.map(({ pointer }) => pointer);
    expect(pointers).toEqual([
      '/title',
      '/count',
      '/digest',
      '/tags',
      '/pair',
      '/labels',
      '/choice',
      '/either',
    ]);
  });

  it('tells no more faults than its bound', () => {
    const many = compileValidator(extractSchema(z.array(z.int()).max(4096)));
    const verdict = many(Array.from({ length: 4096 }, () => 'x'));
    expect(verdict.ok ? 0 : verdict.errors.length).toBe(FAULTS_MAX);
  });

  it('never lets a field inherited from every object pass', () => {
    const named = compileValidator(
      extractSchema(
        z.strictObject({ constructor: z.string().max(5).optional(), toString: z.int() }),
      ),
    );
    expect(named({}).ok).toBe(false);
    expect(named({ toString: 1 }).ok).toBe(true);
    expect(named({ toString: 1, constructor: 'x' }).ok).toBe(true);
    expect(named({ toString: 1, constructor: 5 }).ok).toBe(false);
  });

  it('refuses the key __proto__ in records', () => {
    const labels = compileValidator(extractSchema(record(z.string().max(20), z.int(), { max: 2 })));
    expect(labels(JSON.parse('{"__proto__":1}')).ok).toBe(false);
  });

  it('knows which schemas may hold bytes', () => {
    expect(holdsBytes(schema)).toBe(true);
    expect(
      holdsBytes(extractSchema(z.strictObject({ a: z.array(bytes({ max: 1 })).max(1) }))),
    ).toBe(true);
    expect(holdsBytes(extractSchema(z.strictObject({ a: text.hex32() })))).toBe(false);
  });
});
