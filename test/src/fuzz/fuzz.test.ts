// Goal: nothing that can be sent makes a node fail, or answer what it has not described. Method: a short run of the fuzzer with a seed of its
// own; `npm run test:fuzz` is the long one.
import { expect, it } from 'vitest';
import { runFuzz } from './run.ts';

it('three thousand requests, right, nearly right and hostile, are answered as the document says', async () => {
  const report = await runFuzz({ seed: 7, count: 3_000, suite: 'international', faultsMax: 20 });
  expect(report.faults).toEqual([]);
  expect(report.sent).toBe(3_000);
  // Whoever only ever knocks at the door tests the door.
  expect(report.reached).toBeGreaterThan(report.operations / 2);
  expect(report.codes.size).toBeGreaterThan(40);
}, 120_000);
