// Goal: users, sessions, keys and links do what they say, and no more, over their whole lives.
// Method: scenarios on accounts in memory with a clock moved by hand; the audit trail is checked after each.
import { statSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  API_KEY_LIFE_MS_MAX,
  LINK_LIFE_MS,
  LINK_PASSWORD_MS,
  PAIR_FREE_FAILURES,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
  SESSIONS_PER_USER_MAX,
} from './limits.ts';
import { allows, PERMISSIONS, ROLES } from './roles.ts';
import { GOOD_PASSWORD, MACHINE, must, PLACE, testAccounts } from './testing/test-accounts.ts';
import type { TestAccounts } from './testing/test-accounts.ts';

let test: TestAccounts;
beforeEach(() => {
  test = testAccounts();
});
afterEach(() => {
  must(test.accounts.audit.verify());
  test[Symbol.dispose]();
});

/** A user with a password, signed in. */
async function signedIn(
  name = 'li.wei',
): Promise<{ readonly userId: string; readonly token: string; readonly sessionId: string }> {
  const { id } = test.accounts.users.named(name) ?? test.user(name);
  must(await test.accounts.passwords.set(MACHINE, id, GOOD_PASSWORD));
  const { token, session } = must(
    await test.accounts.signIn.withPassword({ name, password: GOOD_PASSWORD }, PLACE),
  );
  return { userId: id, token, sessionId: session.id };
}

describe('roles', () => {
  it('grant what the table says', () => {
    const table = Object.fromEntries(
      ROLES.map((role) => [role, PERMISSIONS.filter((each) => allows([role], each)).join(' ')]),
    );
    expect(table).toEqual({
      admin: 'read send audit manage',
      operator: 'read send operate',
      member: 'read send sign',
      auditor: 'read audit',
      'read-only': 'read',
    });
    expect(allows([], 'read')).toBe(false);
  });
});

describe('users', () => {
  it.each([
    [{ name: '', roles: ['admin'] }, 'user-name-invalid'],
    [{ name: 'a b', roles: ['admin'] }, 'user-name-invalid'],
    [{ name: 'x'.repeat(65), roles: ['admin'] }, 'user-name-invalid'],
    [{ name: '李伟', roles: ['admin'] }, 'user-name-invalid'],
    [{ name: 'li', display: 'Li\u202eieW', roles: ['admin'] }, 'user-name-invalid'],
    [{ name: 'li', display: 'Li\nWei', roles: ['admin'] }, 'user-name-invalid'],
    [{ name: 'li', roles: [] }, 'roles-invalid'],
    [{ name: 'li', roles: ['root'] }, 'roles-invalid'],
    [{ name: 'li', roles: ['member'] }, 'member-missing'],
    [{ name: 'li', roles: ['member'], member: 'acme' }, 'member-invalid'],
  ])('%j is refused as %s', (user, code) => {
    expect(test.accounts.users.add(MACHINE, user)).toEqual({ ok: false, code });
    expect(test.accounts.users.count()).toBe(0);
  });

  it('are known by their name in whatever case', () => {
    const user = test.user('Li.Wei');
    expect(test.accounts.users.named('LI.WEI')).toEqual(user);
    expect(test.accounts.users.add(MACHINE, { name: 'li.WEI', roles: ['admin'] })).toEqual({
      ok: false,
      code: 'user-exists',
    });
  });

  it('always keep one who manages them', () => {
    const first = test.user('one', ['admin']);
    const { users } = test.accounts;
    expect(users.change(MACHINE, first.id, { disabled: true })).toMatchObject({
      code: 'last-admin',
    });
    expect(users.change(MACHINE, first.id, { roles: ['auditor'] })).toMatchObject({
      code: 'last-admin',
    });
    const second = test.user('two', ['admin']);
    must(users.change(MACHINE, first.id, { disabled: true }));
    expect(users.change(MACHINE, second.id, { disabled: true })).toMatchObject({
      code: 'last-admin',
    });
  });
});

