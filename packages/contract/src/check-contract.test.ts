// Goal: a contract that is wrong fails where it is defined, with the place named. Method: a table of
// drafts with one fault each, beside one that has none.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collection } from './collection.ts';
import { defineContract } from './definitions.ts';
import type { Contract, ContractDraft } from './definitions.ts';
import { event } from './event.ts';
import { defineModule } from './module.ts';
import { policy } from './policy.ts';
import { readers } from './readers.ts';
import { bytes, readersSchema, text } from './schema/helpers.ts';

const value = z.strictObject({
  case: text.identifier(),
  title: text.line(200),
  tags: z.array(text.kebabName(20)).max(3),
  kind: z.enum(['a', 'b']).nullable(),
  readers: readersSchema(),
  raw: bytes({ max: 4 }),
});
type Draft = ContractDraft<
  never,
  never,
  never,
  Record<string, unknown>,
  Record<string, unknown>,
  never
>;

const sound = {
  name: 'shop',
  version: 1,
  collections: {
    goods: collection({
      value,
      readers: readers.field('readers'),
      indexes: { byCase: { field: 'case' }, byTag: { field: 'tags' }, byKind: { field: 'kind' } },
    }),
  },
  events: { sold: event({ data: value, readers: readers.field('readers') }) },
  refusals: { 'sold-out': 'There is none left.' },
  methods: { sell: { args: z.strictObject({}), policy: policy.member(), run() {} } },
};

const method = (change: object): object => ({
  methods: { sell: { ...sound.methods.sell, ...change } },
});
const goods = (change: object): object => ({
  collections: { goods: collection({ value, ...change }) },
});

const FAULTS: readonly (readonly [string, object, RegExp])[] = [
  ['a name with a capital', { name: 'Shop' }, /contract: the name "Shop"/],
  ['no name', { name: '' }, /the name ""/],
  ['version 0', { version: 0 }, /version 0/],
  ['version 1.5', { version: 1.5 }, /version 1.5/],
  [
    'a migration from elsewhere',
    { version: 3, migrate: { from: 1, step: () => null } },
    /version 3 migrates 1/,
  ],
  [
    'a collection misnamed',
    { collections: { 'my goods': sound.collections.goods } },
    /shop\/my goods: the name/,
  ],
  [
    'an index over bytes',
    goods({ indexes: { byRaw: { field: 'raw' } } }),
    /index byRaw: raw is no text/,
  ],
  ['an index over nothing', goods({ indexes: { byX: { field: 'x' } } }), /index byX: x is no text/],
  [
    'an index over long text',
    goods({ indexes: { byTitle: { field: 'title' } } }),
    /title may take 600 bytes/,
  ],
  ['an index with the listing’s name', goods({ indexes: { '*': { field: 'case' } } }), /taken/],
  ['readers by an absent field', goods({ readers: readers.field('who') }), /readers field who/],
  ['readers by a field of text', goods({ readers: readers.field('title') }), /readers field title/],
  ['an event misnamed', { events: { Sold: sound.events.sold } }, /the name "Sold"/],
  [
    'an event outside the subset',
    { events: { sold: event({ data: z.strictObject({ at: z.date() }) }) } },
    /shop event sold\/at: date/,
  ],
  ['a method misnamed', { methods: { 'sell it': sound.methods.sell } }, /the name "sell it"/],
  ['arguments that are no object', method({ args: z.int() }), /shop.sell: args must be an object/],
  [
    'arguments outside the subset',
    method({ args: z.strictObject({ n: z.number() }) }),
    /shop.sell args\/n/,
  ],
  ['an output outside the subset', method({ output: z.any() }), /shop.sell output: any/],
  ['a policy of no roles', method({ policy: policy.role() }), /empty list/],
  ['a policy of nothing', method({ policy: policy.any() }), /empty list/],
  ['none of some', method({ policy: policy.nOf(0, policy.member()) }), /0 organisations/],
  [
    'a method’s readers by an absent field',
    method({ readers: readers.field('readers') }),
    /readers field readers/,
  ],
  [
    'an attachment that nothing names',
    method({ attachment: { field: 'file' } }),
    /attachment names file/,
  ],
  ['a refusal misnamed', { refusals: { SoldOut: 'x' } }, /the refusal SoldOut/],
  [
    'an effect outside the subset',
    { effects: { expire: { args: z.strictObject({ a: z.any() }), run() {} } } },
    /shop effect expire\/a/,
  ],
];

const define = (change: object): Contract =>
  defineContract({ ...sound, ...change } as unknown as Draft);

describe('defineContract', () => {
  it('takes a sound one, and freezes it', () => {
    const contract = define({});
    expect(Object.isFrozen(contract)).toBe(true);
    expect(Object.keys(contract.methods)).toEqual(['sell']);
  });

  it.each(FAULTS)('refuses %s', (_, change, words) => {
    expect(() => define(change)).toThrow(words);
  });
});

describe('defineModule', () => {
  const second = define({ version: 2, migrate: { from: 1, step: () => null } });
  const first = define({});

  it('takes versions in their order', () => {
    expect(defineModule({ name: 'shop', versions: [first, second] }).versions).toHaveLength(2);
  });

  const WRONG: readonly (readonly [string, string, readonly Contract[], RegExp])[] = [
    ['none', 'shop', [], /no version/],
    ['another name', 'store', [first], /another name/],
    [
      'a gap',
      'shop',
      [first, define({ version: 3, migrate: { from: 2, step: () => null } })],
      /version 3 after 1/,
    ],
    ['no migration', 'shop', [first, define({ version: 2 })], /lacks its migration/],
  ];
  it.each(WRONG)('refuses %s', (_, name, versions, words) => {
    expect(() => defineModule({ name, versions })).toThrow(words);
  });
});
