import { ADMIN_ROLE, ADMINS_MAX, INTERVALS_MAX } from '../schemas/records.ts';
import type { MemberValue } from '../schemas/records.ts';
import type { MembershipContext } from './declarations.ts';
import { closedAt, countsAt, openedAt } from './intervals.ts';
import type { Interval } from './intervals.ts';

/** The organisation that a member id names. */
export function organisationOf(member: string): string {
  return member.slice(0, member.indexOf('/'));
}

/** Refuses unless the member belongs to the caller's own organisation. */
export function requireOwnOrganisation(context: MembershipContext, member: string): void {
  if (organisationOf(member) !== context.caller.organisation) context.refuse('other-organisation');
}

/** The member's record, or a refusal. */
export function requireMember(context: MembershipContext, member: string): MemberValue {
  return context.state.members.get(member) ?? context.refuse('unknown-member');
}

/** Refuses when a record can't hold another change of standing. */
export function requireRoom(context: MembershipContext, active: readonly Interval[]): void {
  if (active.length >= INTERVALS_MAX) context.refuse('too-many-changes');
}

/** Roles in their one order; refuses repeated ones. */
export function sortedRoles(context: MembershipContext, roles: readonly string[]): string[] {
  if (new Set(roles).size !== roles.length) context.refuse('role-repeated');
  return roles.toSorted();
}

/** Adds a member whose standing begins at `from`. */
export function createMember(
  context: MembershipContext,
  member: string,
  draft: Pick<MemberValue, 'kind' | 'roles'>,
  from: number,
): void {
  const organisation = organisationOf(member);
  if (!context.state.organisations.has(organisation)) context.refuse('unknown-organisation');
  if (context.state.removals.has(organisation)) context.refuse('organisation-removed');
  if (context.state.members.has(member)) context.refuse('member-exists');
  const value: MemberValue = {
    organisation,
    kind: draft.kind,
    roles: sortedRoles(context, draft.roles),
    active: [[from, null]],
  };
  context.state.members.put(member, value);
  noteAdmin(context, member, value, from);
  context.emit('memberAdded', { member, ...value });
}

/** Gives a member these roles and no others. */
export function changeRoles(
  context: MembershipContext,
  member: string,
  roles: readonly string[],
): void {
  const value = { ...requireMember(context, member), roles: sortedRoles(context, roles) };
  context.state.members.put(member, value);
  noteAdmin(context, member, value, context.height + 1);
  context.emit('rolesChanged', { member, roles: value.roles });
}

/** Ends a member's standing with the next block. */
export function suspendMember(context: MembershipContext, member: string): void {
  const next = context.height + 1;
  const value = requireMember(context, member);
  if (!countsAt(value.active, next)) context.refuse('member-suspended');
  const suspended = { ...value, active: closedAt(value.active, next) };
  context.state.members.put(member, suspended);
  noteAdmin(context, member, suspended, next);
  context.emit('memberSuspended', { member, active: suspended.active });
}

/** Takes a member's standing up again with the next block. */
export function reinstateMember(context: MembershipContext, member: string): void {
  const next = context.height + 1;
  const value = requireMember(context, member);
  if (countsAt(value.active, next)) context.refuse('member-active');
  requireRoom(context, value.active);
  const active = openedAt(value.active, next);
  context.state.members.put(member, { ...value, active });
  noteAdmin(context, member, { ...value, active }, next);
  context.emit('memberReinstated', { member, active });
}

/** Whether nobody but this member manages its organisation. */
export function isOnlyAdmin(context: MembershipContext, member: string): boolean {
  const admins = context.state.admins.get(organisationOf(member))?.members ?? [];
  return admins.length === 1 && admins[0] === member;
}

/** Keeps the list of an organisation's admins; it never becomes empty again once it was not. */
function noteAdmin(
  context: MembershipContext,
  member: string,
  value: MemberValue,
  height: number,
): void {
  const organisation = organisationOf(member);
  const admins = context.state.admins.get(organisation)?.members ?? [];
  const was = admins.includes(member);
  const is = value.roles.includes(ADMIN_ROLE) && countsAt(value.active, height);
  if (was === is) return;
  const members = is ? [...admins, member].toSorted() : admins.filter((admin) => admin !== member);
  if (members.length === 0) context.refuse('last-admin');
  if (members.length > ADMINS_MAX) context.refuse('too-many-admins');
  context.state.admins.put(organisation, { members });
}
