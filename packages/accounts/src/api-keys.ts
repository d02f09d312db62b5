import type { AuditTrail } from './audit/trail.ts';
import type { AccountsDatabase, Row } from './database.ts';
import { fault } from './errors.ts';
import type { AccountsFault } from './errors.ts';
import {
  API_KEY_LIFE_MS_DEFAULT,
  API_KEY_LIFE_MS_MAX,
  API_KEYS_MAX,
  USE_NOTED_MS,
} from './limits.ts';
import { isDisplayName, rolesFault } from './names.ts';
import type { AccountsPorts } from './ports.ts';
import type { Actor, Principal } from './principal.ts';
import { sortRoles } from './roles.ts';
import type { Role } from './roles.ts';
import { hasDigest, makeToken, randomLetters, tokenDigest } from './secret.ts';
import type { Users } from './users.ts';

/** A key for a program, as it may be shown. */
export interface ApiKey {
  /** The front of the key itself: `hefu_…`. Finds it, and is no secret. */
  readonly id: string;
  /** What it is for. */
  readonly name: string;
  readonly roles: readonly Role[];
  readonly member: string | undefined;
  /** Whose key it is; it counts no longer than they do, and for no more roles than they have. */
  readonly userId: string | undefined;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly revokedMs: number | undefined;
  /** Of the last use, to the minute. */
  readonly usedMs: number | undefined;
}

export interface NewApiKey {
  readonly name: string;
  readonly roles: readonly string[];
  readonly member?: string;
  readonly userId?: string;
  /** A year unless given. */
  readonly lifeMs?: number;
}

/** `token` is the whole key: told here alone. */
export type ApiKeyAdded =
  | { readonly ok: true; readonly key: ApiKey; readonly token: string }
  | AccountsFault;

/** Which keys are wanted. */
export interface ApiKeyQuery {
  readonly userId?: string;
  /** Only keys after this id. */
  readonly after?: string;
  readonly limit?: number;
}

export interface ApiKeys {
  /** `user-name-invalid`, `roles-invalid`, `member-…`, `api-key-life-invalid`, `user-not-found`, `accounts-full`. */
  add(by: Actor, key: NewApiKey): ApiKeyAdded;
  /** `api-key-not-found`. Revoking twice is as good as once. */
  revoke(by: Actor, id: string): { readonly ok: true; readonly key: ApiKey } | AccountsFault;
  /** Who comes with this key, when it counts; its use is noted. */
  find(token: string): Principal | undefined;
  get(id: string): ApiKey | undefined;
  list(query?: ApiKeyQuery): readonly ApiKey[];
}

