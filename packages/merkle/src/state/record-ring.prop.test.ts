// Goal: the ring never gives a wrong record and stays within its bytes. Method: random puts of
// random sizes against a plain map; what is given is the newest version put, or nothing.
import fc from 'fast-check';
import { equalBytes } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { RecordRing } from './record-ring.ts';

const anyOperation = fc.record({
  place: fc.nat({ max: 30 }),
  size: fc.oneof(fc.constantFrom(300, 600), fc.integer({ min: 0, max: 1200 })),
  isOlder: fc.boolean(),
});

describe('RecordRing', () => {
  it('gives the newest version of a place or nothing', () => {
    const operations = fc.array(anyOperation, { minLength: 1, maxLength: 200, size: 'max' });
    const bytesMax = fc.constantFrom(0, 500, 3000, 8000, 15_000, 100_000);
    fc.assert(
      fc.property(operations, bytesMax, (steps, limit) => {
        const ring = new RecordRing(limit);
        const model = new Map<number, { version: number; bytes: Uint8Array }>();
        for (const [step, { place, size, isOlder }] of steps.entries()) {
          const bytes = new Uint8Array(size).fill(step);
          const known = model.get(place);
          const version = isOlder && known !== undefined ? known.version - 1 : step;
          ring.set(place, version, bytes);
          // An older version enters only when the newer one is held no more.
          if (version === step) model.set(place, { version, bytes });
          for (const [at, entry] of model) {
            const held = ring.get(at, entry.version) ?? entry.bytes;
            if (equalBytes(held, entry.bytes)) continue;
            throw new Error(`place ${at} is wrong at step ${step}`);
          }
        }
        ring.clear();
        for (const [place, { version }] of model) {
          expect(ring.get(place, version)).toBeUndefined();
        }
      }),
      { numRuns: 150 },
    );
  });

  it('holds all that fits, and the latest of what does not', () => {
    const ring = new RecordRing(100_000);
    const record = (fill: number): Uint8Array => new Uint8Array(500).fill(fill);
    for (let place = 0; place < 100; place++) ring.set(place, 1, record(place));
    for (let place = 0; place < 100; place++) {
      expect(ring.get(place, 1), `place ${place}`).toStrictEqual(record(place));
    }
    for (let place = 100; place < 1000; place++) ring.set(place, 1, record(place));
    expect(ring.get(99, 1)).toBeUndefined();
    for (let place = 900; place < 1000; place++) {
      expect(ring.get(place, 1), `place ${place}`).toStrictEqual(record(place));
    }
  });

  it('keeps a newer version when an older is read', () => {
    const ring = new RecordRing(10_000);
    ring.set(1, 5, new Uint8Array([5]));
    ring.set(1, 4, new Uint8Array([4, 4]));
    expect(ring.get(1, 5)).toStrictEqual(new Uint8Array([5]));
    expect(ring.get(1, 4)).toBeUndefined();
  });
});
