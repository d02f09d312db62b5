import { isMemberId } from '@hefu/protocol';
import type { AccountsFault } from './errors.ts';
import { fault } from './errors.ts';
import { DISPLAY_CHARS_MAX, ROLES_MAX, USER_NAME_CHARS_MAX } from './limits.ts';
import { isRole } from './roles.ts';
import type { Role } from './roles.ts';

const USER_NAME_PATTERN = /^[a-z0-9][a-z0-9._@+-]*$/;
/** Everything but control characters and marks that turn the direction of text: names stand in logs and tables. */
const DISPLAY_PATTERN = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u;

/** A name as it is kept: lower case. Undefined when it can be no name of a user. */
export function userName(text: string): string | undefined {
  if (text.length > USER_NAME_CHARS_MAX) return undefined;
  const name = text.toLowerCase();
  return USER_NAME_PATTERN.test(name) ? name : undefined;
}

/** A name for people. */
export function isDisplayName(text: string): boolean {
  return text.length <= DISPLAY_CHARS_MAX && DISPLAY_PATTERN.test(text) && text.trim() === text;
}

/** What is wrong with roles and the member they are for; undefined when nothing is. */
export function rolesFault(
  roles: readonly string[],
  member: string | undefined,
): AccountsFault | undefined {
  if (roles.length === 0 || roles.length > ROLES_MAX || !roles.every(isRole)) {
    return fault('roles-invalid');
  }
  if (member !== undefined && !isMemberId(member)) return fault('member-invalid');
  const needsMember: Role = 'member';
  return roles.includes(needsMember) && member === undefined ? fault('member-missing') : undefined;
}
