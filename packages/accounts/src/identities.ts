import type { AuditTrail } from './audit/trail.ts';
import type { AccountsDatabase } from './database.ts';
import type { AccountsPorts } from './ports.ts';
import type { Actor } from './principal.ts';

/** Somebody as a provider of identities names them (OpenID Connect Core §2: `iss` and `sub` together, nothing else). */
export interface ProviderIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** Which user signs in as whom elsewhere. */
export interface Identities {
  /** The user's id. */
  find(identity: ProviderIdentity): string | undefined;
  /** Binds a user to an identity, and takes it from whoever had it. */
  link(by: Actor, userId: string, identity: ProviderIdentity): void;
}

export function createIdentities(
  database: AccountsDatabase,
  audit: AuditTrail,
  ports: AccountsPorts,
): Identities {
  return {
    find({ issuer, subject }) {
      const row = database.get(
        'select user_id from identities where issuer = ? and subject = ?',
        issuer,
        subject,
      );
      return row === undefined ? undefined : String(row['user_id']);
    },
    link: (by, userId, { issuer, subject }) =>
      database.transaction(
        () => {
          database.run(
            'insert or replace into identities values (?, ?, ?, ?)',
            issuer,
            subject,
            userId,
            ports.nowMs(),
          );
          const line = { action: 'identity.link', target: userId } as const;
          audit.append({
            ...line,
            actor: by,
            outcome: 'done',
            code: 'ok',
            detail: `${issuer} ${subject}`,
          });
        },
        { durable: true },
      ),
  };
}