describe('sign-in', () => {
  it('gives one answer for all that can be wrong', async () => {
    const { userId } = await signedIn();
    const locked = test.user('locked');
    must(await test.accounts.passwords.set(MACHINE, locked.id, GOOD_PASSWORD));
    must(test.accounts.users.change(MACHINE, locked.id, { disabled: true }));
    test.user('no-password');
    const answers = await Promise.all(
      [
        ['li.wei', 'another password!'],
        ['li.wei', ''],
        ['li.wei', 'x'.repeat(100_000)],
        ['li.wei', `${GOOD_PASSWORD}\uD800`],
        ['locked', GOOD_PASSWORD],
        ['no-password', ''],
        ['nobody', GOOD_PASSWORD],
        ['no body', GOOD_PASSWORD],
      ].map(async ([name = '', password = '']) =>
        test.accounts.signIn.withPassword({ name, password }, PLACE),
      ),
    );
    for (const answer of answers) expect(answer).toEqual({ ok: false, code: 'sign-in-failed' });
    expect(test.accounts.sessions.list(userId)).toHaveLength(1);
  });

  it('takes the same time for names that are not there', { retry: 0 }, async () => {
    await signedIn();
    const time = async (name: string): Promise<number> => {
      const began = performance.now();
      await test.accounts.signIn.withPassword(
        { name, password: 'wrong, wrong' },
        { ...PLACE, address: name },
      );
      return performance.now() - began;
    };
    await time('warm');
    const there: number[] = [];
    const notThere: number[] = [];
    for (let index = 0; index < 5; index++) {
      there.push(await time('li.wei'));
      notThere.push(await time(`nobody${index}`));
    }
    const middle = (times: number[]): number => times.toSorted((a, b) => a - b)[2] ?? 0;
    // Without the decoy the second takes a hundredth of the first.
    expect(middle(notThere)).toBeGreaterThan(middle(there) / 3);
    expect(middle(there)).toBeGreaterThan(middle(notThere) / 3);
  });

  it('slows guesses, for names that are there and not there alike', async () => {
    await signedIn();
    const guess = async (name: string): Promise<unknown> =>
      test.accounts.signIn.withPassword(
        { name, password: 'wrong, wrong' },
        { ...PLACE, address: '203.0.113.1' },
      );
    for (const name of ['li.wei', 'nobody']) {
      for (let index = 0; index <= PAIR_FREE_FAILURES; index++) {
        expect(await guess(name)).toMatchObject({ code: 'sign-in-failed' });
      }
      expect(await guess(name)).toEqual({
        ok: false,
        code: 'sign-in-throttled',
        retryAfterSeconds: 2,
      });
    }
    // The rightful user, where they were before:
    must(
      await test.accounts.signIn.withPassword({ name: 'li.wei', password: GOOD_PASSWORD }, PLACE),
    );
  });

  it('lets nobody in while the wait lasts, not even with the right password', async () => {
    await signedIn();
    const place = { ...PLACE, address: '203.0.113.1' };
    for (let index = 0; index <= PAIR_FREE_FAILURES; index++) {
      await test.accounts.signIn.withPassword({ name: 'li.wei', password: 'wrong, wrong' }, place);
    }
    const right = { name: 'li.wei', password: GOOD_PASSWORD };
    expect(await test.accounts.signIn.withPassword(right, place)).toMatchObject({
      code: 'sign-in-throttled',
    });
    test.pass(2_000);
    must(await test.accounts.signIn.withPassword(right, place));
  });

  it('is refused when the user was disabled while the password was checked', async () => {
    const { userId } = await signedIn();
    const under = test.accounts.signIn.withPassword(
      { name: 'li.wei', password: GOOD_PASSWORD },
      PLACE,
    );
    must(test.accounts.users.change(MACHINE, userId, { disabled: true }));
    expect(await under).toMatchObject({ code: 'sign-in-failed' });
  });

  it('tells the trail of names that are there, and never what else was typed', async () => {
    await signedIn();
    await test.accounts.signIn.withPassword({ name: 'hunter2', password: 'li.wei' }, PLACE);
    await test.accounts.signIn.withPassword({ name: 'li.wei', password: 'hunter2' }, PLACE);
    const lines = test.accounts.audit.list({ limit: 100, outcome: 'refused' });
    expect(lines.map(({ target }) => target)).toEqual(['li.wei', 'no such user']);
    expect(JSON.stringify(test.accounts.audit.list({ limit: 100 }))).not.toContain('hunter2');
  });
});

