/** What somebody may be on a node. They are apart from each other: an admin is no operator by being one. */
export const ROLES = ['admin', 'operator', 'member', 'auditor', 'read-only'] as const;
export type Role = (typeof ROLES)[number];

/** What a route can ask for. */
export const PERMISSIONS = ['read', 'send', 'sign', 'operate', 'audit', 'manage'] as const;
/**
 * - `read`: sees what their organisation may read
 * - `send`: sends what others signed: statements, attachments
 * - `sign`: has the node sign with the key of their member
 * - `operate`: runs the node: vault, and what else is the operator's
 * - `audit`: reads the audit trail
 * - `manage`: accounts, keys, sessions of others
 */
export type Permission = (typeof PERMISSIONS)[number];

const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  admin: ['read', 'send', 'audit', 'manage'],
  operator: ['read', 'send', 'operate'],
  member: ['read', 'send', 'sign'],
  auditor: ['read', 'audit'],
  'read-only': ['read'],
};

/** Whether one of the roles grants the permission. */
export function allows(roles: readonly Role[], permission: Permission): boolean {
  return roles.some((role) => GRANTS[role].includes(permission));
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** Roles in the order of {@link ROLES}, each once. */
export function sortRoles(roles: readonly Role[]): readonly Role[] {
  return ROLES.filter((role) => roles.includes(role));
}
