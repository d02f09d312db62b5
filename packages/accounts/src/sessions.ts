import type { AuditTrail } from './audit/trail.ts';
import type { AccountsDatabase, Row } from './database.ts';
import { fault } from './errors.ts';
import type { AccountsFault } from './errors.ts';
import {
  ADDRESS_CHARS_MAX,
  AGENT_CHARS_MAX,
  LINK_PASSWORD_MS,
  SESSION_FRESH_MS,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
  SESSIONS_PER_USER_MAX,
  USE_NOTED_MS,
} from './limits.ts';
import type { AccountsPorts } from './ports.ts';
import type { Actor } from './principal.ts';
import { makeId, makeToken, tokenDigest } from './secret.ts';
import type { User, Users } from './users.ts';

/** How somebody signed in. */
export type SignInMethod = 'password' | 'link' | 'passkey' | 'oidc';

/** A session, as its user may see it. */
export interface Session {
  /** `session_…`: names it, and is no secret. */
  readonly id: string;
  readonly userId: string;
  readonly method: SignInMethod;
  readonly createdMs: number;
  readonly usedMs: number;
  /** When it ends at the latest. */
  readonly expiresMs: number;
  /** Where it began. */
  readonly address: string;
  /** What the client says it is. */
  readonly agent: string;
}

/** Where a sign-in comes from. */
export interface Place {
  readonly address: string;
  readonly agent: string;
}

export interface NewSession extends Place {
  readonly user: User;
  readonly method: SignInMethod;
  /** Token of the session that the request came with: it ends, so that nobody can plant one (session fixation). */
  readonly replaces?: string;
}

export interface Sessions {
  /** Begins a session. The token is told here alone; its digest is kept. */
  begin(session: NewSession): { readonly token: string; readonly session: Session };
  /** The session of a token and its user, when it counts; its use is noted. */
  find(token: string): { readonly session: Session; readonly user: User } | undefined;
  /** Those of a user that count, newest first. */
  list(userId: string): readonly Session[];
  /** Ends one: `session-not-found` when the user has none of this id. */
  end(by: Actor, userId: string, id: string): { readonly ok: true } | AccountsFault;
  /** Ends all of a user but one. */
  endAll(by: Actor, userId: string, except?: string): number;
  /** Whether the password may be set without the old one: shortly after a sign-in by link. */
  mayReset(session: Session): boolean;
  /** Whether its user has just signed in, so that by what they sign in may be changed. */
  isFresh(session: Session): boolean;
}

/** 43 characters of base64url. */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;

export function createSessions(
  database: AccountsDatabase,
  users: Users,
  audit: AuditTrail,
  ports: AccountsPorts,
): Sessions {
  function begin({ user, method, address, agent, replaces }: NewSession): {
    readonly token: string;
    readonly session: Session;
  } {
    const nowMs = ports.nowMs();
    const token = makeToken(ports);
    const id = makeId(ports, 'session');
    if (replaces !== undefined && TOKEN_PATTERN.test(replaces)) {
      database.run('delete from sessions where hash = ?', tokenDigest(replaces));
    }
    prune(nowMs);
    database.run(
      `delete from sessions where user_id = ? and hash not in
       (select hash from sessions where user_id = ? order by created_ms desc, rowid desc limit ?)`,
      user.id,
      user.id,
      SESSIONS_PER_USER_MAX - 1,
    );
    const session: Session = {
      id,
      userId: user.id,
      method,
      createdMs: nowMs,
      usedMs: nowMs,
      expiresMs: nowMs + SESSION_LIFE_MS,
      address: address.slice(0, ADDRESS_CHARS_MAX).toWellFormed(),
      agent: agent.slice(0, AGENT_CHARS_MAX).toWellFormed(),
    };
    database.run(
      'insert into sessions values (?, ?, ?, ?, ?, ?, ?, ?)',
      tokenDigest(token),
      id,
      user.id,
      method,
      nowMs,
      nowMs,
      session.address,
      session.agent,
    );
    database.run('update users set signed_in_ms = ? where id = ?', nowMs, user.id);
    const actor = { kind: 'user', id: user.id, name: user.name, address } as const;
    const line = { action: 'session.begin', target: id, outcome: 'done', code: 'ok' } as const;
    audit.append({ ...line, actor, detail: method });
    return { token, session };
  }

  function prune(nowMs: number): void {
    database.run(
      'delete from sessions where created_ms <= ? or used_ms <= ?',
      nowMs - SESSION_LIFE_MS,
      nowMs - SESSION_IDLE_MS,
    );
  }

  function find(token: string): { readonly session: Session; readonly user: User } | undefined {
    if (!TOKEN_PATTERN.test(token)) return undefined;
    // Looked up by digest: how long that takes says nothing about the token.
    const digest = tokenDigest(token);
    const row = database.get('select * from sessions where hash = ?', digest);
    if (row === undefined) return undefined;
    const session = sessionOf(row);
    const nowMs = ports.nowMs();
    if (!counts(session, nowMs)) return undefined;
    const user = users.get(session.userId);
    if (user === undefined || user.disabled) return undefined;
    if (nowMs - session.usedMs < USE_NOTED_MS) return { session, user };
    database.attempt(() => {
      database.run('update sessions set used_ms = ? where hash = ?', nowMs, digest);
    });
    return { session: { ...session, usedMs: nowMs }, user };
  }

  function noteEnd(by: Actor, target: string, detail: string): void {
    audit.append({ actor: by, action: 'session.end', target, outcome: 'done', code: 'ok', detail });
  }

  function end(by: Actor, userId: string, id: string): { readonly ok: true } | AccountsFault {
    const ended = database.run('delete from sessions where id = ? and user_id = ?', id, userId);
    if (ended === 0) return fault('session-not-found');
    noteEnd(by, id, userId);
    return { ok: true };
  }

  function endAll(by: Actor, userId: string, except = ''): number {
    const ended = database.run(
      'delete from sessions where user_id = ? and id <> ?',
      userId,
      except,
    );
    if (ended > 0) noteEnd(by, userId, `${ended} sessions`);
    return ended;
  }

  return {
    find,
    begin: (session) => database.transaction(() => begin(session)),
    list: (userId) =>
      database
        .all('select * from sessions where user_id = ? order by created_ms desc', userId)
        .map(sessionOf)
        .filter((session) => counts(session, ports.nowMs())),
    end: (by, userId, id) => database.transaction(() => end(by, userId, id), { durable: true }),
    endAll: (by, userId, except) =>
      database.transaction(() => endAll(by, userId, except), { durable: true }),
    mayReset: ({ method, createdMs }) =>
      method === 'link' && ports.nowMs() - createdMs < LINK_PASSWORD_MS,
    isFresh: ({ createdMs }) => ports.nowMs() - createdMs < SESSION_FRESH_MS,
  };
}

function counts({ usedMs, expiresMs }: Session, nowMs: number): boolean {
  return nowMs < expiresMs && nowMs < usedMs + SESSION_IDLE_MS;
}

function sessionOf(row: Row): Session {
  const createdMs = Number(row['created_ms']);
  return {
    id: String(row['id']),
    userId: String(row['user_id']),
    method: String(row['method']) as SignInMethod,
    createdMs,
    usedMs: Number(row['used_ms']),
    expiresMs: createdMs + SESSION_LIFE_MS,
    address: String(row['address']),
    agent: String(row['agent']),
  };
}
