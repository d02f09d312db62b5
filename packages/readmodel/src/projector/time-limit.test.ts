// Goal: a work that takes too long is given up, and one that does not passes as it is, however many there are. Method: real timers.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TimeLimit } from './time-limit.ts';

function endless(): Promise<void> {
  return Promise.withResolvers<void>().promise;
}

test('a work that ends in time passes, with its own fault too', async () => {
  const limit = new TimeLimit(10_000, 'too long');
  for (let nth = 0; nth < 100; nth++) await limit.within(Promise.resolve());
  await expect(limit.within(Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  await limit.within(Promise.resolve());
  limit.close();
});

test('a work that does not end is given up, and the next one has the whole time', async () => {
  const limit = new TimeLimit(40, 'too long');
  await limit.within(Promise.resolve());
  await sleep(25);
  const startedMs = performance.now();
  await expect(limit.within(endless())).rejects.toThrow('too long');
  // Measured from its own beginning, not from when the timer was set; timers are exact to a millisecond.
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(39);
  await expect(limit.within(endless())).rejects.toThrow('too long');
  limit.close();
});

test('what was given up does not end the next work', async () => {
  const limit = new TimeLimit(20, 'too long');
  const slow = Promise.withResolvers<void>();
  await expect(limit.within(slow.promise)).rejects.toThrow('too long');
  const next = Promise.withResolvers<void>();
  const waiting = limit.within(next.promise);
  slow.resolve();
  await slow.promise;
  expect(() => limit.within(Promise.resolve())).toThrow('in hand already');
  next.resolve();
  await waiting;
  limit.close();
});
