// Goal: a full or read-only disk under the accounts is told as such, never as a failure inside, stops what could not be told in the trail,
// and nothing else; and no line of the trail is lost. Method: a test node whose file of accounts SQLite is told not to grow or not to write.
import { describe, expect, it } from 'vitest';
import {
  GOOD_PASSWORD,
  keyHeaders,
  makeSignedIn,
  makeUser,
  OWN_PAGE,
} from '../../testing/people.ts';
import { createTestNode, OPERATOR } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';

interface Asked {
  readonly method: 'POST' | 'DELETE' | 'GET';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: object;
}

async function ask(node: TestNode, asked: Asked): Promise<[number, string, string | number]> {
  const answer = await node.app.inject({ headers: {}, ...asked });
  const code = answer.body.startsWith('{') ? (answer.json<{ code?: string }>().code ?? '') : '';
  return [answer.statusCode, code, answer.headers['retry-after'] ?? ''];
}

/** Something that is noted after it was done. */
function call(headers: Readonly<Record<string, string>>): Asked {
  const args = { key: 'k', text: 't', readers: 'public' };
  return {
    method: 'POST',
    url: '/v1/calls',
    headers,
    payload: { contract: 'letters', method: 'send', args },
  };
}

describe.each([
  ['full', 507, 'accounts-storage-full'],
  ['read-only', 503, 'accounts-unavailable'],
] as const)('accounts on a disk that is %s', (how, status, code) => {
  it('are not changed, which is told, and signing in waits', async () => {
    await using node = await createTestNode();
    await makeUser(node, 'li', ['admin']);
    const cookie = makeSignedIn(node, 'ann', ['admin']);
    node.failAccounts(how);
    let users = 0;
    for (;;) {
      const payload = { name: `user-${users}`, roles: ['read-only'] };
      const url = '/v1/accounts/users';
      const answered = await ask(node, { method: 'POST', url, headers: OPERATOR, payload });
      if (answered[0] !== 201) {
        expect(answered).toEqual([status, code, '10']);
        break;
      }
      users++;
      expect(users).toBeLessThan(1_000);
    }
    if (how === 'read-only') {
      const payload = { name: 'li', password: GOOD_PASSWORD };
      expect(await ask(node, { method: 'POST', url: '/v1/session', payload })).toEqual([
        status,
        code,
        '10',
      ]);
      const end = {
        method: 'DELETE',
        url: '/v1/session',
        headers: { ...cookie, ...OWN_PAGE },
      } as const;
      expect(await ask(node, end)).toEqual([status, code, '10']);
    }
    // Who is in stays in, and what does not touch the accounts goes on.
    expect((await ask(node, { method: 'GET', url: '/v1/session', headers: cookie }))[0]).toBe(200);
    expect(
      (await ask(node, { method: 'GET', url: '/v1/accounts/audit', headers: OPERATOR }))[0],
    ).toBe(200);
    expect((await ask(node, { method: 'GET', url: '/v1/accounts/keys' }))[1]).toBe(
      'credential-required',
    );
    node.failAccounts('not');
    const listed = node.host.accounts.users.list();
    expect(listed.filter(({ name }) => name.startsWith('user-'))).toHaveLength(users);
    expect(node.host.accounts.audit.verify()).toMatchObject({ ok: true });
  });

  it('let nothing be done that could not be told; what was under way is told once there is room', async () => {
    await using node = await createTestNode();
    const member = keyHeaders(node, 'member');
    node.failAccounts(how);
    let done = 0;
    for (;;) {
      const answered = await ask(node, call(member));
      if (answered[0] !== 202) {
        expect(answered).toEqual([status, code, '10']);
        break;
      }
      done++;
      expect(done).toBeLessThan(1_000);
    }
    expect(done).toBeGreaterThan(0);
    node.failAccounts('not');
    expect((await ask(node, call(member)))[0]).toBe(202);
    const told = node.host.accounts.audit.list({ limit: 1_000, action: 'call.submit' });
    expect(told).toHaveLength(done + 1);
    expect(node.host.accounts.audit.verify()).toMatchObject({ ok: true });
  });
});