describe('sessions', () => {
  it('begin with a new token and end the one that came along (fixation)', async () => {
    const { token } = await signedIn();
    const planted = token;
    const again = must(
      await test.accounts.signIn.withPassword(
        { name: 'li.wei', password: GOOD_PASSWORD },
        { ...PLACE, replaces: planted },
      ),
    );
    expect(again.token).not.toBe(planted);
    expect(test.accounts.sessions.find(planted)).toBeUndefined();
    expect(test.accounts.sessions.find(again.token)?.user.name).toBe('li.wei');
  });

  it('end when they are idle', async () => {
    const { token } = await signedIn();
    test.pass(SESSION_IDLE_MS - 1);
    expect(test.accounts.sessions.find(token)).toBeDefined();
    test.pass(SESSION_IDLE_MS - 1);
    expect(test.accounts.sessions.find(token)).toBeDefined();
    test.pass(SESSION_IDLE_MS);
    expect(test.accounts.sessions.find(token)).toBeUndefined();
  });

  it('end in any case after their life', async () => {
    const { token } = await signedIn();
    for (let passed = 0; passed < SESSION_LIFE_MS - 60_000; passed += 600_000) {
      expect(test.accounts.sessions.find(token), `after ${passed} ms`).toBeDefined();
      test.pass(600_000);
    }
    test.pass(600_000);
    expect(test.accounts.sessions.find(token)).toBeUndefined();
  });

  it('are listed and ended by their id, each user their own', async () => {
    const one = await signedIn('one');
    const two = await signedIn('two');
    const { sessions } = test.accounts;
    expect(sessions.end(MACHINE, two.userId, one.sessionId)).toMatchObject({
      code: 'session-not-found',
    });
    expect(sessions.find(one.token)).toBeDefined();
    must(sessions.end(MACHINE, one.userId, one.sessionId));
    expect(sessions.find(one.token)).toBeUndefined();
    expect(sessions.list(one.userId)).toEqual([]);
    expect(sessions.list(two.userId)).toHaveLength(1);
  });

  it('of one user are so many', async () => {
    const { userId } = await signedIn();
    for (let index = 0; index < SESSIONS_PER_USER_MAX + 5; index++) {
      must(test.accounts.signIn.proven(userId, 'passkey', PLACE));
    }
    expect(test.accounts.sessions.list(userId)).toHaveLength(SESSIONS_PER_USER_MAX);
  });

  it('end with a new password, but the one it was set in; and with the user', async () => {
    const { userId, token } = await signedIn();
    const kept = must(test.accounts.signIn.proven(userId, 'passkey', PLACE));
    must(
      await test.accounts.passwords.change(
        MACHINE,
        userId,
        { current: GOOD_PASSWORD, wanted: 'a wholly new one' },
        kept.session.id,
      ),
    );
    expect(test.accounts.sessions.find(token)).toBeUndefined();
    expect(test.accounts.sessions.find(kept.token)).toBeDefined();
    must(test.accounts.users.change(MACHINE, userId, { disabled: true }));
    expect(test.accounts.sessions.find(kept.token)).toBeUndefined();
    must(test.accounts.users.change(MACHINE, userId, { disabled: false }));
    expect(test.accounts.sessions.find(kept.token)).toBeUndefined();
  });

  it('have today’s roles of their user', async () => {
    const { userId, token } = await signedIn();
    must(test.accounts.users.change(MACHINE, userId, { roles: ['auditor'] }));
    expect(test.accounts.sessions.find(token)?.user.roles).toEqual(['auditor']);
  });

  it('are found by no other text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.base64String(), fc.stringMatching(/^[\w-]{43}$/)),
        (text) => {
          expect(test.accounts.sessions.find(text)).toBeUndefined();
          expect(test.accounts.keys.find(text)).toBeUndefined();
          expect(test.accounts.links.redeem(text)).toMatchObject({ code: 'sign-in-link-invalid' });
        },
      ),
    );
  });
});

