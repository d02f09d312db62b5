import type { Approver, Policy } from '@hefu/contract';
import type { Ballots } from '../schemas/proposals.ts';
import type { MembershipContext } from './declarations.ts';
import { countsAt } from './intervals.ts';
import { organisationOf } from './members.ts';

/** How a vote stands, and who is there to vote. */
export interface Standing {
  /** One for each organisation that says yes. */
  readonly approvers: readonly Approver[];
  /** Organisations that say no. */
  readonly against: ReadonlySet<string>;
  /** Organisations of the consortium that are not suspended. */
  readonly organisationCount: number;
  /** Whether an organisation is one of them. */
  counts(organisation: string): boolean;
  /** The governance policy in force. */
  readonly policy: Policy | undefined;
}

/**
 * Counts votes as they stand with the next block: those of suspended organisations do not count, and an approver has the roles
 * that it has now, none if it is suspended.
 */
export function standingOf(context: MembershipContext, votes: Ballots): Standing {
  const { organisations, members, parameters } = context.state;
  const next = context.height + 1;
  const counts = (id: string): boolean => countsAt(organisations.get(id)?.active ?? [], next);
  const approvers: Approver[] = [];
  const against = new Set<string>();
  for (const { member, yes } of votes) {
    const organisation = organisationOf(member);
    if (!counts(organisation)) continue;
    if (!yes) {
      against.add(organisation);
      continue;
    }
    const record = members.get(member);
    const roles = record !== undefined && countsAt(record.active, next) ? record.roles : [];
    approvers.push({ member, organisation, roles });
  }
  const count = parameters.get('organisations');
  const governance = parameters.get('governance');
  return {
    approvers,
    against,
    counts,
    organisationCount: count?.kind === 'organisations' ? count.active : 0,
    policy: governance?.kind === 'governance' ? governance.policy : undefined,
  };
}
