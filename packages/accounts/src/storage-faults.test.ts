// Goal: a disk that is full or takes no writes costs nothing that was there and lets nothing be half done, and what was done meanwhile is in
// the trail afterwards. Method: a real file that SQLite itself is told not to grow, or not to write; every kind of change against it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openAccounts } from './accounts.ts';
import type { Accounts } from './accounts.ts';
import type { AuditEvent } from './audit/entry.ts';
import { openDatabase } from './database.ts';
import type { AccountsDatabase } from './database.ts';
import { AccountsError } from './errors.ts';
import { GOOD_PASSWORD, MACHINE, must, PLACE, SEAL_KEY } from './testing/test-accounts.ts';

const root = mkdtempSync(join(tmpdir(), 'hefu-accounts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Failing extends Disposable {
  readonly accounts: Accounts;
  readonly fail: (fails: boolean) => void;
}

/** Databases made so far, each a file of its own. */
let made = 0;

/** How a disk fails, and what is thrown then. */
const FAULTS = {
  full: {
    code: 'accounts-storage-full',
    set: (database: AccountsDatabase, fails: boolean) =>
      database.get(`pragma max_page_count = ${fails ? 1 : 1_000_000}`),
  },
  'read-only': {
    code: 'accounts-unavailable',
    set: (database: AccountsDatabase, fails: boolean) =>
      database.get(`pragma query_only = ${fails ? 'on' : 'off'}`),
  },
} as const;

let nowMs = 1_800_000_000_000;

function openFailing(kind: keyof typeof FAULTS): Failing {
  let database: AccountsDatabase | undefined;
  const accounts = openAccounts({
    file: join(root, `${kind}-${(made += 1)}.sqlite`),
    sealKey: SEAL_KEY,
    ports: {
      nowMs: () => nowMs,
      randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
    },
    open: (file) => (database = openDatabase(file)),
  });
  return {
    accounts,
    fail: (fails) => {
      if (database !== undefined) FAULTS[kind].set(database, fails);
    },
    [Symbol.dispose]: () => accounts[Symbol.dispose](),
  };
}

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'done';
  } catch (error) {
    if (error instanceof AccountsError) return error.code;
    throw error;
  }
}

function event(target: string): AuditEvent {
  return { actor: MACHINE, action: 'call.submit', target, outcome: 'done', code: 'ok' };
}

/** Does it until the pages that are there are used up: a file that does not grow has some room in it yet. */
async function untilRefused(work: () => unknown): Promise<string> {
  for (let i = 0; i < 3_000; i++) {
    const code = await codeOf(work);
    if (code !== 'done') return code;
  }
  throw new Error('it is never refused');
}

describe.each(['full', 'read-only'] as const)('a disk that is %s', (kind) => {
  const { code } = FAULTS[kind];

  it('refuses every change whole, and goes on where it stood once it is mended', async () => {
    using failing = openFailing(kind);
    const { accounts, fail } = failing;
    const { user } = must(accounts.users.add(MACHINE, { name: 'li', roles: ['admin'] }));
    must(await accounts.passwords.set(MACHINE, user.id, GOOD_PASSWORD));
    const { link } = must(accounts.links.add(MACHINE, user.id));
    const { token } = must(accounts.keys.add(MACHINE, { name: 'k', roles: ['operator'] }));
    const session = must(accounts.signIn.proven(user.id, 'passkey', PLACE));
    fail(true);
    let added = 0;
    const refused = await untilRefused(() => {
      must(accounts.users.add(MACHINE, { name: `user-${added}`, roles: ['read-only'] }));
      added++;
    });
    expect(refused).toBe(code);
    const changes: readonly (() => unknown)[] = [
      () => accounts.keys.add(MACHINE, { name: 'x'.repeat(90), roles: ['admin'] }),
      () => accounts.links.add(MACHINE, user.id),
      () => accounts.signIn.withLink(link.token, PLACE),
      () => accounts.signIn.withPassword({ name: 'li', password: GOOD_PASSWORD }, PLACE),
      () => accounts.signIn.proven(user.id, 'passkey', PLACE),
    ];
    for (const [index, change] of changes.entries()) {
      // Small changes may yet find room in a file that does not grow; they are whole then.
      const answered = await codeOf(change);
      if (kind === 'read-only') expect(answered, String(index)).toBe(code);
    }
    // Whoever is in stays in, and sees.
    expect(accounts.sessions.find(session.token)?.user.id).toBe(user.id);
    expect(accounts.keys.find(token)?.roles).toEqual(['operator']);
    expect(accounts.users.list()).toHaveLength(added + 1);
    expect(accounts.audit.verify()).toMatchObject({ ok: true });
    fail(false);
    must(accounts.users.add(MACHINE, { name: `user-${added}`, roles: ['read-only'] }));
    expect(accounts.audit.verify()).toMatchObject({ ok: true });
  });

  it('does not use up a link that brings nobody in', async () => {
    using failing = openFailing(kind);
    const { accounts, fail } = failing;
    const { user } = must(accounts.users.add(MACHINE, { name: 'li', roles: ['admin'] }));
    const { link } = must(accounts.links.add(MACHINE, user.id));
    fail(true);
    // The room that is there yet is taken by others, in large steps and in small ones.
    await untilRefused(() => {
      accounts.note(event('x'.repeat(400)));
      accounts.requireRoom();
    });
    await untilRefused(() => accounts.signIn.proven(user.id, 'passkey', PLACE));
    expect(await codeOf(() => accounts.signIn.withLink(link.token, PLACE))).toBe(code);
    fail(false);
    expect(accounts.signIn.withLink(link.token, PLACE)).toMatchObject({ ok: true });
    expect(accounts.signIn.withLink(link.token, PLACE)).toMatchObject({
      code: 'sign-in-link-invalid',
    });
  });

  it('keeps the lines of what was done, with their times, and lets nothing more be done until they stand', async () => {
    using failing = openFailing(kind);
    const { accounts, fail } = failing;
    accounts.requireRoom();
    fail(true);
    let noted = 0;
    const beganMs = nowMs;
    const refused = await untilRefused(() => {
      accounts.note(event(`${noted++} ${'x'.repeat(400)}`));
      nowMs += 1;
      accounts.requireRoom();
    });
    expect(refused).toBe(code);
    // A second one was under way.
    accounts.note(event(`${noted++}`));
    accounts.tick();
    expect(await codeOf(() => accounts.requireRoom())).toBe(code);
    const endedMs = nowMs;
    nowMs += 60_000;
    fail(false);
    accounts.requireRoom();
    const lines = accounts.audit.list({ limit: 1_000, action: 'call.submit' });
    const numbers = lines.map(({ target }) => Number.parseInt(target, 10));
    expect(numbers.slice(0, 2)).toEqual([noted - 1, noted - 2]);
    expect(accounts.audit.head().seq).toBe(noted);
    expect(lines.every(({ timeMs }) => timeMs >= beganMs && timeMs <= endedMs)).toBe(true);
    expect(accounts.audit.verify()).toMatchObject({ ok: true });
  });
});
