// Goal: the test host catches a contract that would not give the same on every node, and leaves a sound one
// alone. Method: contracts that are deliberately impure, one way each.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collection } from '../collection.ts';
import type { Context } from '../context.ts';
import { defineContract } from '../definitions.ts';
import { event } from '../event.ts';
import { policy } from '../policy.ts';
import { createTestHost } from './test-host.ts';
import type { TestHost } from './test-host.ts';

const collections = {
  notes: collection({
    value: z.strictObject({ n: z.int(), s: z.string().max(50).optional() }),
    indexes: { byS: { field: 's' } },
  }),
};
const events = { noted: event({ data: z.strictObject({ n: z.int() }) }) };
const refusals = { no: 'No.' };
type Run = Context<typeof collections, typeof events, typeof refusals, { later: { n: number } }>;

function hostOf(run: (context: Run) => void): TestHost {
  const contract = defineContract({
    name: 'notes',
    version: 1,
    collections,
    events,
    refusals,
    effects: {
      later: {
        args: z.strictObject({ n: z.int() }),
        run(context, { n }) {
          context.state.notes.put(`later ${n}`, { n });
          context.emit('noted', { n });
          if (n > 1) context.schedule(context.time + 1000, 'later', { n: n - 1 }, 'again');
        },
      },
    },
    methods: {
      note: {
        args: z.strictObject({}),
        policy: policy.member(),
        run: (context) => {
          run(context);
        },
      },
    },
  });
  return createTestHost({ contract });
}

let counter = 0;
const seen: object[] = [];
const memo = new Map<string, number>();
const put = (context: Run, n: number): void => {
  context.state.notes.put('a', { n });
};

const IMPURE: readonly (readonly [string, (context: Run) => void, RegExp])[] = [
  [
    'counts calls in a variable',
    (context) => {
      put(context, counter++);
    },
    /twice from one state, two results/,
  ],
  [
    'remembers in a map',
    (context) => {
      memo.set('n', (memo.get('n') ?? 0) + 1);
      put(context, memo.get('n') ?? 0);
    },
    /two results/,
  ],
  [
    'remembers what it was given',
    (context) => {
      seen.push(context);
      context.emit('noted', { n: seen.length });
    },
    /two results/,
  ],
  [
    'differs in its refusal only',
    (context) => {
      if (counter++ % 2 === 0) context.refuse('no');
    },
    /two results/,
  ],
  [
    'draws lots',
    (context) => {
      put(context, Math.floor(Math.random() * 10));
    },
    /uses Math.random/,
  ],
  [
    'looks at the clock',
    (context) => {
      put(context, Date.now());
    },
    /uses Date/,
  ],
  [
    'makes a date',
    (context) => {
      put(context, new Date(0).getTime());
    },
    /uses Date/,
  ],
  [
    'measures time',
    (context) => {
      put(context, Math.floor(performance.now()));
    },
    /uses performance/,
  ],
  [
    'asks for random bytes',
    () => {
      crypto.getRandomValues(new Uint8Array(1));
    },
    /uses crypto/,
  ],
  [
    'waits',
    () => {
      setTimeout(() => {}, 0);
    },
    /uses setTimeout/,
  ],
  [
    'fetches',
    () => {
      void fetch('http://127.0.0.1/');
    },
    /uses fetch/,
  ],
  [
    'reckons with a sine',
    (context) => {
      put(context, Math.round(Math.sin(1)));
    },
    /uses Math.sin/,
  ],
  [
    'takes a power',
    (context) => {
      put(context, Math.pow(2, 3));
    },
    /uses Math.pow/,
  ],
  [
    'sorts by a locale',
    (context) => {
      put(context, 'a'.localeCompare('b'));
    },
    /uses String.prototype.localeCompare/,
  ],
  [
    'folds case',
    (context) => {
      put(context, 'İ'.toLowerCase().length);
    },
    /uses String.prototype.toLowerCase/,
  ],
  [
    'writes numbers as people do',
    (context) => {
      put(context, (1000).toLocaleString().length);
    },
    /uses Number.prototype.toLocaleString/,
  ],
  [
    'catches the trap',
    (context) => {
      try {
        Date.now();
      } catch {
        put(context, 1);
      }
    },
    /uses Date/,
  ],
];

describe('createTestHost', () => {
  it.each(IMPURE)('catches a contract that %s', (_, run, words) => {
    const host = hostOf(run);
    expect(() => host.call(host.caller('acme/ann'), 'note', {})).toThrow(words);
  });

  it('sets the traps for the call alone', () => {
    const host = hostOf((context) => {
      put(context, 1);
    });
    host.must(host.caller('acme/ann'), 'note', {});
    expect(Number.isFinite(Date.now() + Math.random())).toBe(true);
  });

  it('keeps what went well and forgets the rest', () => {
    let fails = false;
    const host = hostOf((context) => {
      context.state.notes.put('a', { n: fails ? 2 : 1, s: 'x' });
      context.emit('noted', { n: 1 });
      if (fails) context.refuse('no');
    });
    const ann = host.caller('acme/ann');
    host.must(ann, 'note', {});
    const before = host.dump();
    fails = true;
    expect(host.call(ann, 'note', {}).code).toBe('notes/no');
    expect(host.dump()).toEqual(before);
    expect(host.events).toHaveLength(1);
    expect(host.value('notes', 'a')).toEqual({ n: 1, s: 'x' });
    expect(() => host.must(ann, 'note', {})).toThrow('note: notes/no');
  });

  it('lets time pass, and what is due happen in its order', () => {
    const host = hostOf((context) => {
      context.schedule(context.time + 2000, 'later', { n: 3 }, 'b');
      context.schedule(context.time + 2000, 'later', { n: 7 }, 'a');
      context.schedule(context.time + 9000, 'later', { n: 1 }, 'c');
    });
    host.must(host.caller('acme/ann'), 'note', {});
    expect(host.advance()).toEqual([]);
    expect(host.advance().map(({ code }) => code)).toEqual(['ok', 'ok']);
    // Both have scheduled the next under one id: the later one stands.
    expect(host.events.map(({ data }) => data)).toEqual([{ n: 7 }, { n: 3 }]);
    expect(host.advance(1000)).toHaveLength(1);
    expect(host.values('notes').map(([key]) => key)).toEqual(['later 2', 'later 3', 'later 7']);
    expect(host.height).toBe(4);
  });
});
