import { compareBytes, utf8Encode } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkpointKey,
  DUE_START,
  dueEnd,
  dueIdKey,
  dueKey,
  indexPrefix,
  numberKey,
  numberOfKey,
  parseDueKey,
  prefixEnd,
  tileKey,
} from './keys.ts';

// Goal: the order of keys is the order of what they encode, and different things have different keys. Method: random pairs, compared
// both ways; ranges against their definition.

const anyNumber = fc.oneof(
  fc.nat({ max: 3 }),
  fc.nat({ max: 2 ** 31 - 1 }),
  fc.maxSafeNat(),
  fc.constantFrom(255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
);
const anyName = fc.stringMatching(/^[a-z][a-zA-Z0-9-]{0,8}$/);
const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const anyByteKey = fc.uint8Array({ minLength: 1, maxLength: 6 });

function sign(difference: number): number {
  return Math.sign(difference);
}

/** Order of lists by their first difference. */
function compareLists(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? sign(left - right)
        : compareBytes(utf8Encode(String(left)), utf8Encode(String(right)));
    if (order !== 0) return order;
  }
  return 0;
}

describe('keys', () => {
  it('of numbers, tiles and checkpoints ascend as their numbers do', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.tuple(anyNumber, anyNumber), fc.tuple(anyNumber, anyNumber), (a, b) => {
        expect(compareBytes(numberKey(a[0]), numberKey(b[0]))).toBe(sign(a[0] - b[0]));
        expect(numberOfKey(numberKey(a[0]))).toBe(a[0]);
        expect(compareBytes(checkpointKey(...a), checkpointKey(...b))).toBe(compareLists(a, b));
        const [levelA, levelB] = [a[0] % 8, b[0] % 8];
        const order = compareBytes(tileKey(levelA, a[1]), tileKey(levelB, b[1]));
        expect(order).toBe(compareLists([levelA, a[1]], [levelB, b[1]]));
      }),
    );
    expect(() => numberOfKey(new Uint8Array(7))).toThrow('no number');
  });

  it('of scheduled effects ascend by time, contract and id, and give them back', () => {
    expect.hasAssertions();
    const anyEffect = fc.tuple(
      fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 2 ** 45 })),
      anyName,
      anyText,
    );
    fc.assert(
      fc.property(anyEffect, anyEffect, (a, b) => {
        expect(compareBytes(dueKey(...a), dueKey(...b))).toBe(compareLists(a, b));
        const [timeMs, contract, id] = a;
        expect(parseDueKey(dueKey(timeMs, contract, id))).toEqual({ timeMs, contract, id });
        // Between the bounds of what is due lies exactly what is due.
        const within =
          compareBytes(dueKey(...a), DUE_START) >= 0 &&
          compareBytes(dueKey(...a), dueEnd(b[0])) < 0;
        expect(within).toBe(timeMs <= b[0]);
        // Rows by id lie behind all rows by time.
        expect(compareBytes(dueKey(...a), dueIdKey(b[1], b[2]))).toBe(-1);
        const same = contract === b[1] && id === b[2];
        expect(compareBytes(dueIdKey(contract, id), dueIdKey(b[1], b[2])) === 0).toBe(same);
      }),
    );
    expect(() => parseDueKey(numberKey(1))).toThrow('malformed key');
  });

  it('of an index lie together, apart from those of any other value', () => {
    expect.hasAssertions();
    const anyPlace = fc.tuple(
      anyName,
      anyName,
      fc.oneof(anyName, fc.constant('*')),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(anyPlace, anyPlace, anyText, (a, b, key) => {
        const row = Uint8Array.of(...indexPrefix(...a), ...utf8Encode(key));
        const prefix = indexPrefix(...b);
        const end = prefixEnd(prefix);
        const within =
          compareBytes(row, prefix) >= 0 && (end === undefined || compareBytes(row, end) < 0);
        expect(within).toBe(compareLists(a, b) === 0);
      }),
    );
  });

  it('within a prefix are those that begin with it', () => {
    expect.hasAssertions();
    const bytes = fc.oneof(
      anyByteKey,
      fc
        .array(fc.constantFrom(0, 254, 255), { minLength: 1, maxLength: 4 })
        .map((each) => Uint8Array.from(each)),
    );
    fc.assert(
      fc.property(bytes, bytes, (prefix, key) => {
        const end = prefixEnd(prefix);
        const within =
          compareBytes(key, prefix) >= 0 && (end === undefined || compareBytes(key, end) < 0);
        const begins = compareBytes(key.subarray(0, prefix.length), prefix) === 0;
        expect(within).toBe(begins);
      }),
    );
  });
});
