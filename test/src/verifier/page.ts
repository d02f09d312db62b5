import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readVerifierPage } from '@hefu/verifier';
import type { Language } from '@hefu/verifier';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import { findChromium } from '../browser/chromium.ts';

/** A file as it is handed to the page. */
export interface PageFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A file of JSON, or of a text as it is. */
export function file(name: string, content: unknown): PageFile {
  const buffer =
    content instanceof Uint8Array
      ? Buffer.from(content)
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return { name, mimeType: 'application/octet-stream', buffer };
}

/** The page in a folder of its own, as somebody has it who was sent it. */
export function pageOnDisk(): { readonly url: string } & Disposable {
  const page = readVerifierPage();
  if (page === undefined) throw new Error('the verifier is not built');
  const folder = mkdtempSync(join(tmpdir(), 'hefu-page-'));
  const path = join(folder, 'hefu-verifier.html');
  writeFileSync(path, page.html);
  return {
    url: pathToFileURL(path).href,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What is to be verified; what is left out is taken away. */
export interface Given {
  readonly receipt: PageFile | readonly PageFile[];
  readonly content?: PageFile | readonly PageFile[] | undefined;
  readonly trust?: PageFile | undefined;
}

/** What the page shows of a receipt. */
export interface Shown {
  readonly state: string;
  readonly code: string | undefined;
  readonly title: string;
  /** All the text of the verdict. */
  readonly text: string;
  readonly steps: readonly {
    readonly id: string;
    readonly state: string;
    readonly code: string | undefined;
    readonly reason: string;
  }[];
}

/** A real Chromium whose network is off, and everything in it that should not happen. */
export class VerifierBrowser implements AsyncDisposable {
  readonly context: BrowserContext;
  /** Requests beyond the page itself, errors of the page, its console, and windows it opened. */
  readonly incidents: string[] = [];
  readonly #profile: string;

  constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
  }

  static async open(options: { readonly locale?: string } = {}): Promise<VerifierBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'hefu-verifier-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: findChromium(),
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
      locale: options.locale ?? 'en-GB',
      viewport: { width: 1000, height: 800 },
    });
    await context.setOffline(true);
    return new VerifierBrowser(context, profile);
  }

  /** Opens the page from its address, and watches it. */
  async page(url: string, language?: Language): Promise<Page> {
    const page = await this.context.newPage();
    const own = language === undefined ? url : `${url}#lang=${language}`;
    page.on('request', (request) => {
      const address = request.url().replace(/#.*$/, '');
      const isOwn = address === url || address.startsWith('data:');
      if (!isOwn) this.incidents.push(`request ${address}`);
    });
    page.on('pageerror', (error) => this.incidents.push(`error ${error.message}`));
    page.on('console', (message) => this.incidents.push(`console ${message.text()}`));
    page.on('dialog', (dialog) => {
      this.incidents.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', (popup) => this.incidents.push(`popup ${popup.url()}`));
    await page.goto(own);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await rm(this.#profile, { recursive: true, force: true });
  }
}

/** Hands the files over one after the other, the receipt last, and waits for the verdict. */
export async function verify(page: Page, given: Given): Promise<Shown> {
  await empty(page, 'receipt');
  await empty(page, 'content');
  if (given.content !== undefined) await put(page, 'content', given.content);
  if (given.trust === undefined) await empty(page, 'trust');
  else await put(page, 'trust', given.trust);
  await put(page, 'receipt', given.receipt);
  await page.locator('#findings .steps').waitFor();
  return shown(page);
}

/**
 * The same by dropping all files on the page at once, in one go within the page: as fast as the page itself, for long
 * rows of receipts. The trust file stays.
 */
export async function drop(page: Page, files: readonly PageFile[]): Promise<Shown> {
  const given = files.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') }));
  await page.evaluate(async (list) => {
    const until = async (selector: string): Promise<void> => {
      if (document.querySelector(selector) !== null) return;
      await new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (document.querySelector(selector) === null) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true });
      });
    };
    for (const slot of ['content', 'receipt']) {
      document.querySelector<HTMLElement>(`[data-slot=${slot}] .remove`)?.click();
      await until(`[data-slot=${slot}].empty`);
    }
    await until('[data-verdict=none]');
    const dataTransfer = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], name));
    }
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
    );
    await until('#findings .steps');
  }, given);
  return shown(page);
}

/** Puts files into a slot, and waits until they are taken in. */
export async function put(
  page: Page,
  slot: 'receipt' | 'content' | 'trust',
  given: PageFile | readonly PageFile[],
): Promise<void> {
  const files = 'name' in given ? [given] : [...given];
  await page.setInputFiles(`#${slot}-file`, files);
  await page.locator(`[data-slot=${slot}]:not(.empty)`).waitFor();
}

/** Empties a slot. */
export async function empty(page: Page, slot: 'receipt' | 'content' | 'trust'): Promise<void> {
  const remove = page.locator(`[data-slot=${slot}] .remove`);
  if ((await remove.count()) === 0) return;
  await remove.click();
  await page.locator(`[data-slot=${slot}].empty`).waitFor();
}

/** The verdict and the steps as they are drawn. */
export async function shown(page: Page): Promise<Shown> {
  return page.evaluate(() => {
    const text = (element: Element | null): string => element?.textContent ?? '';
    const verdict = document.querySelector<HTMLElement>('[data-verdict]');
    return {
      state: verdict?.dataset['verdict'] ?? '',
      code: verdict?.dataset['code'],
      title: text(document.querySelector('#verdict-title')),
      text: text(verdict),
      steps: [...document.querySelectorAll<HTMLElement>('[data-step]')].map((step) => ({
        id: step.dataset['step'] ?? '',
        state: ['good', 'bad', 'open'].find((state) => step.classList.contains(state)) ?? '',
        code: step.dataset['code'],
        reason: text(step.querySelector('.reason')),
      })),
    };
  });
}
