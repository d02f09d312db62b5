/** Why something with accounts was refused. */
export type AccountsCode =
  /** Name or password is wrong, or the user is disabled: never told apart. */
  | 'sign-in-failed'
  /** Too many wrong guesses: wait. */
  | 'sign-in-throttled'
  /** Too many passwords are being checked right now. */
  | 'sign-in-busy'
  /** Unknown, used or expired: never told apart. */
  | 'sign-in-link-invalid'
  | 'user-not-found'
  | 'user-exists'
  | 'user-name-invalid'
  | 'member-invalid'
  /** The role `member` goes with the member that is stood for. */
  | 'member-missing'
  | 'roles-invalid'
  /** Somebody has to be able to manage accounts. */
  | 'last-admin'
  | 'accounts-full'
  | 'password-too-short'
  | 'password-too-long'
  | 'password-guessable'
  /** The current password, which a new one needs, is wrong. */
  | 'password-wrong'
  | 'session-not-found'
  | 'passkey-exists'
  | 'passkey-not-found'
  | 'api-key-not-found'
  | 'api-key-life-invalid';

/** A refusal. */
export interface AccountsFault {
  readonly ok: false;
  readonly code: AccountsCode;
  /** There with `sign-in-throttled` and `sign-in-busy`. */
  readonly retryAfterSeconds?: number;
}

/** A refusal with `code`. */
export function fault(code: AccountsCode): AccountsFault {
  return { ok: false, code };
}

/** What stops the accounts from being opened or used. */
export type AccountsErrorCode =
  /** The file was written by a newer Hefu. */
  | 'accounts-too-new'
  /** The file is not a database, or is broken. */
  | 'accounts-damaged'
  /** The audit trail does not end as its seal says: it was changed from outside. */
  | 'audit-broken'
  /** The disk is full: nothing of what was wanted is stored. */
  | 'accounts-storage-full'
  /** The file takes no writes now (read-only, a failing disk, held by another process): nothing is stored. */
  | 'accounts-unavailable';

/** Thrown when the file of accounts cannot be used. */
export class AccountsError extends Error {
  override readonly name = 'AccountsError';
  readonly code: AccountsErrorCode;

  constructor(code: AccountsErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
