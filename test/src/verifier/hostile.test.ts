// Goal: nothing that a receipt, a trust file or a file's name says does anything but stand there as text. Method: receipts that hold and
// are full of markup, controls and odd values, and documents that are none, in a real Chromium; count what should not happen.
import { SampleLedger } from '@hefu/protocol/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drop, file, pageOnDisk, put, VerifierBrowser, verify } from './page.ts';
import { shared } from './vectors.ts';

const disk = pageOnDisk();
let browser: VerifierBrowser;
let page: Page;

beforeAll(async () => {
  browser = await VerifierBrowser.open();
  page = await browser.page(disk.url, 'en');
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
});

const MARKUP = `<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script><svg/onload=pwned=1>`;

/** What a page has that only markup from outside could have put there. */
async function intruders(): Promise<unknown> {
  return page.evaluate(() => ({
    pwned: 'pwned' in globalThis,
    polluted: 'polluted' in {},
    scripts: document.scripts.length,
    elements: document.querySelectorAll(
      'img, iframe, object, embed, a, base, form, style[nonce], #app script',
    ).length,
    handlers: [...document.querySelectorAll('*')].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith('on') || name === 'style'),
    ).length,
  }));
}

const CLEAN = { pwned: false, polluted: false, scripts: 2, elements: 0, handlers: 0 };

describe('a receipt that holds and says odd things', () => {
  const ledger = new SampleLedger({ suite: 'international' });
  const sha256 = new Uint8Array(32);
  const deep = (depth: number): { readonly [name: string]: unknown } =>
    depth === 0 ? {} : { n: deep(depth - 1) };
  ledger.addBlock([
    {
      member: 'acme/alice',
      args: {
        item: {
          name: `${MARKUP}.pdf`,
          title: '\u202Efdp.exe\u0000\u001B[31m',
          [MARKUP]: MARKUP,
          constructor: 'c',
          toString: 'prototype',
          huge: 2n ** 64n - 1n,
          long: 'x'.repeat(20_000),
          list: Array.from({ length: 500 }, (_each, n) => n),
          deep: deep(20) as never,
          sha256,
        },
      },
      output: { html: MARKUP },
      events: [[MARKUP, { html: MARKUP }]],
    },
  ]);

  it('shows it as text, cut to what a reader can take', async () => {
    const found = await verify(page, {
      receipt: file(`${MARKUP}.receipt.json`, ledger.receipt(0)),
      trust: file(`${MARKUP}.json`, ledger.trust()),
    });
    expect([found.state, found.code]).toEqual(['good', undefined]);
    expect(found.text).toContain(`${MARKUP}.pdf`);
    for (const details of await page.locator('#findings details').all()) {
      await details.evaluate((element) => element.setAttribute('open', ''));
    }
    const text = await page.locator('#findings').innerText();
    expect(text).toContain('\\u{202e}fdp.exe\\u{0000}\\u{001b}[31m');
    for (const hidden of ['\u202E', '\u0000', '\u001B']) expect(text).not.toContain(hidden);
    expect(text).toContain('18446744073709551615');
    expect(text).toContain('nested too deeply');
    expect(text.length).toBeLessThan(60_000);
    expect(await intruders()).toEqual(CLEAN);
    expect(browser.incidents).toEqual([]);
  });

  it('shows content names as text', async () => {
    await put(page, 'content', file(`\u202E${MARKUP}`, 'other'));
    await page.locator('[data-code=content-mismatch]').first().waitFor();
    expect(await intruders()).toEqual(CLEAN);
    expect(browser.incidents).toEqual([]);
  });
});

