// Goal: the page says the same in each language, for every code there is, and takes the language that the reader has. Method: compare
// the three texts key by key; look up each code of the vectors; tables of addresses and browsers.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, hashWithLanguage, LANGUAGES } from './choose.ts';
import type { Language } from './texts.ts';

const NAMES = Object.keys(LANGUAGES) as Language[];

/** Every text by its place; functions are called with samples. */
function textsOf(value: unknown, place = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[place, value]]);
  if (typeof value === 'function') return textsOf(sample(value as Sayer), `${place}()`);
  const entries = Object.entries(value as object);
  return new Map(entries.flatMap(([name, each]) => [...textsOf(each, `${place}/${name}`)]));
}

type Sayer = (...args: readonly unknown[]) => unknown;

/** Calls with texts that must turn up in what is said. */
function sample(say: Sayer): unknown {
  const facts = { member: 'M', organisation: 'O', name: 'N', chain: 'C', time: 'T', outcome: 'X' };
  const counts = { total: '9', good: '8', bad: '7', open: '6' };
  if (say.length > 1) return say('1', '2');
  const first = String(say({ ...facts, ...counts }));
  return first.includes('[object') ? say('1') : first;
}

describe.each(NAMES)('in %s', (language) => {
  const { texts } = LANGUAGES[language];
  const english = textsOf(LANGUAGES.en.texts);

  it('nothing is missing, and nothing is left in English', () => {
    const own = textsOf(texts);
    expect([...own.keys()]).toEqual([...english.keys()]);
    const same = [...own].filter(
      ([place, text]) => text === english.get(place) && /[a-z]{4}/.test(text),
    );
    if (language !== 'en') expect(same).toEqual([]);
    for (const [place, text] of own) {
      expect(text.trim(), place).not.toBe('');
      expect(text, place).not.toMatch(/undefined|\[object/);
    }
  });

  it('every code of the vectors has its sentence', () => {
    const path = new URL('../../../../vectors/receipt.json', import.meta.url);
    const { cases } = JSON.parse(readFileSync(path, 'utf8')) as {
      cases: { expect: { code?: string } }[];
    };
    const codes = new Set(
      cases.flatMap(({ expect: { code } }) => (code === undefined ? [] : [code])),
    );
    expect(codes.size).toBeGreaterThan(15);
    for (const code of codes) expect(texts.codes[code], code).toMatch(/[.。]$/);
  });
});

it.each<readonly [string, readonly string[], Language]>([
  ['', ['zh-TW', 'en'], 'zh'],
  ['', ['de-DE', 'ru-RU', 'en'], 'ru'],
  ['', ['de-DE'], 'en'],
  ['', [], 'en'],
  ['#lang=ru', ['zh-CN'], 'ru'],
  ['#x=1&lang=zh-Hant', ['en'], 'zh'],
  ['#lang=xx', ['ru'], 'ru'],
  ['#%E0%A4%A', ['ru'], 'ru'],
])('the address %s and the languages %j give %s', (address, preferred, language) => {
  expect(chooseLanguage(address, preferred)).toBe(language);
  expect(chooseLanguage(hashWithLanguage(address, language), ['en'])).toBe(language);
});
