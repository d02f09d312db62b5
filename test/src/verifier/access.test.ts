// Goal: everybody can use the verifier: with a keyboard alone, with a screen reader, on a phone, in the dark, on paper. Method: axe-core
// on every view in every language; a walk by keys from the first control to the verdict; widths, contrasts and prints measured.
import { AxeBuilder } from '@axe-core/playwright';
import { LANGUAGES } from '@hefu/verifier';
import type { Language } from '@hefu/verifier';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { empty, file, pageOnDisk, put, VerifierBrowser, verify } from './page.ts';
import { receiptCases, shared } from './vectors.ts';

const disk = pageOnDisk();
let browser: VerifierBrowser;

beforeAll(async () => {
  browser = await VerifierBrowser.open();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
});

const trust = file('trust.json', shared('trust', 'international'));
const item = file('order.pdf.receipt.json', shared('item', 'international'));
const damaged = receiptCases('international').find(({ name }) => name === 'path cut short');
const bent = file('bent.receipt.json', damaged?.receipt);

/** Every view that there is, each made from the one before. */
const VIEWS: readonly (readonly [name: string, make: (page: Page) => Promise<unknown>])[] = [
  ['empty', async () => undefined],
  ['good', (page) => verify(page, { receipt: item, trust, content: file('order.pdf', 'file 1') })],
  ['bad', (page) => verify(page, { receipt: bent, trust })],
  ['open', (page) => verify(page, { receipt: item })],
  [
    'list',
    async (page) => {
      await empty(page, 'receipt');
      await put(page, 'receipt', [item, bent]);
      await page.locator('[data-list]:not([data-list=working])').waitFor();
    },
  ],
];

async function openAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

