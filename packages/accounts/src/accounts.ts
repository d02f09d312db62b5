import { createApiKeys } from './api-keys.ts';
import type { ApiKeys } from './api-keys.ts';
import type { AuditEvent } from './audit/entry.ts';
import { createRefusalCounter } from './audit/refusals.ts';
import { openAuditTrail } from './audit/trail.ts';
import type { AuditTrail } from './audit/trail.ts';
import { createWaitingLines } from './audit/waiting-lines.ts';
import { openDatabase } from './database.ts';
import { createIdentities } from './identities.ts';
import type { Identities } from './identities.ts';
import { createPasskeys } from './passkeys.ts';
import type { Passkeys } from './passkeys.ts';
import { createPasswordChecker } from './password/password-checker.ts';
import { createPasswords } from './passwords.ts';
import type { Passwords } from './passwords.ts';
import type { AccountsPorts } from './ports.ts';
import { createSessions } from './sessions.ts';
import type { Sessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import type { SignIn } from './sign-in.ts';
import { createSignInLinks } from './sign-in-links.ts';
import type { SignInLinks } from './sign-in-links.ts';
import { createThrottle } from './throttle.ts';
import { createUsers } from './users.ts';
import type { Users } from './users.ts';

/** Everything about who may use a node. */
export interface Accounts extends Disposable {
  readonly users: Users;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly keys: ApiKeys;
  readonly links: SignInLinks;
  readonly passkeys: Passkeys;
  readonly identities: Identities;
  readonly signIn: SignIn;
  readonly audit: Omit<AuditTrail, 'append'>;
  /**
   * Notes what somebody did or was refused; refusals that come in numbers are told by one line with their count. What the
   * disk does not take now is kept and written later.
   */
  note(event: AuditEvent): void;
  /**
   * To be asked before something is done that is noted afterwards: throws AccountsError `accounts-storage-full` or
   * `accounts-unavailable` while earlier lines could not be written.
   */
  requireRoom(): void;
  /** Writes what was counted and is due; to be called now and then. */
  tick(): void;
}

export interface AccountsOptions {
  /** The SQLite file, made when absent, or `:memory:`. */
  readonly file: string;
  /** 32 bytes that seal the end of the audit trail; kept outside the data folder. */
  readonly sealKey: Uint8Array;
  readonly ports: AccountsPorts;
  /** Opens the file; for tests of what a failing disk does. */
  readonly open?: typeof openDatabase;
}

/** Opens the accounts. Throws AccountsError `accounts-too-new`, `accounts-damaged`, `audit-broken`. */
export function openAccounts(options: AccountsOptions): Accounts {
  const { file, sealKey, ports, open = openDatabase } = options;
  using opened = new DisposableStack();
  const database = opened.use(open(file));
  const audit = openAuditTrail(database, sealKey, ports);
  const refusals = createRefusalCounter(database, audit, ports);
  const lines = createWaitingLines(database, audit, ports);
  opened.defer(() => {
    lines.flush();
    refusals.flush({ everything: true });
  });
  const checker = createPasswordChecker(ports);
  const throttle = createThrottle(database, ports);
  const users = createUsers(database, audit, ports);
  const sessions = createSessions(database, users, audit, ports);
  const keys = createApiKeys(database, users, audit, ports);
  const links = createSignInLinks(database, users, audit, ports);
  const passwords = createPasswords(database, users, sessions, audit, checker, throttle);
  const parts = { database, users, sessions, passwords, checker, links, throttle, refusals, ports };
  const closing = opened.move();
  return {
    users,
    passwords,
    sessions,
    keys,
    links,
    passkeys: createPasskeys(database, audit, ports),
    identities: createIdentities(database, audit, ports),
    audit,
    signIn: createSignIn(parts),
    note(event) {
      if (event.outcome === 'refused') refusals.note(event);
      else lines.note(event);
    },
    requireRoom: () => lines.requireRoom(),
    tick: () => {
      lines.flush();
      refusals.flush();
    },
    [Symbol.dispose]: () => closing.dispose(),
  };
}
