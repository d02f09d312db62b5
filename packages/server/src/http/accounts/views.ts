import { ROLES } from '@hefu/accounts';
import type { ApiKey, AuditEntry, Session, User } from '@hefu/accounts';
import { toHex } from '@hefu/bytes';
import { z } from 'zod';
import { toTimeText } from '../json-value.ts';

export const roleSchema = z.enum(ROLES);
const time = z.iso.datetime();
const member = z.string().nullable().describe('The member on the chain that is stood for.');

export const userSchema = z
  .strictObject({
    id: z.string(),
    name: z.string().describe('What they sign in with.'),
    display: z.string(),
    roles: z.array(roleSchema),
    member,
    disabled: z.boolean(),
    hasPassword: z.boolean(),
    created: time,
    signedIn: time.nullable().describe('The last sign-in.'),
  })
  .meta({ id: 'User' });

export const sessionSchema = z
  .strictObject({
    id: z.string(),
    method: z.enum(['password', 'link', 'passkey', 'oidc']),
    created: time,
    used: time,
    expires: time.describe('When it ends at the latest.'),
    address: z.string(),
    agent: z.string(),
  })
  .meta({ id: 'Session' });

export const apiKeySchema = z
  .strictObject({
    id: z.string().describe('The front of the key; finds it, and is no secret.'),
    name: z.string(),
    roles: z.array(roleSchema),
    member,
    user: z.string().nullable().describe('Whose key it is.'),
    created: time,
    expires: time,
    revoked: time.nullable(),
    used: time.nullable().describe('The last use, to the minute.'),
  })
  .meta({ id: 'ApiKey' });

export const auditEntrySchema = z
  .strictObject({
    seq: z.int(),
    time,
    actor: z.strictObject({
      kind: z.enum(['user', 'api-key', 'token', 'machine', 'nobody']),
      id: z.string(),
      name: z.string(),
      address: z.string(),
    }),
    action: z.string(),
    target: z.string(),
    outcome: z.enum(['done', 'refused']),
    code: z.string(),
    detail: z.string(),
    count: z.int(),
    hash: z.string().describe('Over this line and the hash of the one before.'),
  })
  .meta({ id: 'AuditEntry' });

export function userView(user: User): z.input<typeof userSchema> {
  const { id, name, display, roles, disabled, hasPassword } = user;
  return {
    id,
    name,
    display,
    roles: [...roles],
    member: user.member ?? null,
    disabled,
    hasPassword,
    created: toTimeText(user.createdMs),
    signedIn: timeOrNull(user.signedInMs),
  };
}

export function sessionView(session: Session): z.input<typeof sessionSchema> {
  const { id, method, address, agent } = session;
  return {
    id,
    method,
    created: toTimeText(session.createdMs),
    used: toTimeText(session.usedMs),
    expires: toTimeText(session.expiresMs),
    address,
    agent,
  };
}

export function apiKeyView(key: ApiKey): z.input<typeof apiKeySchema> {
  return {
    id: key.id,
    name: key.name,
    roles: [...key.roles],
    member: key.member ?? null,
    user: key.userId ?? null,
    created: toTimeText(key.createdMs),
    expires: toTimeText(key.expiresMs),
    revoked: timeOrNull(key.revokedMs),
    used: timeOrNull(key.usedMs),
  };
}

export function auditEntryView(entry: AuditEntry): z.input<typeof auditEntrySchema> {
  const { timeMs, hash, ...rest } = entry;
  return { ...rest, time: toTimeText(timeMs), hash: toHex(hash) };
}

function timeOrNull(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : toTimeText(timeMs);
}
