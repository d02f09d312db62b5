import { collection, defineContract, event, policy, readers } from '../index.ts';
import { readersSchema, text, timeMs } from '../schema/index.ts';
import { z } from 'zod';

/** How long an instrument may be lent at once. */
const LOAN_MAX_MS = 90 * 24 * 60 * 60 * 1000;

const loan = z.strictObject({ borrower: text.memberId(), until: timeMs() });
const instrument = z.strictObject({
  title: text.line(100),
  owner: text.organisationId(),
  readers: readersSchema(),
  loan: loan.nullable(),
});

export const loansV1 = defineContract({
  name: 'loans',
  version: 1,
  collections: {
    instruments: collection({
      value: instrument,
      readers: readers.field('readers'),
      indexes: { byOwner: { field: 'owner' } },
    }),
  },
  events: {
    registered: event({
      data: z.strictObject({ instrument: text.kebabName(), readers: readersSchema() }),
      readers: readers.field('readers'),
    }),
    lent: event({ data: z.strictObject({ instrument: text.kebabName(), ...loan.shape }) }),
    returned: event({ data: z.strictObject({ instrument: text.kebabName() }) }),
    overdue: event({ data: z.strictObject({ instrument: text.kebabName(), ...loan.shape }) }),
  },
  refusals: {
    'already-registered': 'There is an instrument of this name already.',
    'no-such-instrument': 'There is no instrument of this name.',
    'not-yours': 'Only the organisation that owns the instrument may do this.',
    'lent-already': 'The instrument is lent to somebody.',
    'not-lent': 'The instrument is not lent.',
    'too-long': 'An instrument is lent for 90 days at most.',
  },
  effects: {
    becomeOverdue: {
      args: z.strictObject({ name: text.kebabName() }),
      run(context, { name }) {
        const found = context.state.instruments.get(name);
        if (found?.loan) context.emit('overdue', { instrument: name, ...found.loan });
      },
    },
  },
  methods: {
    register: {
      summary: 'Registers an instrument that may be lent.',
      args: z.strictObject({
        name: text.kebabName(),
        title: text.line(100),
        readers: readersSchema(),
      }),
      policy: policy.role('keeper'),
      readers: readers.field('readers'),
      run(context, { name, title, readers: who }) {
        const { instruments } = context.state;
        if (instruments.has(name)) return context.refuse('already-registered');
        const owner = context.caller.organisation;
        instruments.put(name, { title, owner, readers: who, loan: null });
        context.emit('registered', { instrument: name, readers: who });
      },
    },
    lend: {
      summary: 'Lends an instrument to a member, until a day.',
      args: z.strictObject({
        name: text.kebabName(),
        borrower: text.memberId(),
        until: timeMs(),
      }),
      output: z.strictObject({ days: z.int().min(0) }),
      policy: policy.role('keeper'),
      run(context, { name, borrower, until }) {
        const found = context.state.instruments.get(name);
        if (found === undefined) return context.refuse('no-such-instrument');
        if (found.owner !== context.caller.organisation) return context.refuse('not-yours');
        if (found.loan !== null) return context.refuse('lent-already', { until: found.loan.until });
        const lasting = until - context.time;
        if (lasting <= 0 || lasting > LOAN_MAX_MS) return context.refuse('too-long');
        context.state.instruments.put(name, { ...found, loan: { borrower, until } });
        context.schedule(until, 'becomeOverdue', { name }, name);
        context.emit('lent', { instrument: name, borrower, until });
        return { days: Math.floor(lasting / 86_400_000) };
      },
    },
    giveBack: {
      summary: 'Notes that an instrument is back; by its borrower or its owner.',
      args: z.strictObject({ name: text.kebabName() }),
      policy: policy.member(),
      run(context, { name }) {
        const found = context.state.instruments.get(name);
        if (found === undefined) return context.refuse('no-such-instrument');
        if (found.loan === null) return context.refuse('not-lent');
        const { member, organisation } = context.caller;
        if (found.loan.borrower !== member && found.owner !== organisation) {
          return context.refuse('not-yours');
        }
        context.state.instruments.put(name, { ...found, loan: null });
        context.cancel(name);
        context.emit('returned', { instrument: name });
      },
    },
  },
});
