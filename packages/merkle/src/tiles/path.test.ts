// Goal: each tile has one address, that of C2SP tlog-tiles. Method: the specification's examples,
// a round trip over random places, and a table of texts that name nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesPath, parseTilePath, tilePath } from './path.ts';

describe('tile paths', () => {
  it('are those of the specification', () => {
    expect(tilePath(0, 1_234_067)).toBe('tile/0/x001/x234/067');
    expect(tilePath(0, 1_234_067, 5)).toBe('tile/0/x001/x234/067.p/5');
    expect(tilePath(1, 0, 255)).toBe('tile/1/000.p/255');
    expect(tilePath(63, 999)).toBe('tile/63/999');
    expect(entriesPath(1000, 1)).toBe('tile/entries/x001/000.p/1');
    expect(entriesPath(7, 256)).toBe('tile/entries/007');
  });

  it('can be read back', () => {
    const index = fc.oneof(fc.nat({ max: 2_000_000 }), fc.maxSafeNat());
    fc.assert(
      fc.property(
        fc.nat({ max: 63 }),
        index,
        fc.integer({ min: 1, max: 256 }),
        (level, n, width) => {
          expect(parseTilePath(tilePath(level, n, width))).toStrictEqual({
            kind: 'hashes',
            level,
            index: n,
            width,
          });
          expect(parseTilePath(entriesPath(n, width))).toStrictEqual({
            kind: 'entries',
            index: n,
            width,
          });
        },
      ),
    );
  });

  it.each([
    '',
    'tile',
    'tile/0',
    'tile/0/',
    'tile/0/1',
    'tile/0/0001',
    'tile/0/x001',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/00/001',
    'tile/01/001',
    'tile/64/001',
    'tile/-1/001',
    'tile/0/001.p/0',
    'tile/0/001.p/256',
    'tile/0/001.p/05',
    'tile/0/001.p/',
    'tile/0/001.p',
    'tile/0/001/',
    '/tile/0/001',
    'tile/0/001\n',
    'tile/data/001',
    'tile/entries/x1/001',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/0/٠٠١',
  ])('%j names nothing', (text) => {
    expect(parseTilePath(text)).toBeUndefined();
  });

  it('are not made for places that no log has', () => {
    expect(() => tilePath(64, 0)).toThrow(RangeError);
    expect(() => tilePath(0, -1)).toThrow(RangeError);
    expect(() => tilePath(0, 1.5)).toThrow(RangeError);
    expect(() => entriesPath(0, 0)).toThrow(RangeError);
    expect(() => entriesPath(0, 257)).toThrow(RangeError);
  });
});
