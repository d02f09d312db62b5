import type { AuditTrail } from './audit/trail.ts';
import type { AccountsDatabase, Row } from './database.ts';
import { fault } from './errors.ts';
import type { AccountsFault } from './errors.ts';
import { USERS_MAX } from './limits.ts';
import { isDisplayName, rolesFault, userName } from './names.ts';
import type { AccountsPorts } from './ports.ts';
import type { Actor } from './principal.ts';
import { sortRoles } from './roles.ts';
import type { Role } from './roles.ts';
import { makeId } from './secret.ts';

/** A person who can sign in. */
export interface User {
  /** `user_…`; never given to another. */
  readonly id: string;
  /** What they sign in with, lower case. */
  readonly name: string;
  /** For people to read. */
  readonly display: string;
  readonly roles: readonly Role[];
  /** `organisation/name`: the member on the chain that they stand for. */
  readonly member: string | undefined;
  readonly disabled: boolean;
  readonly hasPassword: boolean;
  readonly createdMs: number;
  /** Of the last sign-in. */
  readonly signedInMs: number | undefined;
}

export interface NewUser {
  readonly name: string;
  readonly display?: string;
  readonly roles: readonly string[];
  readonly member?: string;
}

/** What to change; what is left out stays. */
export interface UserChange {
  readonly display?: string;
  readonly roles?: readonly string[];
  /** Null takes it away. */
  readonly member?: string | null;
  readonly disabled?: boolean;
}

export type UserResult = { readonly ok: true; readonly user: User } | AccountsFault;

export interface Users {
  /** `user-name-invalid`, `user-exists`, `roles-invalid`, `member-invalid`, `member-missing`, `accounts-full`. */
  add(by: Actor, user: NewUser): UserResult;
  /** As {@link add}, and `user-not-found`, `last-admin`. Disabling ends sessions and stops keys. */
  change(by: Actor, id: string, change: UserChange): UserResult;
  get(id: string): User | undefined;
  /** By the name they sign in with, in whatever case. */
  named(name: string): User | undefined;
  /** By name. */
  list(query?: { readonly after?: string; readonly limit?: number }): readonly User[];
  count(): number;
}

export function createUsers(
  database: AccountsDatabase,
  audit: AuditTrail,
  ports: AccountsPorts,
): Users {
  const get = (id: string): User | undefined => asUser('select * from users where id = ?', id);
  const asUser = (sql: string, parameter: string): User | undefined => {
    const row = database.get(sql, parameter);
    return row === undefined ? undefined : userOf(row);
  };
  const count = (): number => Number(database.get('select count(*) as n from users')?.['n']);

  function add(by: Actor, wanted: NewUser): UserResult {
    const name = userName(wanted.name);
    const display = wanted.display ?? wanted.name;
    if (name === undefined || !isDisplayName(display)) return fault('user-name-invalid');
    const wrong = rolesFault(wanted.roles, wanted.member);
    if (wrong !== undefined) return wrong;
    if (named(name) !== undefined) return fault('user-exists');
    if (count() >= USERS_MAX) return fault('accounts-full');
    const id = makeId(ports, 'user');
    const roles = sortRoles(wanted.roles as readonly Role[]);
    database.run(
      `insert into users (id, name, display, roles, member, created_ms) values (?, ?, ?, ?, ?, ?)`,
      id,
      name,
      display,
      JSON.stringify(roles),
      wanted.member ?? null,
      ports.nowMs(),
    );
    const detail = describe({ name, roles, member: wanted.member });
    audit.append({
      actor: by,
      action: 'user.add',
      target: id,
      outcome: 'done',
      code: 'ok',
      detail,
    });
    return found(id);
  }

  function change(by: Actor, id: string, wanted: UserChange): UserResult {
    const user = get(id);
    if (user === undefined) return fault('user-not-found');
    const display = wanted.display ?? user.display;
    if (!isDisplayName(display)) return fault('user-name-invalid');
    const member = wanted.member === undefined ? user.member : (wanted.member ?? undefined);
    const wrong = rolesFault(wanted.roles ?? user.roles, member);
    if (wrong !== undefined) return wrong;
    const roles = sortRoles((wanted.roles ?? user.roles) as readonly Role[]);
    const disabled = wanted.disabled ?? user.disabled;
    if ((disabled || !roles.includes('admin')) && isLastAdmin(user)) return fault('last-admin');
    database.run(
      'update users set display = ?, roles = ?, member = ?, disabled = ? where id = ?',
      display,
      JSON.stringify(roles),
      member ?? null,
      disabled ? 1 : 0,
      id,
    );
    if (disabled) {
      database.run('delete from sessions where user_id = ?', id);
      database.run('delete from sign_in_links where user_id = ?', id);
    }
    const detail = describe({ name: user.name, roles, member, disabled });
    audit.append({
      actor: by,
      action: 'user.change',
      target: id,
      outcome: 'done',
      code: 'ok',
      detail,
    });
    return found(id);
  }

  function isLastAdmin(user: User): boolean {
    if (user.disabled || !user.roles.includes('admin')) return false;
    const others = database
      .all('select * from users where disabled = 0 and id <> ?', user.id)
      .map(userOf);
    return !others.some(({ roles }) => roles.includes('admin'));
  }

  function found(id: string): UserResult {
    const user = get(id);
    return user === undefined ? fault('user-not-found') : { ok: true, user };
  }

  const named = (name: string): User | undefined =>
    asUser('select * from users where name = ?', userName(name) ?? '');

  return {
    get,
    named,
    count,
    add: (by, user) => database.transaction(() => add(by, user), { durable: true }),
    change: (by, id, wanted) =>
      database.transaction(() => change(by, id, wanted), { durable: true }),
    list: ({ after = '', limit = USERS_MAX } = {}) =>
      database
        .all('select * from users where name > ? order by name limit ?', after, limit)
        .map(userOf),
  };
}

function userOf(row: Row): User {
  const { member, signed_in_ms: signedInMs } = row;
  return {
    id: String(row['id']),
    name: String(row['name']),
    display: String(row['display']),
    roles: JSON.parse(String(row['roles'])) as Role[],
    member: typeof member === 'string' ? member : undefined,
    disabled: row['disabled'] === 1,
    hasPassword: row['password'] !== null,
    createdMs: Number(row['created_ms']),
    signedInMs: typeof signedInMs === 'number' ? signedInMs : undefined,
  };
}

/** What of a user the audit trail tells. */
function describe(user: {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly member: string | undefined;
  readonly disabled?: boolean;
}): string {
  const { name, roles, member, disabled = false } = user;
  const parts = [name, roles.join('+'), member ?? '', disabled ? 'disabled' : ''];
  return parts.filter((part) => part !== '').join(', ');
}
