import type { Approver, Policy } from '@hefu/contract';
import type { Ballots } from '../schemas/proposals.ts';
import type { MembershipContext } from './declarations.ts';
import { countsAt } from './intervals.ts';
import { organisationOf } from './members.ts';

/** Organisations that one count looks up because a policy names them; what is named beyond is taken for active. */
const LOOKUPS_MAX = 100;

/** How a vote stands, and who is there to vote. */
export interface Standing {
  /** One for each organisation that says yes. */
  readonly approvers: readonly Approver[];
  /** Organisations that say no. */
  readonly against: ReadonlySet<string>;
  /** Organisations of the consortium that are not suspended. */
  readonly organisationCount: number;
  /** Whether an organisation may be one of them: never false of one that is. */
  mayCount(organisation: string): boolean;
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
  const lookedUp = new Map<string, boolean>();
  const mayCount = (id: string): boolean => {
    const known = lookedUp.get(id);
    if (known !== undefined) return known;
    if (lookedUp.size >= LOOKUPS_MAX) return true;
    const found = counts(id);
    lookedUp.set(id, found);
    return found;
  };
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
    mayCount,
    organisationCount: count?.kind === 'organisations' ? count.active : 0,
    policy: governance?.kind === 'governance' ? governance.policy : undefined,
  };
}
