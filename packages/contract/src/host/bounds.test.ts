// Goal: each bound is met exactly, and going beyond it is final. Method: for each, use just as much and one
// more, also with the end caught.
import { describe, expect, it } from 'vitest';
import * as limits from '../limits.ts';
import { acting } from '../testing/acting.ts';
import type { Act } from '../testing/acting.ts';
import type { Outcome } from './outcome.ts';

describe('bounds', () => {
  const repeat = (count: number, use: (index: number) => void): null => {
    for (let i = 0; i < count; i++) use(i);
    return null;
  };
  type Bound = readonly [string, number, (context: Act, count: number) => unknown];
  const bounds: readonly Bound[] = [
    [
      'writes-too-many',
      limits.WRITES_MAX,
      (context, count) =>
        repeat(count, (i) => {
          context.state.items.put(`k${i}`, { owner: 'x' });
        }),
    ],
    [
      'writes-too-many',
      limits.WRITES_MAX,
      (context, count) =>
        repeat(count, (i) => {
          context.state.items.delete(`k${i}`);
        }),
    ],
    [
      'reads-too-many',
      limits.READS_MAX,
      (context, count) =>
        repeat(count, (i) => {
          context.state.items.get(`k${i}`);
        }),
    ],
    [
      'events-too-many',
      limits.EVENTS_MAX,
      (context, count) =>
        repeat(count, (i) => {
          context.emit('seen', { n: i });
        }),
    ],
    [
      'schedules-too-many',
      limits.SCHEDULES_MAX,
      (context, count) =>
        repeat(count, (i) => {
          context.schedule(2000, 'remind', { n: i }, `k${i}`);
        }),
    ],
    [
      'host-calls-too-many',
      limits.HOST_CHECKS_MAX,
      (context, count) =>
        repeat(count, () => {
          context.host.checkPublicKey('ed25519', new Uint8Array(3));
        }),
    ],
    [
      'host-calls-too-many',
      // A trust file with so many handovers that nothing else can be checked beside it.
      (limits.HOST_CHECKS_MAX - limits.HOST_RECEIPT_CHECKS + 1) *
        limits.HOST_TRUST_BYTES_PER_CHECK -
        1,
      (context, count) => {
        context.host.verifyReceipt(new Uint8Array(2), new Uint8Array(count));
        return null;
      },
    ],
    [
      'host-calls-too-many',
      limits.HOST_BYTES_MAX,
      (context, count) => {
        context.host.hash('sha256', new Uint8Array(count));
        return null;
      },
    ],
  ];
  it.each(bounds)('%s above %i', (code, max, use) => {
    expect(acting((context) => use(context, max)).code).toBe('ok');
    expect(acting((context) => use(context, max + 1)).code).toBe(code);
    const caught = acting((context) => {
      try {
        use(context, max + 1);
      } catch {
        // Going beyond a bound is final, as a refusal is.
      }
      return null;
    });
    expect(caught.code).toBe(code);
  });

  it('writes-too-many for bytes in all', () => {
    const blob = new Uint8Array(65_000);
    const write = (count: number): Outcome =>
      acting((context) =>
        repeat(count, (i) => {
          context.state.big.put(`k${i}`, { blob });
        }),
      );
    expect(write(16).code).toBe('ok');
    expect(write(17).code).toBe('writes-too-many');
  });

  it('writes-too-many for the bytes of one value', () => {
    const outcome = acting((context) => {
      context.state.big.put('a', { blob: new Uint8Array(65_536) });
      return null;
    });
    expect(outcome.code).toBe('writes-too-many');
  });

  it('output-too-large', () => {
    expect(acting(() => ({ out: 'x'.repeat(16_000) })).code).toBe('ok');
    expect(acting(() => ({ out: 'x'.repeat(17_000) })).code).toBe('output-too-large');
  });

  it('events-too-many for bytes in all', () => {
    const note = 'x'.repeat(60_000);
    const emit = (count: number): Outcome =>
      acting((context) =>
        repeat(count, (n) => {
          context.emit('seen', { n, note });
        }),
      );
    expect(emit(2).code).toBe('ok');
    expect(emit(3).code).toBe('events-too-many');
  });
});