/** What every key begins with, so that scanners for leaked secrets can tell it. */
const PREFIX = 'hefu_';
const TOKEN_PATTERN = /^(hefu_[a-z0-9]{15})_[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of an API key. */
export function isApiKey(text: string): boolean {
  return TOKEN_PATTERN.test(text);
}

export function createApiKeys(
  database: AccountsDatabase,
  users: Users,
  audit: AuditTrail,
  ports: AccountsPorts,
): ApiKeys {
  const get = (id: string): ApiKey | undefined => {
    const row = database.get('select * from api_keys where id = ?', id);
    return row === undefined ? undefined : keyOf(row);
  };

  function add(by: Actor, wanted: NewApiKey): ApiKeyAdded {
    if (wanted.name === '' || !isDisplayName(wanted.name)) return fault('user-name-invalid');
    const wrong = rolesFault(wanted.roles, wanted.member);
    if (wrong !== undefined) return wrong;
    const lifeMs = wanted.lifeMs ?? API_KEY_LIFE_MS_DEFAULT;
    if (!Number.isSafeInteger(lifeMs) || lifeMs <= 0 || lifeMs > API_KEY_LIFE_MS_MAX) {
      return fault('api-key-life-invalid');
    }
    if (wanted.userId !== undefined && users.get(wanted.userId) === undefined) {
      return fault('user-not-found');
    }
    const nowMs = ports.nowMs();
    const count = database.get(
      'select count(*) as n from api_keys where revoked_ms is null and expires_ms > ?',
      nowMs,
    );
    if (Number(count?.['n']) >= API_KEYS_MAX) return fault('accounts-full');
    const id = `${PREFIX}${randomLetters(ports)}`;
    const token = `${id}_${makeToken(ports)}`;
    const roles = sortRoles(wanted.roles as readonly Role[]);
    database.run(
      'insert into api_keys values (?, ?, ?, ?, ?, ?, ?, ?, null, null)',
      id,
      tokenDigest(token),
      wanted.name,
      JSON.stringify(roles),
      wanted.member ?? null,
      wanted.userId ?? null,
      nowMs,
      nowMs + lifeMs,
    );
    const detail = `${wanted.name}, ${roles.join('+')}${wanted.member === undefined ? '' : `, ${wanted.member}`}`;
    const line = { action: 'api-key.add', target: id, outcome: 'done', code: 'ok' } as const;
    audit.append({ ...line, actor: by, detail });
    const key = get(id);
    if (key === undefined) throw new Error('a key that was just stored is not there');
    return { ok: true, key, token };
  }

  function revoke(
    by: Actor,
    id: string,
  ): { readonly ok: true; readonly key: ApiKey } | AccountsFault {
    const key = get(id);
    if (key === undefined) return fault('api-key-not-found');
    if (key.revokedMs !== undefined) return { ok: true, key };
    const revokedMs = ports.nowMs();
    database.run('update api_keys set revoked_ms = ? where id = ?', revokedMs, id);
    const line = { action: 'api-key.revoke', target: id, outcome: 'done', code: 'ok' } as const;
    audit.append({ ...line, actor: by, detail: key.name });
    return { ok: true, key: { ...key, revokedMs } };
  }

  function find(token: string): Principal | undefined {
    const id = TOKEN_PATTERN.exec(token)?.[1];
    if (id === undefined) return undefined;
    const row = database.get('select * from api_keys where id = ?', id);
    if (row === undefined) return undefined;
    const digest = row['hash'];
    if (!(digest instanceof Uint8Array) || !hasDigest(token, digest)) return undefined;
    const key = keyOf(row);
    const nowMs = ports.nowMs();
    if (key.revokedMs !== undefined || nowMs >= key.expiresMs) return undefined;
    const principal = principalOf(key);
    if (principal === undefined) return undefined;
    if (key.usedMs === undefined || nowMs - key.usedMs >= USE_NOTED_MS) {
      database.attempt(() => {
        database.run('update api_keys set used_ms = ? where id = ?', nowMs, id);
      });
    }
    return principal;
  }

  /** A user's key has what both the key and the user have. */
  function principalOf(key: ApiKey): Principal | undefined {
    const { id, name, member, userId } = key;
    const self = { kind: 'api-key', id, name } as const;
    if (userId === undefined) {
      return { ...self, roles: key.roles, ...(member === undefined ? {} : { member }) };
    }
    const user = users.get(userId);
    if (user === undefined || user.disabled) return undefined;
    const sameMember = member !== undefined && member === user.member;
    const roles = key.roles.filter((role) => user.roles.includes(role));
    if (roles.length === 0 || (member !== undefined && !sameMember)) return undefined;
    return { ...self, roles, userId, ...(sameMember ? { member } : {}) };
  }

  return {
    get,
    find,
    add: (by, key) => database.transaction(() => add(by, key), { durable: true }),
    revoke: (by, id) => database.transaction(() => revoke(by, id), { durable: true }),
    list: ({ userId, after = '', limit = API_KEYS_MAX } = {}) =>
      database
        .all(
          'select * from api_keys where id > ? and (? is null or user_id = ?) order by id limit ?',
          after,
          userId ?? null,
          userId ?? null,
          limit,
        )
        .map(keyOf),
  };
}

function keyOf(row: Row): ApiKey {
  const text = (column: string): string | undefined => {
    const value = row[column];
    return typeof value === 'string' ? value : undefined;
  };
  const time = (column: string): number | undefined => {
    const value = row[column];
    return typeof value === 'number' ? value : undefined;
  };
  return {
    id: String(row['id']),
    name: String(row['name']),
    roles: JSON.parse(String(row['roles'])) as Role[],
    member: text('member'),
    userId: text('user_id'),
    createdMs: Number(row['created_ms']),
    expiresMs: Number(row['expires_ms']),
    revokedMs: time('revoked_ms'),
    usedMs: time('used_ms'),
  };
}
