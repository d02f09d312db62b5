import type { AuditTrail } from './audit/trail.ts';
import type { AccountsDatabase } from './database.ts';
import { fault } from './errors.ts';
import type { AccountsFault } from './errors.ts';
import type { PasswordChecker } from './password/password-checker.ts';
import { passwordFault } from './password/rules.ts';
import type { Actor } from './principal.ts';
import type { Sessions } from './sessions.ts';
import type { Throttle } from './throttle.ts';
import type { User, Users } from './users.ts';

/** Seconds after which a busy checker is worth another try. */
export const BUSY_RETRY_SECONDS = 2;

export type PasswordSet = { readonly ok: true } | AccountsFault;

/** Setting of passwords. */
export interface Passwords {
  /**
   * Sets a password and ends the user's links and sessions, but the one named by `keep`. `user-not-found`,
   * `password-too-short`, `password-too-long`, `password-guessable`, `sign-in-busy`.
   */
  set(by: Actor, userId: string, password: string, keep?: string): Promise<PasswordSet>;
  /** As {@link set}, and `password-wrong`, `sign-in-throttled`: guesses at the current password are slowed as any. */
  change(
    by: Actor,
    userId: string,
    passwords: { readonly current: string; readonly wanted: string },
    keep?: string,
  ): Promise<PasswordSet>;
  /** The stored hash; for checking alone. */
  stored(userId: string): string | undefined;
}

export function createPasswords(
  database: AccountsDatabase,
  users: Users,
  sessions: Sessions,
  audit: AuditTrail,
  checker: PasswordChecker,
  throttle: Throttle,
): Passwords {
  const stored = (userId: string): string | undefined => {
    const hash = database.get('select password from users where id = ?', userId)?.['password'];
    return typeof hash === 'string' ? hash : undefined;
  };

  async function set(
    by: Actor,
    userId: string,
    password: string,
    keep?: string,
  ): Promise<PasswordSet> {
    const user = users.get(userId);
    if (user === undefined) return fault('user-not-found');
    const wrong = passwordFault(password, user.name);
    if (wrong !== undefined) return wrong;
    const hash = await checker.hash(password);
    if (hash === undefined) return busy();
    return database.transaction(() => store(by, user, hash, keep), { durable: true });
  }

  function store(
    by: Actor,
    { id, name }: User,
    hash: string,
    keep: string | undefined,
  ): PasswordSet {
    if (database.run('update users set password = ? where id = ?', hash, id) === 0) {
      return fault('user-not-found');
    }
    database.run('delete from sign_in_links where user_id = ?', id);
    const line = { action: 'password.set', target: id, outcome: 'done', code: 'ok' } as const;
    audit.append({ ...line, actor: by, detail: name });
    sessions.endAll(by, id, keep);
    return { ok: true };
  }

  return {
    set,
    stored,
    async change(by, userId, { current, wanted }, keep) {
      const user = users.get(userId);
      if (user === undefined) return fault('user-not-found');
      // From where they are signed in already; what strangers guess elsewhere does not count here.
      const begun = throttle.begin({ name: user.name, address: by.address ?? '', known: true });
      if (!begun.ok) {
        const { retryAfterSeconds } = begun;
        return { ...fault('sign-in-throttled'), retryAfterSeconds };
      }
      const check = await checker.check(current, stored(userId));
      if (check === 'busy') {
        begun.attempt.withdrawn();
        return busy();
      }
      if (check === 'wrong') {
        const line = { action: 'password.set', target: userId, outcome: 'refused' } as const;
        audit.append({ ...line, actor: by, code: 'password-wrong' });
        return fault('password-wrong');
      }
      begun.attempt.succeeded();
      return set(by, userId, wanted, keep);
    },
  };
}

export function busy(): AccountsFault {
  return { ...fault('sign-in-busy'), retryAfterSeconds: BUSY_RETRY_SECONDS };
}