describe('what is no receipt', () => {
  const good = JSON.stringify(shared('single', 'international'));
  const open = good.slice(0, -1);
  const long = 'A'.repeat(5_000_000);

  it.each<readonly [string, string]>([
    ['nothing', ''],
    ['blanks', ' \n\t'],
    ['a number', '1e999'],
    ['null', 'null'],
    ['an array nested 200,000 deep', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    [
      'objects nested 100,000 deep',
      `{"format":"hefu-receipt/1","a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_001)}`,
    ],
    ['__proto__', `${open},"__proto__":{"polluted":1}}`],
    ['constructor', `${open},"constructor":{"prototype":{"polluted":1}}}`],
    ['a place beyond all integers', good.replace(/"index":\d+/, '"index":1e308')],
    ['a place below zero', good.replace(/"index":\d+/, '"index":-1')],
    ['a place that is no integer', good.replace(/"index":\d+/, '"index":0.5')],
    ['a statement of five megabytes', good.replace(/"statement":"[^"]*"/, `"statement":"${long}"`)],
    [
      'a checkpoint of five megabytes',
      good.replace(/"checkpoint":"[^"]*"/, `"checkpoint":"${long}"`),
    ],
    [
      'an endless path',
      good.replace(
        /"inclusion":\[[^\]]*\]/,
        `"inclusion":[${`"${'00'.repeat(32)}",`.repeat(20_000)}"00"]`,
      ),
    ],
    ['markup for a chain', good.replace(/"chain":"[^"]*"/, `"chain":${JSON.stringify(MARKUP)}`)],
    ['markup for a format', good.replace('hefu-receipt/1', '<script>pwned=1</script>')],
    ['half of a receipt', good.slice(0, good.length / 2)],
    ['a byte order mark in the middle', `{"\uFEFFformat":"hefu-receipt/1"}`],
  ])('%s: is told as malformed', async (_name, text) => {
    const found = await drop(page, [file('hostile.receipt.json', text)]);
    expect([found.state, found.code]).toEqual(['bad', 'receipt-malformed']);
    expect(await intruders()).toEqual(CLEAN);
    expect(browser.incidents).toEqual([]);
  });

  it('bytes that are no text', async () => {
    const found = await drop(page, [
      file('hostile.receipt.json', Uint8Array.of(0xff, 0xfe, 0x00, 0x80)),
    ]);
    expect([found.state, found.code]).toEqual(['bad', 'receipt-malformed']);
  });
});

describe('a trust file that is none', () => {
  it.each<readonly [string, string]>([
    ['markup', MARKUP],
    ['__proto__', '{"format":"hefu-trust/2","__proto__":{"polluted":1}}'],
    [
      'deep nesting',
      `{"format":"hefu-trust/2","validators":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ],
  ])('%s', async (_name, text) => {
    await put(page, 'trust', file(`${MARKUP}.json`, text));
    await page.locator('[data-trust=bad]').waitFor();
    expect(await intruders()).toEqual(CLEAN);
    expect(browser.incidents).toEqual([]);
  });
});

it('its own policy would stop a script, a request and a style from outside', async () => {
  const fresh = await browser.page(disk.url, 'en');
  const seen = await fresh.evaluate(async () => {
    const blocked: string[] = [];
    addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
    let markup = 'taken';
    try {
      document.createElement('div').innerHTML = '<b>bold</b>';
    } catch {
      markup = 'refused';
    }
    const script = document.createElement('script');
    script.append('globalThis.pwned = 1');
    document.body.append(script);
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    document.body.append(style);
    const image = document.createElement('img');
    image.src = 'https://example.org/a.png';
    document.body.append(image);
    const fetched = await fetch('https://example.org/').then(
      () => 'fetched',
      () => 'refused',
    );
    const turned = await new Promise<string[]>((resolve) => {
      setTimeout(() => resolve(blocked), 100);
    });
    return { fetched, markup, pwned: 'pwned' in globalThis, blocked: turned };
  });
  expect([seen.fetched, seen.markup]).toEqual(['refused', 'refused']);
  expect(seen.pwned).toBe(false);
  // A script's own text is refused before its hash is asked for.
  expect([...new Set(seen.blocked)].toSorted()).toEqual([
    'connect-src',
    'img-src',
    'require-trusted-types-for',
    'style-src-elem',
  ]);
  await fresh.close();
});
