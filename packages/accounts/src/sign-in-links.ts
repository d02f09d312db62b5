import type { AuditTrail } from './audit/trail.ts';
import type { AccountsDatabase } from './database.ts';
import { fault } from './errors.ts';
import type { AccountsFault } from './errors.ts';
import { LINK_LIFE_MS } from './limits.ts';
import type { AccountsPorts } from './ports.ts';
import type { Actor } from './principal.ts';
import { makeToken, tokenDigest } from './secret.ts';
import type { User, Users } from './users.ts';

/** A link that signs one user in, once. */
export interface SignInLink {
  /** What the link carries: told here alone. */
  readonly token: string;
  readonly userId: string;
  readonly expiresMs: number;
}

export type SignInLinkResult = { readonly ok: true; readonly link: SignInLink } | AccountsFault;

export interface SignInLinks {
  /** Makes a link; an earlier one of the user is worth nothing any more. `user-not-found`. */
  add(by: Actor, userId: string): SignInLinkResult;
  /** The user of a link, which is used up by this. `sign-in-link-invalid`. */
  redeem(token: string): { readonly ok: true; readonly user: User } | AccountsFault;
}

/** 43 characters of base64url. */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;

export function createSignInLinks(
  database: AccountsDatabase,
  users: Users,
  audit: AuditTrail,
  ports: AccountsPorts,
): SignInLinks {
  function add(by: Actor, userId: string): SignInLinkResult {
    const user = users.get(userId);
    if (user === undefined || user.disabled) return fault('user-not-found');
    const nowMs = ports.nowMs();
    const link = { token: makeToken(ports), userId, expiresMs: nowMs + LINK_LIFE_MS };
    database.run('delete from sign_in_links where user_id = ? or expires_ms <= ?', userId, nowMs);
    database.run(
      'insert into sign_in_links values (?, ?, ?, ?)',
      tokenDigest(link.token),
      userId,
      nowMs,
      link.expiresMs,
    );
    const line = {
      action: 'sign-in-link.add',
      target: userId,
      outcome: 'done',
      code: 'ok',
    } as const;
    audit.append({ ...line, actor: by, detail: user.name });
    return { ok: true, link };
  }

  function redeem(token: string): { readonly ok: true; readonly user: User } | AccountsFault {
    if (!TOKEN_PATTERN.test(token)) return fault('sign-in-link-invalid');
    const digest = tokenDigest(token);
    const row = database.get(
      'select user_id from sign_in_links where hash = ? and expires_ms > ?',
      digest,
      ports.nowMs(),
    );
    // Taken away first: what follows is said to nobody twice.
    database.run('delete from sign_in_links where hash = ?', digest);
    const user = row === undefined ? undefined : users.get(String(row['user_id']));
    if (user === undefined || user.disabled) return fault('sign-in-link-invalid');
    return { ok: true, user };
  }

  return {
    add: (by, userId) => database.transaction(() => add(by, userId), { durable: true }),
    redeem: (token) => database.transaction(() => redeem(token), { durable: true }),
  };
}