describe.each(Object.keys(LANGUAGES) as Language[])('in %s', (language) => {
  it.each(['light', 'dark'] as const)('axe finds nothing in any view, %s', async (colorScheme) => {
    const page = await browser.page(disk.url, language);
    await page.emulateMedia({ colorScheme });
    for (const [name, make] of VIEWS) {
      await make(page);
      await openAll(page);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`,
      );
      expect(found, name).toEqual([]);
    }
    expect(browser.incidents).toEqual([]);
    await page.close();
  });

  it('fits a phone of 320 pixels', async () => {
    const page = await browser.page(disk.url, language);
    await page.setViewportSize({ width: 320, height: 640 });
    for (const [name, make] of VIEWS) {
      await make(page);
      await openAll(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, name).toBeLessThanOrEqual(320);
    }
    await page.close();
  });
});

/** What the focus is on, as the walk names it. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    return element?.dataset['key'] ?? element?.id ?? element?.tagName ?? '';
  });
}

/** Goes on by the key Tab until the focus is on a control. */
async function tabTo(page: Page, key: string): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    if ((await focused(page)) === key) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the key Tab does not lead to ${key}`);
}

describe('by the keyboard alone', () => {
  it('from the language to the verdict and back', async () => {
    const page = await browser.page(disk.url, 'en');
    await tabTo(page, 'language-ru');
    await page.keyboard.press('Enter');
    expect(await page.locator('h1').textContent()).toBe(LANGUAGES.ru.texts.title);
    expect(await focused(page)).toBe('language-ru');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    expect(await page.locator('h1').textContent()).toBe(LANGUAGES.en.texts.title);

    // A file is chosen by the key on its control.
    await tabTo(page, 'file-receipt');
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Space');
    await (await chooser).setFiles({ ...item });
    await page.locator('[data-verdict=open]').waitFor();

    // A text is pasted into its field and used.
    await tabTo(page, 'paste-content');
    await page.keyboard.press('Enter');
    await tabTo(page, 'content-text');
    await page.keyboard.insertText('file 1');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('use-content');
    await page.keyboard.press('Enter');
    await page.locator('[data-slot=content].full').waitFor();
    await tabTo(page, 'paste-trust');
    await page.keyboard.press('Enter');
    await tabTo(page, 'trust-text');
    await page.keyboard.insertText(trust.buffer.toString('utf8'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('[data-verdict=good]').waitFor();
    expect(await page.locator('#announcer').textContent()).toBe(LANGUAGES.en.texts.verdict.good);

    await tabTo(page, 'remove-content');
    await page.keyboard.press('Enter');
    await page.locator('[data-step=content].open').waitFor();
    expect(browser.incidents).toEqual([]);
    await page.close();
  });

  it('reaches everything that can be used, and shows where it is', async () => {
    const page = await browser.page(disk.url, 'en');
    await verify(page, { receipt: item, trust, content: file('order.pdf', 'file 1') });
    await openAll(page);
    const wanted = await page.evaluate(() => {
      const all = [
        ...document.querySelectorAll<HTMLElement>(
          'button, input, textarea, summary, [tabindex="0"]',
        ),
      ];
      for (const [at, element] of all.entries()) element.dataset['walk'] = String(at);
      return all.length;
    });
    const reached = new Set<string>();
    const unseen: string[] = [];
    for (let presses = 0; presses < wanted + 5; presses++) {
      await page.keyboard.press('Tab');
      const { walk, seen } = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null;
        // The control of a file is not seen itself; its label bears the mark.
        const bearer = element?.classList.contains('unseen') ? element.nextElementSibling : element;
        const style =
          bearer === null || bearer === undefined ? undefined : getComputedStyle(bearer);
        const outlined =
          style?.outlineStyle !== 'none' && parseFloat(style?.outlineWidth ?? '0') >= 2;
        return { walk: element?.dataset['walk'], seen: outlined };
      });
      if (walk === undefined) continue;
      reached.add(walk);
      if (!seen) unseen.push(walk);
    }
    expect(reached.size).toBe(wanted);
    expect(unseen).toEqual([]);
    await page.close();
  });

  it('opens a receipt of a list and goes back to it', async () => {
    const page = await browser.page(disk.url, 'en');
    await put(page, 'trust', trust);
    await put(page, 'receipt', [item, bent]);
    await page.locator('[data-list=bad]').waitFor();
    await tabTo(page, 'show-bad');
    await page.keyboard.press('Enter');
    expect(await page.locator('[data-row]').count()).toBe(1);
    expect(await focused(page)).toBe('show-bad');
    await tabTo(page, 'row-2');
    await page.keyboard.press('Enter');
    await page.locator('[data-verdict=bad]').waitFor();
    expect(await focused(page)).toBe('verdict-title');
    await page.keyboard.press('Shift+Tab');
    expect(await focused(page)).toBe('back');
    await page.keyboard.press('Enter');
    await page.locator('[data-list=bad]').waitFor();
    expect(await focused(page)).toBe('list-title');
    await page.close();
  });
});

describe('a verdict', () => {
  it('is never told by colour alone', async () => {
    const page = await browser.page(disk.url, 'en');
    await verify(page, { receipt: bent, trust });
    const { state } = LANGUAGES.en.texts;
    for (const [kind, word] of Object.entries(state)) {
      const steps = await page.locator(`[data-step].${kind}`).all();
      for (const step of steps) {
        expect(await step.locator('.state').textContent()).toBe(word);
        expect(await step.locator('.mark svg .mark').count()).toBeGreaterThan(0);
      }
    }
    const marks = await page.evaluate(() =>
      ['good', 'bad', 'open'].map(
        (kind) => document.querySelector(`.step.${kind} .mark svg .mark`)?.getAttribute('d') ?? '',
      ),
    );
    expect(new Set(marks).size).toBe(3);
    await page.close();
  });

  it('is printed whole, without what is only for the screen', async () => {
    const page = await browser.page(disk.url, 'en');
    await verify(page, { receipt: item, trust });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const printed = await page.evaluate(() => ({
      background: getComputedStyle(document.body).backgroundColor,
      ink: getComputedStyle(document.body).color,
      buttons: [...document.querySelectorAll<HTMLElement>('button, .button, textarea')].filter(
        (element) => element.checkVisibility(),
      ).length,
      hashes: [...document.querySelectorAll<HTMLElement>('#findings .hash')].filter((element) =>
        element.checkVisibility({ contentVisibilityAuto: true }),
      ).length,
    }));
    expect(printed.background).toBe('rgb(255, 255, 255)');
    expect(printed.ink).toBe('rgb(0, 0, 0)');
    expect(printed.buttons).toBe(0);
    expect(printed.hashes).toBeGreaterThan(10);
    await page.close();
  });

  it('moves nothing for who asked for no motion', async () => {
    const page = await browser.page(disk.url, 'en');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element);
          return transitionDuration !== '0s' || animationName !== 'none';
        }).length,
    );
    expect(moving).toBe(0);
    await page.close();
  });
});
