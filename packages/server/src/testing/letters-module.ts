import {
  bytes,
  collection,
  defineContract,
  defineModule,
  event,
  policy,
  readers,
  route,
} from '@hefu/contract';
import type { ModuleDefinition } from '@hefu/contract';
import { z } from 'zod';

/**
 * A small application with something private in every place that leaves a node: arguments, outputs, events, state,
 * attachments, rows of a read model, receipts. For tests of the gate and of how modules' routes are mounted.
 */

const readersValue = z.union([
  z.enum(['public', 'consortium']),
  z.array(z.string().max(32)).max(8),
]);
const ownReaders = readers.field('readers');
const key = z.string().min(1).max(64);

const letters = defineContract({
  name: 'letters',
  version: 1,
  collections: {
    letters: collection({
      value: z.strictObject({ text: z.string().max(4000), readers: readersValue }),
      readers: ownReaders,
    }),
    counters: collection({
      value: z.strictObject({ sent: z.int().min(0) }),
      readers: readers.consortium(),
    }),
  },
  events: {
    sent: event({
      data: z.strictObject({ key, text: z.string().max(4000), readers: readersValue }),
      readers: ownReaders,
    }),
    counted: event({ data: z.strictObject({ key }), readers: readers.public() }),
  },
  refusals: { taken: 'There is a letter under this key.' },
  methods: {
    send: {
      args: z.strictObject({ key, text: z.string().max(4000), readers: readersValue }),
      output: z.strictObject({ echo: z.string().max(4000) }),
      policy: policy.member(),
      readers: ownReaders,
      run(context, args) {
        if (context.state.letters.has(args.key)) return context.refuse('taken', { key: args.key });
        const sent = (context.state.counters.get('all')?.sent ?? 0) + 1;
        context.state.letters.put(args.key, { text: args.text, readers: args.readers });
        context.state.counters.put('all', { sent });
        context.emit('sent', args);
        context.emit('counted', { key: args.key });
        return { echo: args.text };
      },
    },
    // The arguments are public, one of the events is not.
    announce: {
      args: z.strictObject({ key }),
      policy: policy.member(),
      readers: readers.public(),
      run(context, args) {
        context.emit('counted', { key: args.key });
        context.emit('sent', { key: args.key, text: SECRET_TEXT, readers: ['beta'] });
      },
    },
    attach: {
      args: z.strictObject({
        readers: readersValue,
        attachment: z.strictObject({ digest: bytes({ length: 32 }), size: z.int().min(0) }),
      }),
      policy: policy.member(),
      readers: ownReaders,
      attachment: { field: 'attachment' },
      run() {
        return undefined;
      },
    },
  },
});

/** Stands wherever the public may not look; a test searches every answer for it. */
export const SECRET_TEXT = 'the well-kept secret';

/** Where a stream of letters breaks off. */
export const BROKEN_KEY = 'broken';

const PAGE_ROWS_MAX = 200;

const row = z.object({ key: z.string(), text: z.string() });

const listLetters = route({
  method: 'GET',
  path: '/v1/letters',
  summary: 'Letters, by key.',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(PAGE_ROWS_MAX).default(2),
    cursor: z.string().optional(),
    prefix: z.string().max(20).optional(),
  }),
  response: z.object({ items: z.array(row), nextCursor: z.string().nullable() }),
  async handler(context, { query }) {
    const rows = await context.query(
      'select key, text, readers from letters where key > ? and key like ? order by key limit ?',
      [query.cursor ?? '', `${query.prefix ?? ''}%`, query.limit],
    );
    const items = rows.map(({ key: name, text }) => ({ key: String(name), text: String(text) }));
    const last = items.at(-1);
    return {
      items,
      nextCursor: items.length < query.limit || last === undefined ? null : last.key,
    };
  },
});

const getLetter = route({
  method: 'GET',
  path: '/v1/letters/{key}',
  summary: 'One letter, from the state.',
  params: z.object({ key }),
  response: z.object({ text: z.string() }),
  problems: { 'letter-not-found': { status: 404, title: 'There is no such letter.' } },
  async handler(context, { params }) {
    const value = await context.state('letters', 'letters', params.key);
    if (value === undefined) return context.problem('letter-not-found', { key: params.key });
    const { text } = value as { readonly text: string };
    return { text };
  },
});

const streamLetters = route({
  method: 'GET',
  path: '/v1/letter-stream',
  summary: 'All letters, one a line.',
  response: z.unknown(),
  async handler(context) {
    const rows = await context.query('select key, text, readers from letters order by key', []);
    return (async function* () {
      for (const { key: name } of rows) {
        if (name === BROKEN_KEY) throw new Error('this letter cannot be told');
        yield `${JSON.stringify({ key: name })}\n`;
      }
    })();
  },
});

const letterReceipt = route({
  method: 'GET',
  path: '/v1/letter-receipts/{id}',
  summary: 'The receipt of a letter.',
  params: z.object({ id: z.string() }),
  response: z.unknown(),
  problems: { 'letter-not-found': { status: 404, title: 'There is no such letter.' } },
  async handler(context, { params }) {
    return (await context.receipt(params.id)) ?? context.problem('letter-not-found');
  },
});

export const lettersModule: ModuleDefinition = defineModule({
  name: 'letters',
  versions: [letters],
  routes: [listLetters, getLetter, streamLetters, letterReceipt] as never,
  texts: { ru: { 'refusal.taken': 'Под этим ключом уже есть письмо.' } },
});
