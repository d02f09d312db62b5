import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { bundleForPage } from './bundle.ts';
import { findChromium } from './chromium.ts';
import { servePage } from './page-server.ts';

/**
 * How the page is reached. 127.0.0.1 is a secure context, in which browsers offer WebCrypto; a name
 * over plain http is not, and `crypto.subtle` is absent there, as it is for a user on such a page.
 */
export type Origin = 'secure' | 'plain';

/** A name that never leaves the machine: Chromium is told that it is 127.0.0.1. */
const PLAIN_HOST = 'plain.test';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
];

/** A real Chromium with an empty profile; dispose of it to close it and remove the profile. */
export interface TestBrowser extends AsyncDisposable {
  /**
   * Bundles `entry` (the path of a TypeScript file that exports `run(input)`), runs it in a page and
   * returns what it returned. Input and output are JSON values. Throws what the page threw.
   */
  run(entry: string, input: unknown, origin: Origin): Promise<unknown>;
}

/** Starts the machine's Chromium without a window. */
export async function openBrowser(): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'hefu-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    args: FLAGS,
  });
  return {
    run: (entry, input, origin) => runInPage(context, entry, input, origin),
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function runInPage(
  context: BrowserContext,
  entry: string,
  input: unknown,
  origin: Origin,
): Promise<unknown> {
  await using server = await servePage(await bundleForPage(entry));
  const page = await context.newPage();
  try {
    const host = origin === 'secure' ? '127.0.0.1' : PLAIN_HOST;
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    await page.goto(`http://${host}:${server.port}/`);
    if (failures.length > 0) throw new Error(`the page failed to load: ${failures.join('; ')}`);
    // JSON text, so that both sides see the same plain values and nothing of the page's own types.
    const output = await page.evaluate(async (text) => {
      const { hefuPage } = globalThis as unknown as {
        hefuPage: { run(input: unknown): unknown };
      };
      return JSON.stringify(await hefuPage.run(JSON.parse(text)));
    }, JSON.stringify(input));
    return JSON.parse(output) as unknown;
  } finally {
    await page.close();
  }
}
