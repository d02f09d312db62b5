import type { OrganisationValue } from '../schemas/records.ts';
import type { MembershipContext } from './declarations.ts';
import { closedAt, countsAt, openedAt } from './intervals.ts';
import { requireRoom } from './members.ts';
import { scheduleRecount } from './recount.ts';

/** Key of the parameter that counts active organisations, which a majority is of. */
export const ORGANISATIONS_PARAMETER = 'organisations';

/** Adds an organisation whose standing begins at `from`. */
export function createOrganisation(
  context: MembershipContext,
  organisation: string,
  name: string,
  from: number,
): void {
  if (context.state.organisations.has(organisation)) context.refuse('organisation-exists');
  const value: OrganisationValue = { name, active: [[from, null]] };
  context.state.organisations.put(organisation, value);
  countOrganisations(context, 1);
  context.emit('organisationAdded', { organisation, ...value });
}

/** Gives an organisation another display name. */
export function renameOrganisation(
  context: MembershipContext,
  organisation: string,
  name: string,
): void {
  const value = requireOrganisation(context, organisation);
  requireNotRemoved(context, organisation);
  context.state.organisations.put(organisation, { ...value, name });
  context.emit('organisationRenamed', { organisation, name });
}

/** Ends the standing of an organisation, and so of all its members, with the next block. */
export function suspendOrganisation(context: MembershipContext, organisation: string): void {
  const next = context.height + 1;
  const value = requireOrganisation(context, organisation);
  if (!countsAt(value.active, next)) context.refuse('organisation-suspended');
  if (countOrganisations(context, -1) === 0) context.refuse('last-organisation');
  const active = closedAt(value.active, next);
  context.state.organisations.put(organisation, { ...value, active });
  context.emit('organisationSuspended', { organisation, active });
}

/** Takes the standing of an organisation up again with the next block. */
export function reinstateOrganisation(context: MembershipContext, organisation: string): void {
  const next = context.height + 1;
  const value = requireOrganisation(context, organisation);
  if (countsAt(value.active, next)) context.refuse('organisation-active');
  requireNotRemoved(context, organisation);
  requireRoom(context, value.active);
  const active = openedAt(value.active, next);
  context.state.organisations.put(organisation, { ...value, active });
  countOrganisations(context, 1);
  context.emit('organisationReinstated', { organisation, active });
}

/** Ends the standing of an organisation for good; its records stay, and its id is nobody else's ever. */
export function removeOrganisation(context: MembershipContext, organisation: string): void {
  const next = context.height + 1;
  const value = requireOrganisation(context, organisation);
  requireNotRemoved(context, organisation);
  const validator = context.state.validators.get(organisation);
  if (countsAt(validator?.active ?? [], next)) context.refuse('organisation-validates');
  let { active } = value;
  if (countsAt(active, next)) {
    if (countOrganisations(context, -1) === 0) context.refuse('last-organisation');
    active = closedAt(active, next);
    context.state.organisations.put(organisation, { ...value, active });
  }
  context.state.removals.put(organisation, { from: next });
  context.emit('organisationRemoved', { organisation, active });
}

/** Refuses what would bring back who has left for good. */
export function requireNotRemoved(context: MembershipContext, organisation: string): void {
  if (context.state.removals.has(organisation)) context.refuse('organisation-removed');
}

function requireOrganisation(context: MembershipContext, organisation: string): OrganisationValue {
  return context.state.organisations.get(organisation) ?? context.refuse('unknown-organisation');
}

/** Adds to the count of active organisations; gives the new one. */
function countOrganisations(context: MembershipContext, change: 1 | -1): number {
  const before = context.state.parameters.get(ORGANISATIONS_PARAMETER);
  const active = (before?.kind === 'organisations' ? before.active : 0) + change;
  context.state.parameters.put(ORGANISATIONS_PARAMETER, { kind: 'organisations', active });
  scheduleRecount(context);
  return active;
}
