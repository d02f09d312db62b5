// Goal: opened from disk with the network off, the verifier finds in every receipt what it must, says so in each language, and asks
// nobody for anything. Method: every receipt vector of both suites, good and damaged, in a real Chromium, once in each language.
import { LANGUAGES } from '@hefu/verifier';
import type { Language } from '@hefu/verifier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drop, empty, file, pageOnDisk, put, shown, VerifierBrowser, verify } from './page.ts';
import { receiptCases, shared, SUITES } from './vectors.ts';

const disk = pageOnDisk();
const { url } = disk;
let browser: VerifierBrowser;

beforeAll(async () => {
  browser = await VerifierBrowser.open();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
});

const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[];

describe.each(SUITES)('suite %s', (suite) => {
  const trust = file('trust.json', shared('trust', suite));

  it.each(LANGUAGE_NAMES)('every vector, in %s', async (language) => {
    const { texts } = LANGUAGES[language];
    const page = await browser.page(url, language);
    await put(page, 'trust', trust);
    for (const { name, receipt, content, expect: wanted } of receiptCases(suite)) {
      const found = await drop(page, [
        file('r.receipt.json', receipt),
        ...(content === undefined ? [] : [file('content', content)]),
      ]);
      const state = wanted.ok ? 'good' : 'bad';
      expect({ name, state: found.state, code: found.code }).toEqual({
        name,
        state,
        code: wanted.code,
      });
      if (wanted.ok) {
        const title = wanted.code === undefined ? texts.verdict.good : texts.verdict.refused;
        expect(found.title, name).toBe(title);
        expect(
          found.steps.filter((step) => step.state === 'bad'),
          name,
        ).toEqual([]);
      } else {
        expect(found.title, name).toBe(texts.verdict.bad);
        expect(found.text, name).toContain(texts.codes[wanted.code ?? '']);
        const first = found.steps.find((step) => step.state === 'bad');
        expect(first?.code, name).toBe(wanted.code);
        expect(first?.reason, name).toContain(texts.codes[wanted.code ?? '']);
      }
      // Whatever is found is said: no step without words.
      const silent = found.steps.filter((step) => step.reason.trim() === '');
      expect(silent, name).toEqual([]);
    }
    expect(await page.evaluate(() => document.documentElement.lang)).toMatch(
      new RegExp(`^${language}`),
    );
    expect(browser.incidents).toEqual([]);
    await page.close();
  });

  it('a foreign chain, whose receipt is good by itself', async () => {
    const other = SUITES.find((each) => each !== suite) ?? suite;
    const page = await browser.page(url);
    const found = await verify(page, {
      receipt: file('r.receipt.json', shared('single', suite)),
      trust: file('trust.json', shared('trust', other)),
    });
    expect([found.state, found.code]).toEqual(['bad', 'foreign-chain']);
    await page.close();
  });

  it('without a trust file nothing is decided, but damage is still seen', async () => {
    const page = await browser.page(url);
    const { texts } = LANGUAGES.en;
    const found = await verify(page, { receipt: file('r.receipt.json', shared('single', suite)) });
    expect([found.state, found.code, found.title]).toEqual([
      'open',
      'trust-missing',
      texts.verdict.open,
    ]);
    const open = found.steps
      .filter((step) => step.state === 'open')
      .map(({ id, code }) => [id, code]);
    expect(open).toEqual([
      ['chain', 'trust-missing'],
      ['content', 'content-absent'],
      ['quorum', 'trust-missing'],
    ]);
    const damaged = receiptCases(suite).find(({ name }) => name === 'path cut short');
    const bent = await verify(page, { receipt: file('r.receipt.json', damaged?.receipt) });
    expect([bent.state, bent.code]).toEqual(['bad', 'entry-not-included']);
    await page.close();
  });
});

