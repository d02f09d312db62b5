// Goal: a passkey lets its user in and nobody else, for one challenge, from the node's own page, with the user verified.
// Method: an authenticator in software whose answers are made wrong one part at a time; Chromium's own is asked in test/.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../testing/authenticator.ts';
import type { Authenticator, CeremonyOptions } from '../../testing/authenticator.ts';
import { makeSignedIn, OWN_PAGE } from '../../testing/people.ts';
import { createTestNode } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';

let node: TestNode;
let nowMs = 1_800_000_000_000;
let cookie: Readonly<Record<string, string>>;
const authenticator = createAuthenticator();
const HOST = { host: 'localhost' };

beforeEach(async () => {
  node = await createTestNode({ clock: { nowMs: () => nowMs } });
  cookie = { ...HOST, ...makeSignedIn(node, 'li.wei', ['auditor']), ...OWN_PAGE };
});
afterEach(async () => node[Symbol.asyncDispose]());

async function post(
  url: string,
  headers: object,
  payload?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await node.app.inject({
    method: 'POST',
    url,
    headers: { ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

async function challenge(url: string, headers: object): Promise<string> {
  return String((await post(url, headers)).body['challenge']);
}

async function addPasskey(
  with_: Partial<CeremonyOptions> = {},
  by: Authenticator = authenticator,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const offered = await challenge('/v1/accounts/passkeys/offer', cookie);
  const credential = by.create({ challenge: offered, ...with_ });
  return post('/v1/accounts/passkeys', cookie, { name: 'my phone', credential });
}

async function comeIn(with_: Partial<CeremonyOptions> = {}, by = authenticator): Promise<number> {
  const offered = await challenge('/v1/session/passkey/offer', HOST);
  const credential = by.get({ challenge: offered, ...with_ });
  return (await post('/v1/session/passkey', HOST, { credential })).status;
}

describe('a passkey', () => {
  it('is added by who is signed in, lets them in, and is removed', async () => {
    expect((await addPasskey()).status).toBe(201);
    expect(await comeIn()).toBe(201);
    const removed = await node.app.inject({
      method: 'DELETE',
      url: `/v1/accounts/passkeys/${authenticator.id}`,
      headers: { ...cookie },
    });
    expect(removed.statusCode).toBe(204);
    expect(await comeIn()).toBe(401);
    const actions = node.host.accounts.audit.list({ limit: 10 }).map(({ action }) => action);
    expect(actions).toContain('passkey.add');
    expect(actions).toContain('passkey.remove');
  });

  it.each<[string, Partial<CeremonyOptions>]>([
    ['another site', { origin: 'https://evil.example' }],
    ['another host', { rpId: 'evil.example' }],
    ['a challenge of its own', { challenge: 'A'.repeat(43) }],
    ['a user who was not verified', { flags: 0x01 }],
    ['nobody there', { flags: 0x00 }],
  ])('is not added for %s', async (_what, wrong) => {
    expect(await addPasskey(wrong)).toMatchObject({
      status: 422,
      body: { code: 'passkey-not-proven' },
    });
    expect(await comeIn()).toBe(401);
  });

  it.each<[string, Partial<CeremonyOptions>]>([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this host', { origin: 'http://localhost:9999' }],
    ['another host', { rpId: 'evil.example' }],
    ['a challenge of its own', { challenge: 'A'.repeat(43) }],
    ['a user who was not verified', { flags: 0x01 }],
    ['a counter that goes back: a copy', { counter: 3 }],
  ])('lets nobody in for %s', async (_what, wrong) => {
    expect((await addPasskey({ counter: 7 })).status).toBe(201);
    expect(await comeIn(wrong)).toBe(401);
    expect(await comeIn({ counter: 8 })).toBe(201);
  });

  it('lets nobody in twice with one answer, nor late', async () => {
    await addPasskey();
    const offered = await challenge('/v1/session/passkey/offer', HOST);
    const credential = authenticator.get({ challenge: offered });
    expect((await post('/v1/session/passkey', HOST, { credential })).status).toBe(201);
    expect((await post('/v1/session/passkey', HOST, { credential })).status).toBe(401);
    const second = await challenge('/v1/session/passkey/offer', HOST);
    nowMs += 5 * 60_000;
    const late = authenticator.get({ challenge: second });
    expect((await post('/v1/session/passkey', HOST, { credential: late })).status).toBe(401);
  });

  it('of somebody else, or of a user who was disabled, lets nobody in', async () => {
    await addPasskey();
    expect(await comeIn({}, { ...createAuthenticator(), id: authenticator.id })).toBe(401);
    const id = node.host.accounts.users.named('li.wei')?.id ?? '';
    node.host.accounts.users.change({ kind: 'machine', id: 'node', name: 'node' }, id, {
      disabled: true,
    });
    expect(await comeIn()).toBe(401);
  });

  it('is not added by a challenge that another user was given', async () => {
    const offered = await challenge('/v1/accounts/passkeys/offer', cookie);
    const other = { ...HOST, ...makeSignedIn(node, 'mallory', ['auditor']), ...OWN_PAGE };
    const credential = authenticator.create({ challenge: offered });
    expect((await post('/v1/accounts/passkeys', other, { name: 'x', credential })).status).toBe(
      422,
    );
  });

  it('that is no credential at all is told so, and breaks nothing', async () => {
    for (const credential of [
      {},
      { id: 'x' },
      {
        id: 'x',
        rawId: 'y',
        type: 'public-key',
        response: { clientDataJSON: '!', authenticatorData: '', signature: '' },
      },
    ]) {
      expect((await post('/v1/session/passkey', HOST, { credential })).status).toBeLessThan(500);
    }
  });
});
