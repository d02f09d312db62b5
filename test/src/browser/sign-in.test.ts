// Goal: a person comes in by the first link, sets a password, adds a passkey, and comes in by each again; nothing secret stays in the address.
// Method: a real node, its own page in real Chromium with a virtual authenticator; the page's policy stays in force.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initData, startNode } from '@hefu/server';
import type { RunningNode } from '@hefu/server';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './chromium.ts';

const PASSWORD = 'correct horse battery';
let root = '';
let node: RunningNode;
let browser: Browser;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'hefu-sign-in-'));
  const environment = { HEFU_MASTER_KEY_FILE: join(root, 'master.key') };
  const directory = join(root, 'data');
  initData({ directory, environment, consortium: 'empty' });
  const logDestination = { write: () => undefined };
  node = await startNode({ directory, environment, flags: { 'http.port': 0 }, logDestination });
  browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  await node.close();
  rmSync(root, { recursive: true, force: true });
});

/** A page whose browser has an authenticator that always says yes. */
async function openPage(url: string): Promise<{ readonly page: Page; readonly faults: string[] }> {
  const context = await browser.newContext({ locale: 'en' });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(url);
  return { page, faults };
}

describe('the sign-in page', () => {
  it('takes the first link, a password and a passkey', async () => {
    // A passkey belongs to a name, not to a number.
    const link = (node.signInLink ?? '').replace('127.0.0.1', 'localhost');
    const { page, faults } = await openPage(link);
    expect(page.url()).not.toContain('#');
    await page.getByRole('button', { name: 'Sign in with this link' }).click();
    await page.getByText('admin (admin, operator, member)').waitFor();
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('The password is set.').waitFor();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('The passkey is added.').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('admin (admin, operator, member)').waitFor();
    const who = await page.evaluate(async () => (await fetch('/v1/session')).json());
    expect(who).toMatchObject({ session: { method: 'passkey' } });
    expect(await page.evaluate(() => document.cookie)).toBe('');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Name').fill('admin');
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('wrong, all wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Name or password is wrong.').waitFor();
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('admin (admin, operator, member)').waitFor();
    expect(faults).toEqual([]);
  });

  it('says in words that a used link is one', async () => {
    const link = (node.signInLink ?? '').replace('127.0.0.1', 'localhost');
    const { page, faults } = await openPage(link);
    await page.getByRole('button', { name: 'Sign in with this link' }).click();
    await page.getByText('The link was used').waitFor();
    expect(faults).toEqual([]);
  });
});
