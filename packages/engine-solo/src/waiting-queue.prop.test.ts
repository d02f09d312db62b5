import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WaitingQueue } from './waiting-queue.ts';

// Goal: items leave in the order in which they came, and under a load that never lets the queue run empty its memory stays
// bounded. Method: random pushes and takes against a plain array; a long run that always leaves something waiting.

it('gives items in the order in which they came', () => {
  expect.hasAssertions();
  const act = fc.record({ push: fc.nat({ max: 5 }), take: fc.nat({ max: 7 }) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60, size: 'max' }), (acts) => {
      const queue = new WaitingQueue<number>();
      const model: number[] = [];
      let next = 0;
      for (const { push, take } of acts) {
        for (let i = 0; i < push; i++) {
          queue.push(next);
          model.push(next++);
        }
        expect(queue.take(take)).toEqual(model.splice(0, take));
        expect(queue).toHaveLength(model.length);
      }
    }),
  );
});

it('lets go of what was taken even when it never runs empty', () => {
  const queue = new WaitingQueue<number>();
  for (let i = 0; i < 5_000; i++) queue.push(i);
  let placesMax = 0;
  for (let i = 0; i < 200_000; i++) {
    queue.push(i);
    queue.take(1);
    placesMax = Math.max(placesMax, queue.places);
  }
  expect(queue).toHaveLength(5_000);
  expect(placesMax).toBeLessThan(12_000);
});
