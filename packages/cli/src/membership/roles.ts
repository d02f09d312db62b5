import { usageFault } from '../fault.ts';

const ROLE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Roles as they were typed, separately or with commas between them. */
export function rolesOf(typed: readonly string[]): string[] {
  const roles = typed.flatMap((each) => each.split(',')).filter((role) => role !== '');
  for (const role of roles) {
    if (!ROLE.test(role)) throw usageFault('role-invalid', `${role} is no role`);
  }
  return [...new Set(roles)];
}
