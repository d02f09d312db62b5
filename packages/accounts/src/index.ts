export { openAccounts } from './accounts.ts';
export type { Accounts, AccountsOptions } from './accounts.ts';
export { isApiKey } from './api-keys.ts';
export type { ApiKey, ApiKeyAdded, ApiKeyQuery, ApiKeys, NewApiKey } from './api-keys.ts';
export { AUDIT_START, auditHash } from './audit/entry.ts';
export type { AuditEntry, AuditEvent, AuditOutcome } from './audit/entry.ts';
export type { AuditCheck, AuditHead, AuditQuery, AuditTrail } from './audit/trail.ts';
export { openDatabase } from './database.ts';
export type { AccountsDatabase } from './database.ts';
export { AccountsError } from './errors.ts';
export type { AccountsCode, AccountsErrorCode, AccountsFault } from './errors.ts';
export {
  API_KEY_LIFE_MS_DEFAULT,
  API_KEY_LIFE_MS_MAX,
  AUDIT_PAGE_MAX,
  LINK_LIFE_MS,
  PASSWORD_CHARS_MAX,
  PASSWORD_CHARS_MIN,
  SESSION_FRESH_MS,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
} from './limits.ts';
export type { Identities, ProviderIdentity } from './identities.ts';
export type { Passkey, Passkeys } from './passkeys.ts';
export type { Passwords, PasswordSet } from './passwords.ts';
export type { AccountsPorts } from './ports.ts';
export type { Actor, Principal } from './principal.ts';
export { allows, isRole, PERMISSIONS, ROLES } from './roles.ts';
export type { Permission, Role } from './roles.ts';
export type { Place, Session, Sessions, SignInMethod } from './sessions.ts';
export type { SignedIn, SignIn, SignInPlace, SignInResult } from './sign-in.ts';
export type { SignInLink, SignInLinkResult, SignInLinks } from './sign-in-links.ts';
export type { NewUser, User, UserChange, UserResult, Users } from './users.ts';
