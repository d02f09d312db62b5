// Goal: a session that was left open, or stolen, changes nothing by which its user signs in. Method: a test node with a clock of ours; every
// such change right after signing in and a quarter of an hour later.
import { expect, it } from 'vitest';
import { makeSignedIn, OWN_MEMBER, OWN_PAGE } from '../../testing/people.ts';
import { createTestNode } from '../../testing/test-node.ts';

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
