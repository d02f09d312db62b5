// Goal: what goes into and comes out of a contract is plain, frozen and its own. Method: examples of what
// is copied, and a table of what is none.
import { describe, expect, it } from 'vitest';
import { frozenCopy } from './plain.ts';

class Point {
  readonly x = 1;
}

describe('frozenCopy', () => {
  it('shares nothing with what it copies', () => {
    const given = { list: [{ n: 1 }], raw: Uint8Array.of(1, 2) };
    const copy = frozenCopy(given) as typeof given;
    given.list[0] = { n: 2 };
    given.raw[0] = 9;
    expect(copy).toEqual({ list: [{ n: 1 }], raw: Uint8Array.of(1, 2) });
  });

  it('copies a Buffer into bytes of its own', () => {
    const given = Buffer.from([1, 2]);
    const copy = frozenCopy(given) as Uint8Array;
    given[0] = 9;
    expect(copy).toEqual(Uint8Array.of(1, 2));
    expect(Object.getPrototypeOf(copy)).toBe(Uint8Array.prototype);
  });

  it('freezes all of it', () => {
    const copy = frozenCopy({ list: [{ n: 1 }] }) as { list: { n: number }[] };
    expect(Object.isFrozen(copy)).toBe(true);
    expect(Object.isFrozen(copy.list)).toBe(true);
    expect(Object.isFrozen(copy.list[0])).toBe(true);
  });

  it('leaves out what is undefined, and gives zero one sign', () => {
    const copy = frozenCopy({ a: undefined, b: -0 }) as Record<string, unknown>;
    expect(Object.keys(copy)).toEqual(['b']);
    expect(Object.is(copy['b'], 0)).toBe(true);
  });

  it('reads each property once', () => {
    let reads = 0;
    const given = {
      get n() {
        return ++reads;
      },
    };
    expect(frozenCopy(given)).toEqual({ n: 1 });
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  const NOT_PLAIN: readonly (readonly [string, unknown])[] = [
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a bigint', 1n],
    ['a promise', Promise.resolve(1)],
    ['a map', new Map()],
    ['a date', new Date(0)],
    ['an instance', new Point()],
    ['a hole', Array.from({ length: 1 })],
    ['an array of undefined', [undefined]],
    ['a cycle', cycle],
    ['__proto__', JSON.parse('{"__proto__":1}')],
    ['a class inside', { a: [new Point()] }],
  ];
  it.each(NOT_PLAIN)('refuses %s', (_, value) => {
    expect(() => frozenCopy(value)).toThrow(TypeError);
  });
});
