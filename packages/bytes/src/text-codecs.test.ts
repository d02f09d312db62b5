// Goal: hex, base64 and UTF-8 give one text for one value and refuse every other text. Method: tables
// of good and bad inputs (RFC 4648 §10 among them), and the portable twins held to Node's own.
import { describe, expect, it } from 'vitest';
import {
  fromBase64,
  fromBase64Url,
  toBase64,
  toBase64Portable,
  toBase64Url,
  toBase64UrlPortable,
} from './base64.ts';
import { fromHex, toHex, toHexPortable } from './hex.ts';
import { asPlainBytes } from './native-buffer.ts';
import { utf8Decode, utf8Encode } from './utf8.ts';

const ASCII = new TextEncoder();

describe('hex', () => {
  it('is lower-case, both ways', () => {
    const all = new Uint8Array(256).map((_, i) => i);
    expect(toHex(all)).toBe(Buffer.from(all).toString('hex'));
    expect(toHexPortable(all)).toBe(toHex(all));
    expect(fromHex(toHex(all))).toEqual(all);
    expect(fromHex('')).toEqual(new Uint8Array(0));
  });

  it.each(['0', 'AB', 'aB', '0x00', ' 00', '00 ', 'g0', '0g', '00\n', '٠٠', '/0', ':0', '`0'])(
    'refuses %j',
    (text) => {
      expect(fromHex(text)).toBeUndefined();
    },
  );

  it('reads a view, not the buffer behind it', () => {
    expect(toHex(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).toBe('0203');
  });
});

describe('base64', () => {
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('RFC 4648 §10, %j', (plain, text) => {
    const bytes = ASCII.encode(plain);
    expect(toBase64(bytes)).toBe(text);
    expect(toBase64Portable(bytes)).toBe(text);
    expect(fromBase64(text)).toEqual(bytes);
    const unpadded = text.replaceAll('=', '');
    expect(toBase64Url(bytes)).toBe(unpadded);
    expect(toBase64UrlPortable(bytes)).toBe(unpadded);
    expect(fromBase64Url(unpadded)).toEqual(bytes);
  });

  it('has the two alphabets', () => {
    const bytes = new Uint8Array([0xfb, 0xff, 0xbf]);
    expect(toBase64(bytes)).toBe('+/+/');
    expect(toBase64Url(bytes)).toBe('-_-_');
    expect(fromBase64('-_-_')).toBeUndefined();
    expect(fromBase64Url('+/+/')).toBeUndefined();
  });

  it.each([
    'Z',
    'Zg',
    'Zg=',
    'Zg===',
    'Zh==',
    'Zm9=',
    '====',
    '=',
    'Zm 9',
    'Zm9v\n',
    'Zm9v====',
    'Zg==Zg==',
    'Zmé=',
  ])('refuses %j with padding', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  it.each(['Z', 'Zg==', 'Zh', 'Zm9', 'Zm8=', 'Zm9vY', 'Zm 9', 'Zm9v\n', 'Zé'])(
    'refuses %j without padding',
    (text) => {
      expect(fromBase64Url(text)).toBeUndefined();
    },
  );
});

describe('UTF-8', () => {
  it('keeps a byte order mark', () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
    expect(utf8Decode(bytes)).toBe('\uFEFFa');
    expect(utf8Encode('\uFEFFa')).toEqual(bytes);
  });

  it.each([
    [[0xc0, 0x80]],
    [[0xed, 0xa0, 0x80]],
    [[0xff]],
    [[0xe5, 0x90]],
    [[0xf4, 0x90, 0x80, 0x80]],
  ])('refuses %j', (bytes) => {
    expect(utf8Decode(new Uint8Array(bytes))).toBeUndefined();
  });

  it.each(['\uD800', 'a\uDC00b', '\uDC00\uD800'])('has no form for %j', (text) => {
    expect(() => utf8Encode(text)).toThrow(TypeError);
  });
});

describe('asPlainBytes', () => {
  it('gives a Uint8Array over the same memory', () => {
    const buffer = Buffer.from([1, 2, 3]);
    const plain = asPlainBytes(buffer);
    expect(plain.constructor).toBe(Uint8Array);
    buffer[0] = 9;
    expect(plain).toEqual(new Uint8Array([9, 2, 3]));
    expect(asPlainBytes(plain)).toBe(plain);
  });
});
