import { addressGroup } from './address-group.ts';
import type { RefusalCounter } from './audit/refusals.ts';
import type { AccountsDatabase } from './database.ts';
import { fault } from './errors.ts';
import type { AccountsCode, AccountsFault } from './errors.ts';
import { ADDRESS_KNOWN_MS, ADDRESSES_PER_USER_MAX, PASSWORD_CHARS_MAX } from './limits.ts';
import { userName } from './names.ts';
import type { PasswordChecker } from './password/password-checker.ts';
import type { Passwords } from './passwords.ts';
import { busy } from './passwords.ts';
import type { AccountsPorts } from './ports.ts';
import type { Place, Session, Sessions, SignInMethod } from './sessions.ts';
import type { SignInLinks } from './sign-in-links.ts';
import type { Throttle } from './throttle.ts';
import type { User, Users } from './users.ts';

/** Somebody who is in. The token is told here alone. */
export interface SignedIn {
  readonly ok: true;
  readonly user: User;
  readonly session: Session;
  readonly token: string;
}

export type SignInResult = SignedIn | AccountsFault;

/** A character of a password takes some UTF-16 units; what is longer is nobody's. */
const PASSWORD_UNITS_MAX = 4 * PASSWORD_CHARS_MAX;

/** Where it comes from, and the session it came with, which ends. */
export interface SignInPlace extends Place {
  readonly replaces?: string;
}

export interface SignIn {
  /** `sign-in-failed` whatever is wrong, `sign-in-throttled`, `sign-in-busy`. */
  withPassword(
    given: { readonly name: string; readonly password: string },
    place: SignInPlace,
  ): Promise<SignInResult>;
  /** `sign-in-link-invalid`. */
  withLink(token: string, place: SignInPlace): SignInResult;
  /** For somebody whose identity was proved in another way (a passkey, an OIDC provider). `sign-in-failed` when disabled. */
  proven(userId: string, method: SignInMethod, place: SignInPlace): SignInResult;
}

export interface SignInParts {
  readonly database: AccountsDatabase;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly checker: PasswordChecker;
  readonly links: SignInLinks;
  readonly throttle: Throttle;
  readonly refusals: RefusalCounter;
  readonly ports: AccountsPorts;
}

export function createSignIn(parts: SignInParts): SignIn {
  const { database, users, sessions, passwords, checker, links, throttle, refusals, ports } = parts;

  function refuse(place: Place, code: AccountsCode, target: string): void {
    const actor = { kind: 'nobody', id: '', name: '', address: place.address } as const;
    refusals.note({ actor, action: 'session.begin', target, outcome: 'refused', code });
  }

  function begin(user: User, method: SignInMethod, place: SignInPlace): SignedIn {
    return database.transaction(() => {
      rememberAddress(user, place);
      const begun = sessions.begin({ user, method, ...place });
      return { ok: true, user: users.get(user.id) ?? user, ...begun };
    });
  }

  function isKnown(user: User | undefined, { address }: Place): boolean {
    if (user === undefined) return false;
    const row = database.get(
      'select seen_ms from known_addresses where user_id = ? and address = ?',
      user.id,
      addressGroup(address),
    );
    return row !== undefined && Number(row['seen_ms']) > ports.nowMs() - ADDRESS_KNOWN_MS;
  }

  function rememberAddress({ id }: User, { address }: Place): void {
    const group = addressGroup(address);
    database.run(
      'insert or replace into known_addresses values (?, ?, ?)',
      id,
      group,
      ports.nowMs(),
    );
    database.run(
      `delete from known_addresses where user_id = ? and address not in
       (select address from known_addresses where user_id = ? order by seen_ms desc limit ?)`,
      id,
      id,
      ADDRESSES_PER_USER_MAX,
    );
  }

  async function withPassword(
    given: { readonly name: string; readonly password: string },
    place: SignInPlace,
  ): Promise<SignInResult> {
    const name = userName(given.name) ?? '';
    const user = users.named(name);
    // Not what was typed: people type their password there.
    const target = user?.name ?? 'no such user';
    const begun = throttle.begin({ name, address: place.address, known: isKnown(user, place) });
    if (!begun.ok) {
      refuse(place, 'sign-in-throttled', target);
      const { retryAfterSeconds } = begun;
      return { ...fault('sign-in-throttled'), retryAfterSeconds };
    }
    const { password } = given;
    // What can be nobody's password is checked too, against nothing, and takes as long as any.
    const possible = password.length <= PASSWORD_UNITS_MAX && password.isWellFormed();
    const stored = user === undefined || !possible ? undefined : passwords.stored(user.id);
    const check = await checker.check(possible ? password : '', stored);
    if (check === 'busy') {
      begun.attempt.withdrawn();
      refuse(place, 'sign-in-busy', target);
      return busy();
    }
    // While it was checked the user may have been disabled, or the password set anew.
    const now = user === undefined ? undefined : users.get(user.id);
    const stands = now !== undefined && !now.disabled && passwords.stored(now.id) === stored;
    if (check === 'wrong' || !stands) {
      refuse(place, 'sign-in-failed', target);
      return fault('sign-in-failed');
    }
    begun.attempt.succeeded();
    const signedIn = begin(now, 'password', place);
    await renewHash(now, password, stored);
    return signedIn;
  }

  /** Hashes made with older parameters become new ones when their password comes by. */
  async function renewHash(
    user: User,
    password: string,
    stored: string | undefined,
  ): Promise<void> {
    if (stored === undefined || !checker.isOutdated(stored)) return;
    const hash = await checker.hash(password);
    if (hash === undefined) return;
    database.run(
      'update users set password = ? where id = ? and password = ?',
      hash,
      user.id,
      stored,
    );
  }

  return {
    withPassword,
    withLink(token, place) {
      // Both or neither: a link that brings nobody in is not used up.
      const redeemed = database.transaction(
        () => {
          const found = links.redeem(token);
          return found.ok ? begin(found.user, 'link', place) : found;
        },
        { durable: true },
      );
      if (redeemed.ok) return redeemed;
      refuse(place, redeemed.code, 'link');
      return redeemed;
    },
    proven(userId, method, place) {
      const user = users.get(userId);
      if (user !== undefined && !user.disabled) return begin(user, method, place);
      refuse(place, 'sign-in-failed', userId);
      return fault('sign-in-failed');
    },
  };
}
