// Goal: signing in over HTTP holds against fixation, forged requests of other sites, guessing and enumeration, and what it
// hands out is hard to steal.
// Method: a whole node by inject; each attack as a request, each beside the same request made rightly.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NODE_ACTOR } from '../../accounts/first-sign-in.ts';
import { GOOD_PASSWORD, keyHeaders, makeUser, OWN_PAGE, signIn } from '../../testing/people.ts';
import { createTestNode, OPERATOR, TEST_TOKEN } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';
import { beginCookie, sessionCookie } from './cookie.ts';

let node: TestNode;
let nowMs = 1_800_000_000_000;

beforeEach(async () => {
  node = await createTestNode({ clock: { nowMs: () => nowMs } });
});
afterEach(async () => {
  const check = node.host.accounts.audit.verify();
  if (!check.ok) throw new Error(check.code);
  await node[Symbol.asyncDispose]();
});

type Headers = Readonly<Record<string, string>>;

async function ask(
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
  url: string,
  headers: Headers = {},
  payload?: object,
): Promise<{
  readonly status: number;
  readonly code: string;
  readonly body: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
}> {
  const answer = await node.app.inject({
    method,
    url,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  const body = answer.body === '' ? {} : answer.json<Record<string, unknown>>();
  return {
    status: answer.statusCode,
    code: typeof body['code'] === 'string' ? body['code'] : 'ok',
    body,
    headers: answer.headers,
  };
}

describe('signing in', () => {
  it('gives a cookie that scripts, other sites and plain connections never see', async () => {
    await makeUser(node, 'li.wei', ['auditor']);
    const answer = await ask(
      'POST',
      '/v1/session',
      {},
      { name: 'Li.Wei', password: GOOD_PASSWORD },
    );
    expect(answer.status).toBe(201);
    expect(answer.headers['set-cookie']).toMatch(
      /^hefu-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toMatchObject({
      user: { name: 'li.wei' },
      session: { method: 'password' },
    });
    expect(beginCookie('t', true)).toBe(
      '__Host-hefu-session=t; Path=/; HttpOnly; SameSite=Strict; Secure',
    );
  });

  it('tells who one is, and that one is nobody any more', async () => {
    await makeUser(node, 'li.wei', ['member'], 'alpha/ann');
    const cookie = await signIn(node, 'li.wei');
    expect((await ask('GET', '/v1/session', cookie)).body).toMatchObject({
      kind: 'user',
      name: 'li.wei',
      roles: ['member'],
      permissions: ['read', 'send', 'sign'],
      member: 'alpha/ann',
    });
    const out = await ask('DELETE', '/v1/session', { ...cookie, ...OWN_PAGE });
    expect(out.status).toBe(204);
    expect(out.headers['set-cookie']).toContain('Max-Age=0');
    expect(await ask('GET', '/v1/session', cookie)).toMatchObject({
      status: 401,
      code: 'credential-required',
    });
  });

  it('begins a session of its own whatever cookie came along, which ends (fixation)', async () => {
    await makeUser(node, 'mallory', ['read-only']);
    await makeUser(node, 'li.wei', ['admin']);
    const planted = await signIn(node, 'mallory');
    const own = await signIn(node, 'li.wei', GOOD_PASSWORD, { ...planted, ...OWN_PAGE });
    expect(own.cookie).not.toBe(planted.cookie);
    expect((await ask('GET', '/v1/session', planted)).status).toBe(401);
    const madeUp = { cookie: `hefu-session=${'A'.repeat(43)}` };
    const other = await signIn(node, 'li.wei', GOOD_PASSWORD, madeUp);
    expect(other.cookie).not.toBe(madeUp.cookie);
  });

  it('answers what is there and what is not with the same words', async () => {
    const id = await makeUser(node, 'li.wei', ['auditor']);
    await makeUser(node, 'gone', ['auditor']);
    const gone = node.host.accounts.users.named('gone');
    node.host.accounts.users.change(NODE_ACTOR, gone?.id ?? '', { disabled: true });
    const texts = new Set<string>();
    for (const [name, password] of [
      ['li.wei', 'wrong, wrong'],
      ['gone', GOOD_PASSWORD],
      ['nobody', 'x'],
      ["' or 1=1 --", 'x'],
      [id, GOOD_PASSWORD],
    ]) {
      const answer = await node.app.inject({
        method: 'POST',
        url: '/v1/session',
        payload: { name, password },
      });
      const {
        instance: _instance,
        traceId: _traceId,
        ...rest
      } = answer.json<Record<string, unknown>>();
      texts.add(JSON.stringify([answer.statusCode, rest]));
    }
    expect(texts.size).toBe(1);
    expect([...texts][0]).toContain('sign-in-failed');
  });

  it('is slowed for who guesses, with Retry-After, and not for keys meanwhile', async () => {
    await makeUser(node, 'li.wei', ['auditor']);
    const key = keyHeaders(node, 'auditor');
    const codes: string[] = [];
    let last: Awaited<ReturnType<typeof ask>> | undefined;
    for (let index = 0; index < 8; index++) {
      last = await ask('POST', '/v1/session', {}, { name: 'li.wei', password: `guess ${index}` });
      codes.push(last.code);
    }
    expect(codes.filter((code) => code === 'sign-in-failed')).toHaveLength(6);
    expect(last).toMatchObject({ status: 429, code: 'sign-in-throttled' });
    expect(last?.headers['retry-after']).toBe('2');
    expect(
      await ask('POST', '/v1/session', {}, { name: 'li.wei', password: GOOD_PASSWORD }),
    ).toMatchObject({ status: 429 });
    expect((await ask('GET', '/v1/session', key)).status).toBe(200);
    nowMs += 2_000;
    expect(
      (await ask('POST', '/v1/session', {}, { name: 'li.wei', password: GOOD_PASSWORD })).status,
    ).toBe(201);
  });

  it('by link works once, and lets set a password once', async () => {
    const added = node.host.accounts.users.add(NODE_ACTOR, { name: 'li.wei', roles: ['auditor'] });
    const id = added.ok ? added.user.id : '';
    const made = await ask('POST', `/v1/accounts/users/${id}/link`, OPERATOR);
    const url = new URL(String(made.body['url']));
    expect([url.pathname, url.search]).toEqual(['/sign-in', '']);
    const link = url.hash.slice(1);
    const begun = await node.app.inject({ method: 'POST', url: '/v1/session', payload: { link } });
    const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? '';
    expect(await ask('POST', '/v1/session', {}, { link })).toMatchObject({
      status: 401,
      code: 'sign-in-link-invalid',
    });
    const headers = { cookie, ...OWN_PAGE };
    expect(await ask('POST', '/v1/session/password', headers, { password: 'short' })).toMatchObject(
      { code: 'password-too-short' },
    );
    expect(
      (await ask('POST', '/v1/session/password', headers, { password: GOOD_PASSWORD })).status,
    ).toBe(204);
    await signIn(node, 'li.wei');
  });

  it('does not let a stolen session set a password', async () => {
    await makeUser(node, 'li.wei', ['auditor']);
    const headers = { ...(await signIn(node, 'li.wei')), ...OWN_PAGE };
    const wanted = { password: 'the thief’s own one' };
    expect(await ask('POST', '/v1/session/password', headers, wanted)).toMatchObject({
      status: 403,
      code: 'password-wrong',
    });
    expect(
      await ask('POST', '/v1/session/password', headers, { ...wanted, current: 'wrong, wrong' }),
    ).toMatchObject({ code: 'password-wrong' });
    expect(
      (await ask('POST', '/v1/session/password', headers, { ...wanted, current: GOOD_PASSWORD }))
        .status,
    ).toBe(204);
  });
});

describe('requests of other sites (CSRF)', () => {
  const CHANGE = { name: 'li', roles: ['auditor'] };

  it.each([
    ['a form of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a script of another site', { origin: 'https://evil.example', 'hefu-request': '1' }],
    ['another port of this host', { origin: 'http://localhost:9999', 'hefu-request': '1' }],
    ['the same host without TLS', { origin: 'https://localhost:80', 'hefu-request': '1' }],
    ['a sandboxed frame', { origin: 'null', 'hefu-request': '1' }],
    ['a sister site', { 'sec-fetch-site': 'same-site', 'hefu-request': '1' }],
    ['an address typed in', { 'sec-fetch-site': 'none', 'hefu-request': '1' }],
    ['an old browser’s form', {}],
  ])('%s changes nothing with the cookie', async (_what, headers) => {
    await makeUser(node, 'boss', ['admin']);
    const cookie = await signIn(node, 'boss');
    const answer = await ask('POST', '/v1/accounts/users', { ...cookie, ...headers }, CHANGE);
    expect(answer).toMatchObject({ status: 403, code: 'request-cross-site' });
    expect(node.host.accounts.users.named('li')).toBeUndefined();
    const vault = await ask('DELETE', '/v1/session', { ...cookie, ...headers });
    expect(vault.code).toBe('request-cross-site');
  });

  it('those of our own pages do', async () => {
    await makeUser(node, 'boss', ['admin']);
    const cookie = await signIn(node, 'boss');
    const own = { ...cookie, ...OWN_PAGE, origin: 'http://localhost:80' };
    expect((await ask('POST', '/v1/accounts/users', own, CHANGE)).status).toBe(201);
  });

  it('cannot sign somebody in as another (login CSRF)', async () => {
    await makeUser(node, 'mallory', ['read-only']);
    const headers = { origin: 'https://evil.example' };
    const answer = await ask('POST', '/v1/session', headers, {
      name: 'mallory',
      password: GOOD_PASSWORD,
    });
    expect(answer).toMatchObject({ status: 403, code: 'request-cross-site' });
  });

  it('need no header where no cookie speaks', async () => {
    const answer = await ask('POST', '/v1/accounts/users', OPERATOR, CHANGE);
    expect(answer.status).toBe(201);
  });
});

describe('cookies', () => {
  it.each([
    ['hefu-session=a', false, 'a'],
    ['x=1; hefu-session=a; y=2', false, 'a'],
    ['hefu-session=a; hefu-session=b', false, undefined],
    ['__Host-hefu-session=a', false, undefined],
    ['hefu-session=a', true, undefined],
    ['__Host-hefu-session=a', true, 'a'],
    ['nothefu-session=a', false, undefined],
    ['', false, undefined],
  ])('%j over TLS %s: %s', (header, secure, token) => {
    expect(sessionCookie(header, secure)).toBe(token);
  });

  it('of a session that has ended stand for nobody', async () => {
    const cookie = { cookie: `hefu-session=${'x'.repeat(43)}` };
    expect((await ask('GET', '/v1/chain', cookie)).status).toBe(200);
    expect((await ask('GET', '/v1/session', cookie)).code).toBe('credential-required');
  });
});

describe('keys', () => {
  it.each([
    ['as bearer', (key: string) => `Bearer ${key}`],
    [
      'as the password of Basic',
      (key: string) => `Basic ${Buffer.from(`anything:${key}`).toString('base64')}`,
    ],
    [
      'as the password of Basic without a name',
      (key: string) => `basic ${Buffer.from(`:${key}`).toString('base64')}`,
    ],
  ])('go %s', async (_how, header) => {
    const key = keyHeaders(node, 'auditor').authorization.slice('Bearer '.length);
    expect((await ask('GET', '/v1/session', { authorization: header(key) })).body).toMatchObject({
      kind: 'api-key',
      roles: ['auditor'],
    });
    expect(
      (await ask('GET', '/v1/session', { authorization: header(TEST_TOKEN) })).body,
    ).toMatchObject({ kind: 'token' });
    const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    expect(await ask('GET', '/v1/chain', { authorization: header(wrong) })).toMatchObject({
      status: 200,
    });
    expect(await ask('GET', '/v1/session', { authorization: header(wrong) })).toMatchObject({
      status: 401,
      code: 'credential-wrong',
    });
  });

  it.each(['Bearer', 'Basic', 'Basic !!!', 'Digest x', 'Bearer a b', 'Basic bm9jb2xvbg=='])(
    '%j is no credential, and not taken for none',
    async (authorization) => {
      expect(await ask('GET', '/v1/session', { authorization })).toMatchObject({
        status: 401,
        code: 'credential-wrong',
      });
    },
  );

  it('stand before cookies', async () => {
    await makeUser(node, 'boss', ['admin']);
    const both = { ...(await signIn(node, 'boss')), ...keyHeaders(node, 'read-only') };
    expect((await ask('GET', '/v1/session', both)).body).toMatchObject({ roles: ['read-only'] });
    expect((await ask('GET', '/v1/accounts/audit', both)).code).toBe('role-insufficient');
  });

  it('are shown once, and revoked at once', async () => {
    const made = await ask('POST', '/v1/accounts/keys', OPERATOR, {
      name: 'erp',
      roles: ['operator'],
      expiresInSeconds: 60,
    });
    const key = String(made.body['key']);
    const { id } = made.body['about'] as { readonly id: string };
    const headers = { authorization: `Bearer ${key}` };
    expect((await ask('GET', '/v1/session', headers)).status).toBe(200);
    const list = await ask('GET', '/v1/accounts/keys', OPERATOR);
    expect(JSON.stringify(list.body)).toContain(id);
    expect(JSON.stringify(list.body)).not.toContain(key);
    expect((await ask('DELETE', `/v1/accounts/keys/${id}`, OPERATOR)).status).toBe(200);
    expect((await ask('GET', '/v1/session', headers)).code).toBe('credential-wrong');
  });

  it('of others are not there for who does not manage', async () => {
    const made = await ask('POST', '/v1/accounts/keys', OPERATOR, {
      name: 'erp',
      roles: ['operator'],
    });
    const { id } = made.body['about'] as { readonly id: string };
    const headers = keyHeaders(node, 'operator');
    expect(await ask('DELETE', `/v1/accounts/keys/${id}`, headers)).toMatchObject({
      status: 404,
      code: 'api-key-not-found',
    });
    expect((await ask('GET', '/v1/accounts/keys', headers)).body).toEqual({
      items: [],
      nextCursor: null,
    });
  });
});

describe('users and sessions', () => {
  it('are listed page by page, and cursors are good for their list alone', async () => {
    for (const name of ['a', 'b', 'c']) {
      await ask('POST', '/v1/accounts/users', OPERATOR, { name, roles: ['auditor'] });
    }
    const first = await ask('GET', '/v1/accounts/users?limit=2', OPERATOR);
    const names = (body: Record<string, unknown>): unknown[] =>
      (body['items'] as { name: string }[]).map(({ name }) => name);
    expect(names(first.body)).toEqual(['a', 'b']);
    const cursor = String(first.body['nextCursor']);
    const second = await ask('GET', `/v1/accounts/users?limit=2&cursor=${cursor}`, OPERATOR);
    expect([names(second.body), second.body['nextCursor']]).toEqual([['c'], null]);
    expect((await ask('GET', `/v1/accounts/keys?cursor=${cursor}`, OPERATOR)).code).toBe(
      'cursor-invalid',
    );
  });

  it('end for a user who is disabled, in the same moment', async () => {
    const id = await makeUser(node, 'li.wei', ['auditor']);
    const cookie = await signIn(node, 'li.wei');
    expect(
      (await ask('PATCH', `/v1/accounts/users/${id}`, OPERATOR, { disabled: true })).status,
    ).toBe(200);
    expect((await ask('GET', '/v1/session', cookie)).status).toBe(401);
  });

  it('of others are out of reach', async () => {
    const id = await makeUser(node, 'victim', ['auditor']);
    await signIn(node, 'victim');
    const [session] = node.host.accounts.sessions.list(id);
    await makeUser(node, 'mallory', ['operator']);
    const headers = { ...(await signIn(node, 'mallory')), ...OWN_PAGE };
    expect((await ask('GET', `/v1/accounts/sessions?user=${id}`, headers)).code).toBe(
      'role-insufficient',
    );
    expect((await ask('DELETE', `/v1/accounts/sessions/${session?.id ?? ''}`, headers)).code).toBe(
      'session-not-found',
    );
    expect(
      (await ask('DELETE', `/v1/accounts/sessions/${session?.id ?? ''}?user=${id}`, headers)).code,
    ).toBe('role-insufficient');
    expect(node.host.accounts.sessions.list(id)).toHaveLength(1);
    const own = await ask('GET', '/v1/accounts/sessions', headers);
    expect(own.body['items']).toHaveLength(1);
  });
});

describe('the audit trail', () => {
  it('has who did what, and what they were refused, page by page', async () => {
    await ask('POST', '/v1/accounts/users', OPERATOR, { name: 'li', roles: ['auditor'] });
    await ask('POST', '/v1/accounts/users', OPERATOR, { name: 'li', roles: ['auditor'] });
    await ask('GET', '/v1/accounts/users');
    const all = await ask('GET', '/v1/accounts/audit', OPERATOR);
    const lines = (
      all.body['items'] as {
        action: string;
        target: string;
        code: string;
        actor: { kind: string };
      }[]
    ).map(({ action, target, code, actor }) => [
      actor.kind,
      action,
      action === 'user.add' ? '' : target,
      code,
    ]);
    expect(lines).toEqual([
      ['nobody', 'request', 'GET /v1/accounts/users', 'credential-required'],
      ['token', 'request', 'POST /v1/accounts/users', 'user-exists'],
      ['token', 'user.add', '', 'ok'],
    ]);
    const one = await ask('GET', '/v1/accounts/audit?limit=1&outcome=done', OPERATOR);
    expect(one.body).toMatchObject({
      items: [{ action: 'user.add' }],
      nextCursor: null,
      head: { seq: 3 },
    });
  });

  it('has a change by whoever runs the node, and never what was in it', async () => {
    const digest = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
    const answer = await node.app.inject({
      method: 'PUT',
      url: `/v1/vault/objects/${digest}`,
      headers: { ...OPERATOR, 'content-type': 'application/octet-stream' },
      payload: 'foo',
    });
    expect(answer.statusCode).toBe(201);
    const [line] = node.host.accounts.audit.list({ limit: 1 });
    expect(line).toMatchObject({
      target: 'PUT /v1/vault/objects/:digest',
      outcome: 'done',
      detail: JSON.stringify({ digest }),
    });
  });
});
