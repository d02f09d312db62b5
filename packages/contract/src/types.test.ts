// Goal: what a contract declares types what its code may do. Method: each line below marked as an error must
// be one for the compiler, which checks this file with the rest; the test runs the lines that are none.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { collection } from './collection.ts';
import { defineContract } from './definitions.ts';
import { event } from './event.ts';
import { policy } from './policy.ts';
import { text } from './schema/helpers.ts';
import { createTestHost } from './testing/test-host.ts';

const contract = defineContract({
  name: 'shop',
  version: 1,
  collections: {
    goods: collection({
      value: z.strictObject({ title: text.line(40), price: z.int().optional() }),
      indexes: { byTitle: { field: 'title' } },
    }),
    listed: collection({ value: z.strictObject({ n: z.int() }), listed: true }),
  },
  events: { sold: event({ data: z.strictObject({ title: text.line(40) }) }) },
  refusals: { 'sold-out': 'There is none left.' },
  effects: {
    remind: {
      args: z.strictObject({ n: z.int() }),
      run(context, { n }) {
        context.state.listed.put(String(n), { n });
        // @ts-expect-error n is a number
        void n.length;
      },
    },
  },
  methods: {
    sell: {
      args: z.strictObject({ id: text.kebabName() }),
      output: z.strictObject({ title: z.string().max(40) }),
      policy: policy.member(),
      run(context, { id }) {
        const item = context.state.goods.get(id);
        if (item === undefined) return context.refuse('sold-out');
        const title: string = item.title;
        context.emit('sold', { title });
        context.schedule(context.time + 1, 'remind', { n: item.price ?? 0 }, id);
        if (title === '') {
          // @ts-expect-error no such collection
          void context.state.others;
          // @ts-expect-error price is a number
          context.state.goods.put(id, { title, price: 'x' });
          // @ts-expect-error no such index
          context.state.goods.by('byPrice', 'x');
          // @ts-expect-error not listed
          context.state.goods.keys();
          // @ts-expect-error no such event
          context.emit('bought', { title });
          // @ts-expect-error the event has a title
          context.emit('sold', { name: title });
          // @ts-expect-error no such refusal
          context.refuse('sold');
          // @ts-expect-error no such effect
          context.schedule(1, 'other', { n: 1 }, id);
          // @ts-expect-error the effect takes a number
          context.schedule(1, 'remind', { n: '1' }, id);
          // @ts-expect-error values are what they were declared
          void item.author;
        }
        return { title };
      },
    },
    stock: {
      args: z.strictObject({ id: text.kebabName(), title: text.line(40) }),
      policy: policy.member(),
      run(context, { id, title }) {
        context.state.goods.put(id, { title, price: 5 });
      },
    },
  },
});

defineContract({
  name: 'wrong',
  version: 1,
  collections: {},
  methods: {
    act: {
      args: z.strictObject({}),
      output: z.strictObject({ n: z.int() }),
      policy: policy.member(),
      // @ts-expect-error the output has a number
      run: () => ({ n: 'x' }),
    },
  },
});

it('types what runs', () => {
  const host = createTestHost({ contract });
  const ann = host.caller('acme/ann');
  host.must(ann, 'stock', { id: 'tea', title: 'Tea' });
  expect(host.must(ann, 'sell', { id: 'tea' })).toEqual({ title: 'Tea' });
  expect(host.call(ann, 'sell', { id: 'milk' }).code).toBe('shop/sold-out');
  expect(host.advance(1)).toMatchObject([{ code: 'ok' }]);
  expect(host.values('listed')).toEqual([['5', { n: 5 }]]);
});
