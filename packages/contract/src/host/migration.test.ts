// Goal: versions stand side by side, and one takes over the state of the other in steps of bounded size.
// Method: a register whose second version splits a field, indexes another and drops a collection; migrated
// with every size of step, the state is the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collection } from '../collection.ts';
import { defineContract } from '../definitions.ts';
import { defineModule } from '../module.ts';
import { policy } from '../policy.ts';
import { text } from '../schema/helpers.ts';
import { createTestHost } from '../testing/test-host.ts';
import type { TestHost } from '../testing/test-host.ts';

const first = defineContract({
  name: 'register',
  version: 1,
  collections: {
    people: collection({
      value: z.strictObject({ name: text.line(40), town: text.line(20) }),
      indexes: { byTown: { field: 'town' } },
      listed: true,
    }),
    old: collection({ value: z.strictObject({ n: z.int() }), listed: true }),
  },
  methods: {
    enter: {
      args: z.strictObject({ id: text.kebabName(), name: text.line(40), town: text.line(20) }),
      policy: policy.member(),
      run(context, { id, name, town }) {
        context.state.people.put(id, { name, town });
        context.state.old.put(id, { n: 1 });
      },
    },
  },
});

const second = defineContract({
  name: 'register',
  version: 2,
  collections: {
    people: collection({
      value: z.strictObject({
        given: text.line(40, 0),
        family: text.line(40),
        town: text.line(20),
      }),
      indexes: { byFamily: { field: 'family' }, byTown: { field: 'town' } },
      listed: true,
    }),
  },
  refusals: { 'not-here': 'There is nobody of that name.' },
  methods: {
    find: {
      args: z.strictObject({ family: text.line(40) }),
      output: z.strictObject({ ids: z.array(text.kebabName()).max(100) }),
      policy: policy.member(),
      run(context, { family }) {
        const ids = context.state.people.by('byFamily', family, { limit: 100 });
        if (ids.length === 0) return context.refuse('not-here');
        return { ids: [...ids] };
      },
    },
  },
  migrate: {
    from: 1,
    step(context, cursor, limit) {
      const page = cursor === null ? { limit } : { limit, after: cursor };
      const keys = context.previous.keys('people', page);
      for (const key of keys) {
        const before = context.previous.get('people', key) as { name: string; town: string };
        const space = before.name.lastIndexOf(' ');
        context.state.people.put(key, {
          given: before.name.slice(0, Math.max(0, space)),
          family: before.name.slice(space + 1),
          town: before.town,
        });
        context.previous.delete('old', key);
      }
      return keys.length < limit ? null : (keys.at(-1) ?? null);
    },
  },
});

const modules = [defineModule({ name: 'register', versions: [first, second] })];
const PEOPLE = [
  ['ann', 'Ann Lee', 'Riga'],
  ['bo', 'Bo', 'Riga'],
  ['chen', 'Chen Li', 'Xi’an'],
  ['dana', 'Dana Lee', 'Oslo'],
  ['eve', 'Eve van Lee', 'Riga'],
] as const;

function filled(): TestHost {
  const host = createTestHost({ modules, versions: { register: 1 } });
  for (const [id, name, town] of PEOPLE) {
    host.must(host.caller('acme/ann'), 'enter', { id, name, town });
  }
  return host;
}

describe('versions side by side', () => {
  it('run whichever is in force', () => {
    const host = filled();
    const ann = host.caller('acme/ann');
    expect(host.call(ann, 'find', { family: 'Lee' }).code).toBe('unknown-method');
    host.migrate('register', 2, 100);
    expect(host.must(ann, 'find', { family: 'Lee' })).toEqual({ ids: ['ann', 'dana', 'eve'] });
    expect(host.call(ann, 'enter', { id: 'x', name: 'x', town: 'x' }).code).toBe('unknown-method');
  });
});

describe('migration', () => {
  const whole = filled();
  whole.migrate('register', 2, 100);

  it('takes over values and indexes, and leaves nothing of the old behind', () => {
    expect(whole.values('people')).toEqual([
      ['ann', { given: 'Ann', family: 'Lee', town: 'Riga' }],
      ['bo', { given: '', family: 'Bo', town: 'Riga' }],
      ['chen', { given: 'Chen', family: 'Li', town: 'Xi’an' }],
      ['dana', { given: 'Dana', family: 'Lee', town: 'Oslo' }],
      ['eve', { given: 'Eve van', family: 'Lee', town: 'Riga' }],
    ]);
    expect(whole.dump().filter((line) => line.includes('old'))).toEqual([]);
    expect(whole.dump().filter((line) => line.startsWith('index'))).toHaveLength(15);
  });

  it('comes to the same state with steps of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), (limit) => {
        const host = filled();
        const outcomes = host.migrate('register', 2, limit);
        expect(outcomes.every(({ code }) => code === 'ok')).toBe(true);
        expect(outcomes).toHaveLength(Math.floor(PEOPLE.length / limit) + 1);
        expect(host.dump()).toEqual(whole.dump());
      }),
      { numRuns: 8 },
    );
  });

  it('indexes as a register that was new would be', () => {
    const fresh = createTestHost({
      modules: [defineModule({ name: 'register', versions: [second] })],
    });
    expect(fresh.dump()).toEqual([]);
    const towns = whole.dump().filter((line) => line.includes('byTown'));
    expect(towns).toEqual(
      filled()
        .dump()
        .filter((line) => line.includes('byTown')),
    );
  });

  it('is refused where there is none', () => {
    const host = filled();
    const place = {
      port: {} as never,
      contract: 'register',
      cursor: null,
      limit: 5,
      height: 1,
      time: 1,
    };
    expect(host.native.migrateStep({ ...place, version: 1 })).toMatchObject({
      code: 'unknown-contract',
      next: null,
    });
    expect(host.native.migrateStep({ ...place, version: 3 }).code).toBe('unknown-contract');
    expect(() => host.native.migrateStep({ ...place, version: 2, limit: 100_000 })).toThrow(
      RangeError,
    );
  });
});
