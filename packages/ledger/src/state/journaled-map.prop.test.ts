import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JournaledMap } from './journaled-map.ts';

// Goal: a journaled map is a map whose past can be come back to. Method: random writes, marks and rollbacks against copies of a plain
// map, null and false among the values, since they stand for what was deleted.

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      key: fc.constantFrom('a', 'b', 'c', '__proto__', ''),
      value: fc.constantFrom<(number | null | false)[]>(0, 1, 2, null, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('mark' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rollback' as const) }) },
);

it('is what a plain map would be, and what it was at every mark', () => {
  expect.hasAssertions();
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80, size: 'max' }), (acts) => {
      const map = new JournaledMap<number | null | false>();
      let model = new Map<string, number | null | false>();
      const marks: { readonly mark: number; readonly model: typeof model }[] = [];
      for (const each of acts) {
        if (each.kind === 'set') {
          map.set(each.key, each.value);
          model.set(each.key, each.value);
        } else if (each.kind === 'mark') {
          marks.push({ mark: map.mark(), model: new Map(model) });
        } else {
          const last = marks.pop();
          map.rollback(last?.mark ?? 0);
          model = last?.model ?? new Map<string, number | null | false>();
        }
        expect(new Map(map.entries())).toEqual(model);
        expect(map.size).toBe(model.size);
        for (const key of ['a', '__proto__', '']) {
          expect(map.get(key)).toBe(model.get(key));
          expect(map.has(key)).toBe(model.has(key));
        }
      }
    }),
  );
});
