// Goal: opening and closing changes the heights from then on, and none before. Method: random sequences of
// both, against a plain list of heights that count.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { closedAt, countsAt, openedAt } from './intervals.ts';
import type { Interval } from './intervals.ts';

const HEIGHTS = 30;

it('counts exactly the heights between opening and closing', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3), { maxLength: 12 }), (gaps) => {
      let intervals: readonly Interval[] = [];
      const model = Array.from({ length: HEIGHTS + 1 }, () => false);
      let height = 0;
      for (const [index, gap] of gaps.entries()) {
        height = Math.min(HEIGHTS, height + gap);
        const open = index % 2 === 0;
        intervals = open ? openedAt(intervals, height) : closedAt(intervals, height);
        model.fill(open, height);
      }
      for (const [at, counts] of model.entries()) {
        expect(countsAt(intervals, at), `height ${at}`).toBe(counts);
      }
    }),
  );
});
