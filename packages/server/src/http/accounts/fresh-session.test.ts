// Goal: a session that was left open, or stolen, changes nothing by which its user signs in. Method: a test node with a clock of ours; every
// such change right after signing in and a quarter of an hour later.
import { expect, it } from 'vitest';
import { makeSignedIn, OWN_MEMBER, OWN_PAGE } from '../../testing/people.ts';
import { createTestNode, OPERATOR } from '../../testing/test-node.ts';

const QUARTER_MS = 15 * 60_000;
const CHANGES = [
  ['POST', '/v1/accounts/passkeys/offer', undefined],
  ['DELETE', '/v1/accounts/passkeys/none', undefined],
  ['POST', '/v1/accounts/identities/offer', undefined],
  ['POST', '/v1/accounts/keys', { name: 'own', roles: ['member'], member: OWN_MEMBER }],
] as const;

it('what one signs in by is changed shortly after signing in, and not later', async () => {
  let nowMs = 1_800_000_000_000;
  await using node = await createTestNode({ clock: { nowMs: () => nowMs } });
  const headers = { ...makeSignedIn(node, 'li', ['member'], OWN_MEMBER), ...OWN_PAGE };
  const codes = async (): Promise<readonly string[]> => {
    const answers = [];
    for (const [method, url, payload] of CHANGES) {
      const answer = await node.app.inject({
        method,
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      answers.push(answer.json<{ code?: string }>().code ?? String(answer.statusCode));
    }
    return answers;
  };
  expect(await codes()).toEqual(['200', 'passkey-not-found', 'oidc-not-configured', '201']);
  nowMs += QUARTER_MS - 1;
  expect(await codes()).toEqual(['200', 'passkey-not-found', 'oidc-not-configured', '201']);
  nowMs += 1;
  expect(await codes()).toEqual(CHANGES.map(() => 'sign-in-again'));
  // It is still a session for everything else.
  expect((await node.app.inject({ url: '/v1/session', headers })).statusCode).toBe(200);
  const told = node.host.accounts.audit.list({ limit: 50, outcome: 'refused' });
  expect(told.filter(({ code }) => code === 'sign-in-again')).toHaveLength(CHANGES.length);
});

it('signing out clears what the browser has kept', async () => {
  await using node = await createTestNode();
  const headers = { ...makeSignedIn(node, 'li', ['read-only']), ...OWN_PAGE };
  const answer = await node.app.inject({ method: 'DELETE', url: '/v1/session', headers });
  expect(answer.statusCode).toBe(204);
  expect(answer.headers['clear-site-data']).toBe('"cache", "cookies", "storage"');
  expect(String(answer.headers['set-cookie'])).toContain('Max-Age=0');
});

it('all other sessions can be ended at once, by their user, and by admins for others', async () => {
  await using node = await createTestNode();
  const own = { ...makeSignedIn(node, 'li', ['read-only']), ...OWN_PAGE };
  const { accounts } = node.host;
  const userId = accounts.users.named('li')?.id ?? '';
  const place = { address: '192.0.2.1', agent: 'elsewhere' };
  for (let i = 0; i < 3; i++) {
    expect(accounts.signIn.proven(userId, 'passkey', place).ok).toBe(true);
  }
  const stranger = { ...makeSignedIn(node, 'ann', ['read-only']), ...OWN_PAGE };
  const end = async (headers: object, query = ''): Promise<[number, unknown]> => {
    const url = `/v1/accounts/sessions${query}`;
    const answer = await node.app.inject({ method: 'DELETE', url, headers: { ...headers } });
    return [answer.statusCode, answer.json<{ ended?: number; code?: string }>()];
  };
  expect(await end(stranger, `?user=${userId}`)).toMatchObject([
    403,
    { code: 'role-insufficient' },
  ]);
  expect(await end(OPERATOR)).toMatchObject([403, { code: 'session-needed' }]);
  expect(accounts.sessions.list(userId)).toHaveLength(4);
  expect(await end(own)).toEqual([200, { ended: 3 }]);
  expect((await node.app.inject({ url: '/v1/session', headers: own })).statusCode).toBe(200);
  expect(await end(OPERATOR, `?user=${userId}`)).toEqual([200, { ended: 1 }]);
  expect((await node.app.inject({ url: '/v1/session', headers: own })).statusCode).toBe(401);
  expect((await node.app.inject({ url: '/v1/session', headers: stranger })).statusCode).toBe(200);
  expect(accounts.audit.verify()).toMatchObject({ ok: true });
});