describe('a changed password', () => {
  it('needs the current one, whose guesses are slowed', async () => {
    const { userId } = await signedIn();
    const change = async (current: string): Promise<unknown> =>
      test.accounts.passwords.change({ ...MACHINE, address: PLACE.address }, userId, {
        current,
        wanted: 'a wholly new one',
      });
    for (let index = 0; index <= PAIR_FREE_FAILURES; index++) {
      expect(await change('wrong, wrong')).toMatchObject({ code: 'password-wrong' });
    }
    expect(await change(GOOD_PASSWORD)).toMatchObject({ code: 'sign-in-throttled' });
    test.pass(2_000);
    must(
      await test.accounts.passwords.change({ ...MACHINE, address: PLACE.address }, userId, {
        current: GOOD_PASSWORD,
        wanted: 'a wholly new one',
      }),
    );
  });

  it('has to be a good one', async () => {
    const { userId } = await signedIn();
    const weak = { current: GOOD_PASSWORD, wanted: 'li.weili.weili.wei' };
    expect(await test.accounts.passwords.change(MACHINE, userId, weak)).toMatchObject({
      code: 'password-guessable',
    });
    expect(await test.accounts.passwords.set(MACHINE, 'user_none', GOOD_PASSWORD)).toMatchObject({
      code: 'user-not-found',
    });
  });
});

describe('sign-in links', () => {
  it('are good once, for a while, and for setting a password', () => {
    const { id } = test.user('li.wei');
    const { link } = must(test.accounts.links.add(MACHINE, id));
    const { session, token } = must(test.accounts.signIn.withLink(link.token, PLACE));
    expect(test.accounts.signIn.withLink(link.token, PLACE)).toEqual({
      ok: false,
      code: 'sign-in-link-invalid',
    });
    expect(test.accounts.sessions.find(token)).toBeDefined();
    expect(test.accounts.sessions.mayReset(session)).toBe(true);
    test.pass(LINK_PASSWORD_MS);
    expect(test.accounts.sessions.mayReset(session)).toBe(false);
  });

  it('expire, and give way to newer ones', () => {
    const { id } = test.user('li.wei');
    const first = must(test.accounts.links.add(MACHINE, id)).link;
    const second = must(test.accounts.links.add(MACHINE, id)).link;
    expect(test.accounts.links.redeem(first.token)).toMatchObject({ ok: false });
    test.pass(LINK_LIFE_MS);
    expect(test.accounts.links.redeem(second.token)).toMatchObject({ ok: false });
    expect(test.accounts.links.add(MACHINE, 'user_none')).toMatchObject({ code: 'user-not-found' });
  });

  it('end with the user', () => {
    const { id } = test.user('li.wei');
    const { link } = must(test.accounts.links.add(MACHINE, id));
    must(test.accounts.users.change(MACHINE, id, { disabled: true }));
    must(test.accounts.users.change(MACHINE, id, { disabled: false }));
    expect(test.accounts.links.redeem(link.token)).toMatchObject({ ok: false });
  });
});

