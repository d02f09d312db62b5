import type { AuditTrail } from './audit/trail.ts';
import type { AccountsDatabase, Row } from './database.ts';
import { fault } from './errors.ts';
import type { AccountsFault } from './errors.ts';
import { PASSKEYS_PER_USER_MAX } from './limits.ts';
import { isDisplayName } from './names.ts';
import type { AccountsPorts } from './ports.ts';
import type { Actor } from './principal.ts';

/** A passkey of a user (WebAuthn): the public half alone. */
export interface Passkey {
  /** The credential id, base64url. */
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** COSE_Key. */
  readonly publicKey: Uint8Array;
  /** Signature counter; authenticators that sync keep it at 0. */
  readonly counter: number;
  readonly transports: readonly string[];
  readonly createdMs: number;
  readonly usedMs: number | undefined;
}

export interface Passkeys {
  /** `user-name-invalid`, `passkey-exists`, `accounts-full`. */
  add(
    by: Actor,
    passkey: Omit<Passkey, 'createdMs' | 'usedMs'>,
  ): { readonly ok: true } | AccountsFault;
  get(id: string): Passkey | undefined;
  list(userId: string): readonly Passkey[];
  /** Notes a use with the counter the authenticator gave. */
  used(id: string, counter: number): void;
  /** `passkey-not-found` when the user has none of this id. */
  remove(by: Actor, userId: string, id: string): { readonly ok: true } | AccountsFault;
}

export function createPasskeys(
  database: AccountsDatabase,
  audit: AuditTrail,
  ports: AccountsPorts,
): Passkeys {
  const get = (id: string): Passkey | undefined => {
    const row = database.get('select * from passkeys where id = ?', id);
    return row === undefined ? undefined : passkeyOf(row);
  };
  const list = (userId: string): readonly Passkey[] =>
    database
      .all('select * from passkeys where user_id = ? order by created_ms, id', userId)
      .map(passkeyOf);
  const note = (by: Actor, action: string, target: string, detail: string): void => {
    audit.append({ actor: by, action, target, outcome: 'done', code: 'ok', detail });
  };
  return {
    get,
    list,
    add: (by, passkey) =>
      database.transaction(
        () => {
          const { id, userId, name, publicKey, counter, transports } = passkey;
          if (name === '' || !isDisplayName(name)) return fault('user-name-invalid');
          if (get(id) !== undefined) return fault('passkey-exists');
          if (list(userId).length >= PASSKEYS_PER_USER_MAX) return fault('accounts-full');
          database.run(
            'insert into passkeys values (?, ?, ?, ?, ?, ?, ?, null)',
            id,
            userId,
            name,
            publicKey,
            counter,
            JSON.stringify(transports),
            ports.nowMs(),
          );
          note(by, 'passkey.add', userId, name);
          return { ok: true };
        },
        { durable: true },
      ),
    used: (id, counter) => {
      database.run(
        'update passkeys set counter = ?, used_ms = ? where id = ?',
        counter,
        ports.nowMs(),
        id,
      );
    },
    remove: (by, userId, id) =>
      database.transaction(
        () => {
          const removed = database.run(
            'delete from passkeys where id = ? and user_id = ?',
            id,
            userId,
          );
          if (removed === 0) return fault('passkey-not-found');
          note(by, 'passkey.remove', userId, id);
          return { ok: true };
        },
        { durable: true },
      ),
  };
}

function passkeyOf(row: Row): Passkey {
  const { public_key: publicKey, used_ms: usedMs } = row;
  if (!(publicKey instanceof Uint8Array)) throw new TypeError('a passkey without a public key');
  return {
    id: String(row['id']),
    userId: String(row['user_id']),
    name: String(row['name']),
    publicKey,
    counter: Number(row['counter']),
    transports: JSON.parse(String(row['transports'])) as string[],
    createdMs: Number(row['created_ms']),
    usedMs: typeof usedMs === 'number' ? usedMs : undefined,
  };
}
