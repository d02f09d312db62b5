// Goal: each wrong field of an item is named by its pointer, and what is right is accepted.
// Method: a table of items with one thing wrong each.
import { describe, expect, it } from 'vitest';
import { checkItem, decodeItem, itemFault } from './check-item.ts';
import { createContentDigester, digestText } from './digest-content.ts';
import { encodeItem } from './encode-item.ts';
import type { Item } from './item.ts';

const digest = new Uint8Array(32).fill(7);
const file = { kind: 'file', sha256: digest, sm3: digest } as const;

describe('checkItem', () => {
  const right: readonly (readonly [string, unknown])[] = [
    ['a file', file],
    [
      'a text with all fields',
      {
        ...file,
        kind: 'text',
        size: 0,
        name: '合同.txt',
        title: 'Договор',
        case: '(2026)京01民终123号',
        mediaType: 'text/plain',
        claimed: 0,
      },
    ],
    ['a digest by SHA-256', { kind: 'digest', sha256: digest }],
    ['a digest by SM3', { kind: 'digest', sm3: digest }],
    ['the longest texts', { ...file, name: 'n'.repeat(255), title: '题'.repeat(200) }],
  ];
  it.each(right)('takes %s', (_, item) => {
    expect(checkItem(item)).toEqual({ ok: true, item });
    expect(itemFault(encodeItem(item as Item))).toBeUndefined();
  });

  const wrong: readonly (readonly [string, unknown, string, string])[] = [
    ['no kind', { sha256: digest, sm3: digest }, '/kind', 'missing'],
    ['another kind', { ...file, kind: 'folder' }, '/kind', 'not-allowed'],
    ['a file without SM3', { kind: 'file', sha256: digest }, '/sm3', 'missing'],
    ['a text without SHA-256', { kind: 'text', sm3: digest }, '/sha256', 'missing'],
    ['a digest of nothing', { kind: 'digest' }, '/sha256', 'missing'],
    ['a short digest', { ...file, sha256: digest.subarray(1) }, '/sha256', 'too-short'],
    ['a long digest', { ...file, sm3: new Uint8Array(33) }, '/sm3', 'too-long'],
    ['a digest in hex', { ...file, sha256: 'ab'.repeat(32) }, '/sha256', 'wrong-type'],
    ['a size below zero', { ...file, size: -1 }, '/size', 'too-small'],
    ['a size with a fraction', { ...file, size: 0.5 }, '/size', 'wrong-type'],
    ['an empty name', { ...file, name: '' }, '/name', 'too-short'],
    ['a long name', { ...file, name: 'n'.repeat(256) }, '/name', 'too-long'],
    ['a name with a line end', { ...file, name: 'a\nb' }, '/name', 'wrong-format'],
    ['a name that is turned around', { ...file, name: 'a\u202Eb' }, '/name', 'wrong-format'],
    ['a long title', { ...file, title: 't'.repeat(201) }, '/title', 'too-long'],
    ['a long case', { ...file, case: 'c'.repeat(65) }, '/case', 'too-long'],
    ['no media type', { ...file, mediaType: 'jpeg' }, '/mediaType', 'wrong-format'],
    ['a long media type', { ...file, mediaType: `a/${'b'.repeat(126)}` }, '/mediaType', 'too-long'],
    ['a time below zero', { ...file, claimed: -1 }, '/claimed', 'too-small'],
    ['a time beyond all dates', { ...file, claimed: 8.64e15 + 1 }, '/claimed', 'too-large'],
    ['another field', { ...file, owner: 'me' }, '/owner', 'unknown-field'],
    ['a list', [file], '', 'wrong-type'],
    ['nothing', null, '', 'wrong-type'],
  ];
  it.each(wrong)('refuses %s', (_, item, pointer, code) => {
    const verdict = checkItem(item);
    expect(verdict).toMatchObject({ ok: false, code: 'item-invalid' });
    const errors = verdict.ok || verdict.code !== 'item-invalid' ? [] : verdict.data.errors;
    expect(errors.map((error) => [error.pointer, error.code])).toContainEqual([pointer, code]);
  });

  it('tells bytes that are no deterministic CBOR apart', () => {
    const bytes = encodeItem(file);
    const refused = { code: 'item-not-canonical' };
    expect(itemFault(bytes.subarray(0, -1))).toEqual(refused);
    expect(itemFault(Uint8Array.of(...bytes, 0))).toEqual(refused);
    expect(itemFault(new Uint8Array(0))).toEqual(refused);
    expect(decodeItem(Uint8Array.of(0xff))).toMatchObject({ ok: false, ...refused });
  });
});

describe('encodeItem', () => {
  it('throws for what is no item', () => {
    const wrong: readonly object[] = [
      { ...file, sha256: digest.subarray(1) },
      { ...file, size: -1 },
      { ...file, size: 1.5 },
      { ...file, name: 'x'.repeat(1000) },
      { ...file, name: 'half \ud800' },
    ];
    for (const item of wrong) expect(() => encodeItem(item as Item)).toThrow(TypeError);
  });
});

describe('digests of content', () => {
  it('are the published ones of "abc", however it comes', () => {
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const digester = createContentDigester();
    for (const letter of 'abc') digester.update(new TextEncoder().encode(letter));
    for (const { sha256, sm3, size } of [digester.digest(), digestText('abc')]) {
      // FIPS 180-4 examples; GB/T 32905-2016 appendix A.1.
      expect(hex(sha256)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
      expect(hex(sm3)).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
      expect(size).toBe(3);
    }
  });
});