describe('API keys', () => {
  it('are a principal with their roles, until they are revoked', () => {
    const { key, token } = must(
      test.accounts.keys.add(MACHINE, { name: 'erp', roles: ['member'], member: 'acme/erp' }),
    );
    expect(token).toMatch(/^hefu_[a-z0-9]{15}_[\w-]{43}$/);
    expect(token.startsWith(`${key.id}_`)).toBe(true);
    expect(test.accounts.keys.find(token)).toEqual({
      kind: 'api-key',
      id: key.id,
      name: 'erp',
      roles: ['member'],
      member: 'acme/erp',
    });
    expect(test.accounts.keys.get(key.id)?.usedMs).toBe(test.ports.nowMs());
    must(test.accounts.keys.revoke(MACHINE, key.id));
    expect(test.accounts.keys.find(token)).toBeUndefined();
    must(test.accounts.keys.revoke(MACHINE, key.id));
    expect(test.accounts.keys.revoke(MACHINE, 'hefu_none')).toMatchObject({
      code: 'api-key-not-found',
    });
  });

  it('expire', () => {
    const { token } = must(
      test.accounts.keys.add(MACHINE, { name: 'erp', roles: ['operator'], lifeMs: 1_000 }),
    );
    test.pass(999);
    expect(test.accounts.keys.find(token)).toBeDefined();
    test.pass(1);
    expect(test.accounts.keys.find(token)).toBeUndefined();
  });

  it.each([0, -1, 1.5, Number.NaN, API_KEY_LIFE_MS_MAX + 1])('do not live for %d ms', (lifeMs) => {
    expect(
      test.accounts.keys.add(MACHINE, { name: 'erp', roles: ['operator'], lifeMs }),
    ).toMatchObject({ code: 'api-key-life-invalid' });
  });

  it('of a user have no more roles than the user, and end with them', () => {
    const user = test.user('li.wei', ['member', 'auditor'], 'acme/li');
    const { token } = must(
      test.accounts.keys.add(MACHINE, {
        name: 'mine',
        roles: ['member', 'auditor'],
        member: 'acme/li',
        userId: user.id,
      }),
    );
    const { users, keys } = test.accounts;
    must(users.change(MACHINE, user.id, { roles: ['auditor'] }));
    expect(keys.find(token)?.roles).toEqual(['auditor']);
    must(users.change(MACHINE, user.id, { member: 'acme/other' }));
    expect(keys.find(token)).toBeUndefined();
    must(users.change(MACHINE, user.id, { member: 'acme/li', roles: ['read-only'] }));
    expect(keys.find(token)).toBeUndefined();
    must(users.change(MACHINE, user.id, { roles: ['auditor'], disabled: true }));
    expect(keys.find(token)).toBeUndefined();
  });

  it('with one letter changed are nobody’s', () => {
    const { token } = must(test.accounts.keys.add(MACHINE, { name: 'erp', roles: ['operator'] }));
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom(...Array.from('abcXYZ019-_ ')),
        (index, letter) => {
          const other = `${token.slice(0, index)}${letter}${token.slice(index + 1)}`;
          fc.pre(other !== token);
          expect(test.accounts.keys.find(other)).toBeUndefined();
        },
      ),
    );
  });
});

describe('the file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hefu-accounts-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is for its owner alone, and holds no secret as it is told', async () => {
    const path = join(folder, 'accounts.sqlite');
    const secrets: string[] = [GOOD_PASSWORD];
    {
      using filed = testAccounts(path);
      const { id } = filed.user('li.wei');
      must(await filed.accounts.passwords.set(MACHINE, id, GOOD_PASSWORD));
      secrets.push(
        must(filed.accounts.signIn.proven(id, 'passkey', PLACE)).token,
        must(filed.accounts.links.add(MACHINE, id)).link.token,
        must(filed.accounts.keys.add(MACHINE, { name: 'k', roles: ['operator'] })).token.slice(-43),
      );
      for (const suffix of ['', '-wal', '-shm']) {
        expect(statSync(`${path}${suffix}`).mode & 0o077, suffix).toBe(0);
      }
    }
    const bytes = readFileSync(path, 'latin1');
    expect(bytes).toContain('li.wei');
    for (const secret of secrets) expect(bytes).not.toContain(secret);
  });

  it('of a newer Hefu, and one that is none, are not opened', () => {
    const newer = join(folder, 'newer.sqlite');
    const database = new DatabaseSync(newer);
    database.exec('pragma user_version = 99');
    database.close();
    expect(() => testAccounts(newer)).toThrow(
      expect.objectContaining({ code: 'accounts-too-new' }),
    );
    const text = join(folder, 'text.sqlite');
    writeFileSync(text, 'this is no database, though long enough to have been one. '.repeat(100));
    expect(() => testAccounts(text)).toThrow(expect.objectContaining({ code: 'accounts-damaged' }));
  });
});
