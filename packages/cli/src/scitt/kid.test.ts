// Purpose: the id of an issuer's key can be typed, whatever bytes it is. Method: examples, and every id there and back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex, utf8Encode } from '@hefu/bytes';
import { kidBytes, kidText } from './kid.ts';

describe('the id of an issuer’s key', () => {
  it('is text as it stands, and hex when it is no text', () => {
    expect(toHex(kidBytes('key-2026'))).toBe(toHex(utf8Encode('key-2026')));
    expect(kidText(utf8Encode('key-2026'))).toBe('key-2026');
    expect(kidText(Uint8Array.of(0, 255))).toBe('hex:00ff');
    expect(kidText(utf8Encode('hex:00'))).toBe('hex:6865783a3030');
    expect(kidText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('hex:efbbbf61');
    expect(() => kidBytes('hex:0')).toThrow('hex:0 is not in hex');
  });

  it('comes back from what was shown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (kid) => {
        expect(toHex(kidBytes(kidText(kid)))).toBe(toHex(kid));
      }),
    );
  });
});
