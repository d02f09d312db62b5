import { compileValidator, extractSchema } from '@hefu/contract';
import { policySchema } from '@hefu/contract/schema';
import type { GenesisDocument } from '@hefu/protocol';
import { ADMIN_ROLE, ADMINS_MAX, organisationNameSchema, rolesSchema } from './schemas/records.ts';

/** One fault of a genesis document, at an RFC 6901 pointer into it. */
export interface MembershipGenesisFault {
  readonly pointer: string;
  readonly code:
    | 'role-malformed'
    | 'role-repeated'
    | 'name-malformed'
    | 'policy-malformed'
    | 'too-many-admins';
}

/**
 * What this contract asks of a genesis document beyond `parseGenesis`: without it, a chain that starts
 * from the document stops at its genesis block with a code that names no place. All faults at once.
 */
export function checkMembershipGenesis(
  document: GenesisDocument,
): readonly MembershipGenesisFault[] {
  const isPolicy = compileValidator(extractSchema(policySchema()));
  const areRoles = compileValidator(extractSchema(rolesSchema));
  const isName = compileValidator(extractSchema(organisationNameSchema));
  const faults: MembershipGenesisFault[] = [];
  const policy = isPolicy(document.governance);
  if (!policy.ok) {
    for (const { pointer } of policy.errors) {
      faults.push({ pointer: `/governance${pointer}`, code: 'policy-malformed' });
    }
  }
  for (const [index, { name }] of document.organisations.entries()) {
    const pointer = `/organisations/${index}/name`;
    if (!isName(name).ok) faults.push({ pointer, code: 'name-malformed' });
  }
  const admins = new Map<string, number>();
  for (const [index, { id, roles }] of document.members.entries()) {
    const pointer = `/members/${index}/roles`;
    const verdict = areRoles(roles);
    if (!verdict.ok) {
      for (const error of verdict.errors) {
        faults.push({ pointer: pointer + error.pointer, code: 'role-malformed' });
      }
    }
    if (new Set(roles).size !== roles.length) faults.push({ pointer, code: 'role-repeated' });
    if (!roles.includes(ADMIN_ROLE)) continue;
    const organisation = id.slice(0, id.indexOf('/'));
    const count = (admins.get(organisation) ?? 0) + 1;
    admins.set(organisation, count);
    if (count > ADMINS_MAX) faults.push({ pointer, code: 'too-many-admins' });
  }
  return faults;
}
