// Goal: who is bound to an identity at the organisation's provider comes in by it; nobody else, from no other browser, and not twice.
// Method: a real OpenID Connect provider on this machine, its pages followed as a browser would; what comes back is also forged.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openIdProvider } from '../../accounts/identity-provider.ts';
import { silentLogger } from '../../logging/logger.ts';
import { startProvider } from '../../testing/oidc-provider.ts';
import type { TestProvider } from '../../testing/oidc-provider.ts';
import { makeSignedIn, OWN_PAGE } from '../../testing/people.ts';
import { createTestNode, testConfig } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';
import { createApp } from '../app.ts';
import type { App } from '../zod-provider.ts';

const HOST = { host: 'localhost' };
const CALLBACK = 'http://localhost/v1/session/oidc/callback';
let provider: TestProvider;
let node: TestNode;
let app: App;
let own: Readonly<Record<string, string>>;

beforeAll(async () => {
  provider = await startProvider(CALLBACK);
});
afterAll(async () => provider[Symbol.asyncDispose]());
beforeEach(async () => {
  node = await createTestNode();
  const { issuer, clientId, clientSecret } = provider;
  const identityProvider = openIdProvider({ issuer, clientId }, clientSecret);
  app = await createApp({
    host: { ...node.host, ...(identityProvider === undefined ? {} : { identityProvider }) },
    config: testConfig({}),
    logger: silentLogger(),
    clock: { nowMs: () => 0 },
  });
  own = { ...HOST, ...makeSignedIn(node, 'li.wei', ['auditor']), ...OWN_PAGE };
});
afterEach(async () => {
  await app.close();
  await node[Symbol.asyncDispose]();
});

interface Begun {
  readonly url: string;
  readonly cookie: string;
}

async function begin(path: string, headers: Readonly<Record<string, string>>): Promise<Begun> {
  const answer = await app.inject({ method: 'POST', url: path, headers });
  expect(answer.statusCode, answer.body).toBe(200);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { url: answer.json<{ url: string }>().url, cookie };
}

async function comeBack(
  back: URL,
  cookie: string,
): Promise<{ status: number; code: string; cookies: string }> {
  const answer = await app.inject({
    url: `${back.pathname}${back.search}`,
    headers: { ...HOST, cookie },
  });
  const code = answer.body === '' ? 'ok' : answer.json<{ code: string }>().code;
  return { status: answer.statusCode, code, cookies: String(answer.headers['set-cookie']) };
}

/** Binds the user who is signed in to a name at the provider. */
async function bind(name: string): Promise<void> {
  const { url, cookie } = await begin('/v1/accounts/identities/offer', own);
  expect(await comeBack(await provider.visit(url, name), cookie)).toMatchObject({ status: 303 });
}

describe('signing in by a provider', () => {
  it('lets in who was bound, as themselves', async () => {
    await bind('li');
    const { url, cookie } = await begin('/v1/session/oidc/offer', HOST);
    const back = await comeBack(await provider.visit(url, 'li'), cookie);
    expect(back.status).toBe(303);
    const session = /hefu-session=[\w-]{43}/.exec(back.cookies)?.[0] ?? '';
    const who = await app.inject({ url: '/v1/session', headers: { ...HOST, cookie: session } });
    expect(who.json()).toMatchObject({ name: 'li.wei', session: { method: 'oidc' } });
  });

  it('lets in nobody who was not', async () => {
    await bind('li');
    const { url, cookie } = await begin('/v1/session/oidc/offer', HOST);
    // The same name as the user's here: names elsewhere prove nothing.
    const back = await comeBack(await provider.visit(url, 'li.wei'), cookie);
    expect(back).toMatchObject({ status: 403, code: 'oidc-not-linked', cookies: 'undefined' });
  });

  it('takes what came back once, in the browser that began', async () => {
    await bind('li');
    const { url, cookie } = await begin('/v1/session/oidc/offer', HOST);
    const back = await provider.visit(url, 'li');
    const other = await begin('/v1/session/oidc/offer', HOST);
    expect(await comeBack(back, other.cookie)).toMatchObject({
      status: 403,
      code: 'oidc-not-proven',
    });
    // Whoever tried with a wrong browser has used it up.
    expect(await comeBack(back, cookie)).toMatchObject({ status: 403, code: 'oidc-not-proven' });
  });

  it.each<[string, (back: URL) => void]>([
    ['another state', (back) => back.searchParams.set('state', 'A'.repeat(43))],
    ['no state', (back) => back.searchParams.delete('state')],
    ['another code', (back) => back.searchParams.set('code', 'A'.repeat(43))],
    ['no code', (back) => back.searchParams.delete('code')],
    ['another issuer', (back) => back.searchParams.set('iss', 'https://evil.example')],
    ['a refusal', (back) => back.searchParams.set('error', 'access_denied')],
  ])('lets nobody in with %s', async (_what, forge) => {
    await bind('li');
    const { url, cookie } = await begin('/v1/session/oidc/offer', HOST);
    const back = await provider.visit(url, 'li');
    forge(back);
    expect(await comeBack(back, cookie)).toMatchObject({ status: 403, code: 'oidc-not-proven' });
  });

  it('does not let in a user who was disabled', async () => {
    await bind('li');
    const id = node.host.accounts.users.named('li.wei')?.id ?? '';
    node.host.accounts.users.change({ kind: 'machine', id: 'node', name: 'node' }, id, {
      disabled: true,
    });
    const { url, cookie } = await begin('/v1/session/oidc/offer', HOST);
    expect(await comeBack(await provider.visit(url, 'li'), cookie)).toMatchObject({
      code: 'sign-in-failed',
    });
  });

  it('is not begun by another site, nor where there is no provider or it does not answer', async () => {
    const cross = await app.inject({
      method: 'POST',
      url: '/v1/session/oidc/offer',
      headers: { ...HOST, origin: 'https://evil.example' },
    });
    expect(cross.json<{ code: string }>().code).toBe('request-cross-site');
    const none = await node.app.inject({
      method: 'POST',
      url: '/v1/session/oidc/offer',
      headers: HOST,
    });
    expect([none.statusCode, none.json<{ code: string }>().code]).toEqual([
      404,
      'oidc-not-configured',
    ]);
    const dead = openIdProvider({ issuer: 'http://127.0.0.1:9', clientId: 'x' }, undefined);
    expect(await dead?.begin(CALLBACK, 's')).toBeUndefined();
  });
});