describe('the trust file', () => {
  it('that does not hold decides nothing, and says why', async () => {
    const page = await browser.page(url, 'en');
    const trust = { ...(shared('trust', 'international') as object), handovers: [] };
    const broken = { ...trust, validators: [] };
    const found = await verify(page, {
      receipt: file('r.receipt.json', shared('single', 'international')),
      trust: file('trust.json', broken),
    });
    expect(found.state).toBe('open');
    expect(await page.locator('[data-trust=bad]').textContent()).toContain('/validators');
    await page.close();
  });

  it('with other keys under the genesis digest of this chain is refused', async () => {
    const page = await browser.page(url, 'en');
    const trust = shared('trust', 'international') as {
      readonly validators: readonly object[];
      readonly handovers: readonly { readonly validators: readonly object[] }[];
    };
    const forged = { ...trust, validators: trust.handovers[0]?.validators ?? [], handovers: [] };
    await put(page, 'trust', file('trust.json', forged));
    await page.locator('[data-trust=bad]').waitFor();
    expect(await page.locator('[data-trust=bad]').textContent()).toContain(
      LANGUAGES.en.texts.trust.mismatch,
    );
    await put(page, 'trust', file('trust.json', trust));
    await page.locator('[data-trust=good]').waitFor();
    expect(await page.locator('[data-trust=good]').textContent()).toContain(
      LANGUAGES.en.texts.trust.follows,
    );
    await page.close();
  });

  it('is compared with fingerprints from elsewhere', async () => {
    const page = await browser.page(url, 'en');
    await put(page, 'trust', file('trust.json', shared('trust', 'international')));
    const fingerprints = await page.evaluate(() =>
      [...document.querySelectorAll('.trust .hash')].map((each) => each.textContent ?? ''),
    );
    const [genesis = '', digest = '', key = ''] = fingerprints;
    const answer = page.locator('#compare-answer');
    for (const [told, match] of [
      [genesis, 'genesis'],
      [genesis.toUpperCase(), 'genesis'],
      [(digest.match(/../g) ?? []).join(':'), 'file'],
      [key, 'key'],
      ['0'.repeat(64), 'nothing'],
      ['<b>hello</b>', 'malformed'],
    ] as const) {
      await page.fill('#compare', told);
      expect(await answer.getAttribute('data-match')).toBe(match);
      expect(await answer.textContent()).toBe(LANGUAGES.en.texts.trust.matches[match]);
    }
    await page.close();
  });
});

describe('the language', () => {
  it('is the reader’s, then the one chosen, which the address remembers', async () => {
    await using russian = await VerifierBrowser.open({ locale: 'ru-RU' });
    const page = await russian.page(url);
    expect(await page.locator('h1').textContent()).toBe(LANGUAGES.ru.texts.title);
    await page.click('[data-key=language-zh]');
    expect(await page.locator('h1').textContent()).toBe(LANGUAGES.zh.texts.title);
    expect(page.url()).toBe(`${url}#lang=zh`);
    await page.reload();
    expect(await page.locator('h1').textContent()).toBe(LANGUAGES.zh.texts.title);
    expect(russian.incidents).toEqual([]);
  });

  it('changes with everything that is shown, and nothing is lost', async () => {
    const page = await browser.page(url, 'en');
    const content = receiptCases('gm').find(
      ({ name }) => name === 'good, with its content',
    )?.content;
    await verify(page, {
      receipt: file('r.receipt.json', shared('single', 'gm')),
      trust: file('trust.json', shared('trust', 'gm')),
      content: file('tally.txt', content ?? new Uint8Array()),
    });
    const before = await shown(page);
    await page.click('[data-key=language-ru]');
    const after = await shown(page);
    expect(after.title).toBe(LANGUAGES.ru.texts.verdict.good);
    expect(after.steps.map(({ id, state }) => [id, state])).toEqual(
      before.steps.map(({ id, state }) => [id, state]),
    );
    const english = Object.values(LANGUAGES.en.texts.steps);
    const titles = await page.locator('[data-step] h3').allTextContents();
    expect(titles.filter((title) => english.includes(title))).toEqual([]);
    await page.close();
  });
});

it('what is removed is gone from the verdict', async () => {
  const page = await browser.page(url, 'en');
  await verify(page, {
    receipt: file('r.receipt.json', shared('single', 'international')),
    trust: file('trust.json', shared('trust', 'international')),
    content: file('other', 'something else'),
  });
  expect((await shown(page)).code).toBe('content-mismatch');
  await empty(page, 'content');
  await page.locator('[data-verdict=good]').waitFor();
  await empty(page, 'trust');
  await page.locator('[data-verdict=open]').waitFor();
  await empty(page, 'receipt');
  await page.locator('[data-verdict=none]').waitFor();
  expect(browser.incidents).toEqual([]);
  await page.close();
});
