// Goal: a page signs with a key that no node ever saw, deposits, and verifies what it reads; with WebCrypto and without. Method: the
// example of the SDK in a real Chromium against a real node, behind a server that lets the page's origin in.
import { fromBase64Url } from '@hefu/bytes';
import { HefuClient } from '@hefu/sdk';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../browser/browser.ts';
import type { TestBrowser } from '../browser/browser.ts';
import { ROOT } from '../house/checkout.ts';
import { startLiar } from './liar.ts';
import type { Liar } from './liar.ts';
import { RealNodes } from './real-node.ts';

const PAGE = join(ROOT, 'packages', 'sdk', 'examples', 'browser.ts');
const ADMIN = 'lanhe-dairy/admin';
const nodes = new RealNodes();
let browser: TestBrowser;
let gateway: Liar;
let trust: unknown;

beforeAll(async () => {
  browser = await openBrowser();
  nodes.make('one');
  const node = await nodes.start('one');
  trust = await new HefuClient({ url: node.url, verify: false }).trust();
  const own = new HefuClient({ url: node.url, verify: false });
  gateway = await startLiar(node.url);
  gateway.allowOrigins = true;
  gateway.lie = async ({ path }, truth) => {
    const [, member, query] = /^\/enrol\/([^?]+)\?(.*)$/.exec(path) ?? [];
    if (member === undefined) return truth;
    const asked = new URLSearchParams(query);
    const publicKey = fromBase64Url(asked.get('publicKey') ?? '') ?? new Uint8Array();
    const key = { algorithm: 'ed25519', publicKey } as const;
    const args = { member, kind: 'person', roles: ['depositor'], key } as const;
    const { code } = await own.members.call(nodes.signer('one', ADMIN), 'addMember', {
      ...args,
      roles: [...args.roles],
    });
    return { status: code === 'ok' ? 200 : 409, headers: {}, body: Buffer.from(code) };
  };
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
  await nodes[Symbol.asyncDispose]();
});

describe('a page', () => {
  it.each([
    ['secure', true],
    ['plain', false],
  ] as const)('of a %s origin deposits and verifies', async (origin, isHeld) => {
    const member = `lanhe-dairy/page-${origin}`;
    const input = { url: gateway.url, trust, member, enrolUrl: `${gateway.url}/enrol/${member}` };
    const done = await browser.run(PAGE, input, origin);
    expect(done).toEqual({ index: expect.any(Number), isHeld, depositor: member });
  });
});
