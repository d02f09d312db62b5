import { ADMIN_ROLE, ROLES_MAX } from '../schemas/records.ts';
import type { Action, MembershipArgs } from '../schemas/args.ts';
import type { MembershipContext } from './declarations.ts';
import { setGovernance, setMethodPolicy, setParameters } from './consortium.ts';
import { countsAt } from './intervals.ts';
import { revokeIssuer } from './issuers.ts';
import { createKey } from './keys.ts';
import { changeRoles, createMember, reinstateMember } from './members.ts';
import { planSwitch } from './modules.ts';
import {
  createOrganisation,
  reinstateOrganisation,
  removeOrganisation,
  renameOrganisation,
  suspendOrganisation,
} from './organisations.ts';
import { recoverAdmin } from './recovery.ts';
import {
  addValidator,
  removeValidator,
  rotateValidatorKey,
  setValidatorPower,
} from './validators.ts';

/** Carries a governed action out: of a proposal, or of a direct call where one organisation suffices. */
export function carryOut(context: MembershipContext, action: Action): void {
  switch (action.method) {
    case 'addOrganisation': {
      const { organisation, name } = action.args;
      return createOrganisation(context, organisation, name, context.height + 1);
    }
    case 'renameOrganisation':
      return renameOrganisation(context, action.args.organisation, action.args.name);
    case 'suspendOrganisation':
      return suspendOrganisation(context, action.args.organisation);
    case 'reinstateOrganisation':
      return reinstateOrganisation(context, action.args.organisation);
    case 'removeOrganisation':
      return removeOrganisation(context, action.args.organisation);
    case 'appointAdmin':
      return void appointAdmin(context, action.args);
    case 'recoverAdmin':
      return void recoverAdmin(context, action.args.member, action.args.key);
    case 'switchModule':
      return planSwitch(context, action.args.name, action.args.version, action.args.height);
    case 'setParameters':
      return setParameters(context, action.args);
    case 'setMethodPolicy':
      return setMethodPolicy(context, action.args);
    case 'setGovernance':
      return setGovernance(context, action.args.policy);
    case 'addValidator':
      return addValidator(context, action.args);
    case 'removeValidator':
      return removeValidator(context, action.args.organisation);
    case 'setValidatorPower':
      return setValidatorPower(context, action.args.organisation, action.args.power);
    case 'rotateValidatorKey':
      return rotateValidatorKey(context, action.args);
    case 'revokeIssuer':
      return revokeIssuer(context, action.args.issuer);
    default:
      return action satisfies never;
  }
}

/** Gives an organisation an admin: a new member, or one who is here and becomes an admin. Gives the id of its new key. */
export function appointAdmin(
  context: MembershipContext,
  { member, kind, key }: MembershipArgs['appointAdmin'],
): string | undefined {
  const from = context.height + 1;
  const known = context.state.members.get(member);
  if (known === undefined) createMember(context, member, { kind, roles: [ADMIN_ROLE] }, from);
  else {
    if (!known.roles.includes(ADMIN_ROLE)) {
      if (known.roles.length >= ROLES_MAX) context.refuse('too-many-roles');
      changeRoles(context, member, [...known.roles, ADMIN_ROLE]);
    }
    if (!countsAt(known.active, from)) reinstateMember(context, member);
  }
  if (key === undefined) return undefined;
  return createKey(context, { member, ...key, purpose: 'sign' }, from);
}
