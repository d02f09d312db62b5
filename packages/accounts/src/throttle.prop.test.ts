// Goal: guessing is slowed for everyone who guesses, and the rightful user is let in again.
// Method: properties over the wait and random histories of guesses against a clock moved by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressGroup } from './address-group.ts';
import { openDatabase } from './database.ts';
import {
  ADDRESS_FREE_FAILURES,
  FAILURES_KEPT_MS,
  NAME_FREE_FAILURES,
  PAIR_FREE_FAILURES,
  WAIT_MS_MAX,
} from './limits.ts';
import { createThrottle, waitMs } from './throttle.ts';
import type { Throttle } from './throttle.ts';

function withThrottle(work: (throttle: Throttle, pass: (ms: number) => void) => void): void {
  using database = openDatabase(':memory:');
  let nowMs = 1_800_000_000_000;
  const ports = { nowMs: () => nowMs, randomBytes: (size: number) => new Uint8Array(size) };
  work(createThrottle(database, ports), (ms) => {
    nowMs += ms;
  });
}

describe('the wait', () => {
  it('grows with failures, and has a bound', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(100), (failures, free) => {
        const wait = waitMs(failures, free);
        expect(wait).toBeLessThanOrEqual(WAIT_MS_MAX);
        expect(wait).toBeLessThanOrEqual(waitMs(failures + 1, free));
        expect(wait === 0).toBe(failures <= free);
      }),
    );
  });
});

describe('the throttle', () => {
  it('lets few guesses a day through, whatever the guesser does', () => {
    const step = fc.record({ address: fc.nat(300), waitMs: fc.nat(1_000_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        withThrottle((throttle, pass) => {
          let passedMs = 0;
          let admitted = 0;
          for (const { address, waitMs: ms } of steps) {
            const guess = { name: 'li.wei', address: `192.0.2.${address}`, known: false };
            if (throttle.begin(guess).ok) admitted += 1;
            pass(ms);
            passedMs += ms;
          }
          // Ten free ones, ten while the wait doubles, then one in a quarter of an hour; a day later it begins anew.
          const days = 1 + Math.floor(passedMs / FAILURES_KEPT_MS);
          const bound = days * (NAME_FREE_FAILURES + 10) + passedMs / WAIT_MS_MAX + 1;
          expect(admitted).toBeLessThanOrEqual(bound);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('never makes anyone wait longer than its bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (guesses) => {
        withThrottle((throttle, pass) => {
          const guess = { name: 'li.wei', address: '192.0.2.1', known: false };
          for (let index = 0; index < guesses; index++) throttle.begin(guess);
          pass(WAIT_MS_MAX);
          expect(throttle.begin(guess).ok).toBe(true);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('does not slow a user at a known address by what strangers do elsewhere', () => {
    withThrottle((throttle) => {
      for (let index = 0; index < 200; index++) {
        throttle.begin({ name: 'li.wei', address: `198.51.100.${index}`, known: false });
      }
      const stranger = { name: 'li.wei', address: '203.0.113.9', known: false };
      expect(throttle.begin(stranger)).toMatchObject({ ok: false });
      expect(throttle.begin({ ...stranger, address: '192.0.2.1', known: true }).ok).toBe(true);
    });
  });

  it('says for how long, and counts guesses at the same moment one by one', () => {
    withThrottle((throttle, pass) => {
      const guess = { name: 'li.wei', address: '192.0.2.1', known: false };
      const answers = Array.from({ length: 100 }, () => throttle.begin(guess));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(PAIR_FREE_FAILURES + 1);
      expect(answers.at(-1)).toEqual({ ok: false, retryAfterSeconds: 2 });
      pass(2_000);
      expect(throttle.begin(guess).ok).toBe(true);
      expect(throttle.begin(guess)).toEqual({ ok: false, retryAfterSeconds: 4 });
    });
  });

  it('does not let an own account wash off the guesses at others', () => {
    withThrottle((throttle) => {
      let admitted = 0;
      for (let index = 0; index < 1_000; index++) {
        const own = throttle.begin({ name: 'mallory', address: '192.0.2.1', known: true });
        if (own.ok) own.attempt.succeeded();
        const other = { name: `user${index}`, address: '192.0.2.1', known: false };
        if (throttle.begin(other).ok) admitted += 1;
      }
      expect(admitted).toBe(ADDRESS_FREE_FAILURES + 1);
    });
  });

  it('forgets what was withdrawn', () => {
    withThrottle((throttle) => {
      const guess = { name: 'li.wei', address: '192.0.2.1', known: false };
      for (let index = 0; index < 100; index++) {
        const begun = throttle.begin(guess);
        expect(begun.ok, `guess ${index}`).toBe(true);
        if (begun.ok) begun.attempt.withdrawn();
      }
    });
  });
});

describe('addresses', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
    ['garbage', 'garbage'],
  ])('%s counts as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});
