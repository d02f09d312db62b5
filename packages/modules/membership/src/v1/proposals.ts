import { evaluatePolicy } from '@hefu/contract';
import type { MembershipArgs, ProposalStatus } from '../schemas/args.ts';
import {
  OPEN_PROPOSALS_MAX,
  PROPOSAL_AHEAD_MAX_MS,
  PROPOSAL_AHEAD_MIN_MS,
  VOTES_MAX,
} from '../schemas/proposals.ts';
import type { Ballots, ProposalValue } from '../schemas/proposals.ts';
import type { MembershipContext } from './declarations.ts';
import { organisationOf } from './members.ts';
import { isReachable } from './reachable.ts';
import { scheduleRecount } from './recount.ts';
import { standingOf } from './standing.ts';
import { tryActions } from './trial.ts';

/** Votes that one recount reads, about: the rest follow in another block. */
const RECOUNT_VOTES_MAX = VOTES_MAX;
/** Proposals that one recount counts: with their votes, and what the policy names, they stay within a call's reads. */
const RECOUNT_PROPOSALS_MAX = 5;

type Closed = Exclude<ProposalStatus, 'open'>;

/** Makes a proposal, which is its organisation's yes; what could not be carried out now is refused at once. */
export function propose(
  context: MembershipContext,
  { title, actions, deadline }: MembershipArgs['propose'],
): ProposalStatus {
  const { caller, state } = context;
  const { member, organisation } = caller;
  const ahead = deadline - context.time;
  if (ahead < PROPOSAL_AHEAD_MIN_MS || ahead > PROPOSAL_AHEAD_MAX_MS) {
    context.refuse('deadline-out-of-range', {
      min: context.time + PROPOSAL_AHEAD_MIN_MS,
      max: context.time + PROPOSAL_AHEAD_MAX_MS,
    });
  }
  const open = state.proposals.by('byOpener', organisation, { limit: OPEN_PROPOSALS_MAX });
  if (open.length >= OPEN_PROPOSALS_MAX) context.refuse('too-many-proposals');
  const trial = tryActions(context, actions);
  if (!trial.ok) return context.refuse(trial.code, { ...trial.data, action: trial.action });
  const proposal = context.statementId;
  const value: ProposalValue = {
    organisation,
    member,
    title,
    actions,
    made: context.height,
    deadline,
    status: 'open',
    closed: null,
    failure: null,
    openFor: [organisation],
  };
  state.proposals.put(proposal, value);
  context.emit('proposalMade', { proposal, organisation, member, title, actions, deadline });
  context.schedule(deadline, 'closeProposal', { proposal }, proposal);
  return castVote(context, proposal, value, [], 'yes');
}

/** Casts, changes or takes back the vote of the signer's organisation. */
export function vote(
  context: MembershipContext,
  proposal: string,
  choice: MembershipArgs['vote']['vote'],
): ProposalStatus {
  const value = requireOpen(context, proposal);
  return castVote(context, proposal, value, votesOf(context, proposal), choice);
}

/** Closes a proposal for the organisation that made it. */
export function withdrawProposal(context: MembershipContext, proposal: string): void {
  const value = requireOpen(context, proposal);
  if (value.organisation !== context.caller.organisation) context.refuse('other-organisation');
  close(context, proposal, value, 'withdrawn');
}

/** The deadline has come: counts a last time. */
export function closeAtDeadline(context: MembershipContext, proposal: string): void {
  const value = context.state.proposals.get(proposal);
  if (value?.status !== 'open') return;
  const counted = count(context, proposal, value, votesOf(context, proposal));
  if (counted === 'open') close(context, proposal, value, 'expired');
}

/** Counts open proposals again, as far as one block may; the next one goes on behind the last that was counted. */
export function recount(context: MembershipContext, after: string): void {
  let votesRead = 0;
  const page = after === '' ? {} : { after };
  const open = context.state.proposals.by('byStatus', 'open', {
    limit: RECOUNT_PROPOSALS_MAX,
    ...page,
  });
  for (const proposal of open) {
    const value = context.state.proposals.get(proposal);
    if (value === undefined) continue;
    const votes = votesOf(context, proposal);
    votesRead += votes.length;
    const status = count(context, proposal, value, votes);
    // What is carried out may write much, and change who is here: all that is still open is counted again.
    if (status === 'carried') return scheduleRecount(context);
    if (status !== 'open' || votesRead >= RECOUNT_VOTES_MAX) {
      return scheduleRecount(context, proposal);
    }
  }
  const last = open.at(-1);
  if (last !== undefined) scheduleRecount(context, last);
}

function requireOpen(context: MembershipContext, proposal: string): ProposalValue {
  const value = context.state.proposals.get(proposal) ?? context.refuse('unknown-proposal');
  // Its closing may still wait behind others that are due.
  if (value.status !== 'open' || context.time >= value.deadline) context.refuse('proposal-closed');
  return value;
}

function votesOf(context: MembershipContext, proposal: string): Ballots {
  return context.state.ballots.get(proposal)?.votes ?? [];
}

function castVote(
  context: MembershipContext,
  proposal: string,
  value: ProposalValue,
  before: Ballots,
  choice: MembershipArgs['vote']['vote'],
): ProposalStatus {
  const { member, organisation } = context.caller;
  const own = before.find((each) => organisationOf(each.member) === organisation);
  const others = before.filter((each) => each !== own);
  if (choice === 'withdraw' && own === undefined) context.refuse('no-vote');
  if (choice !== 'withdraw' && own?.yes === (choice === 'yes')) context.refuse('already-voted');
  if (others.length >= VOTES_MAX) context.refuse('too-many-votes');
  const votes = choice === 'withdraw' ? others : [...others, { member, yes: choice === 'yes' }];
  context.state.ballots.put(proposal, { votes });
  context.emit('voteCast', { proposal, organisation, member, vote: choice });
  return count(context, proposal, value, votes);
}

/** Carries a proposal out when its votes suffice, closes it when they never can. */
function count(
  context: MembershipContext,
  proposal: string,
  value: ProposalValue,
  votes: Ballots,
): ProposalStatus {
  const standing = standingOf(context, votes);
  const { policy, approvers, organisationCount } = standing;
  const facts = { organisationCount: () => organisationCount, governancePolicy: () => policy };
  if (policy !== undefined && evaluatePolicy(policy, approvers, facts)) {
    return carry(context, proposal, value);
  }
  if (policy !== undefined && isReachable(policy, standing)) return 'open';
  return close(context, proposal, value, 'rejected');
}

function carry(context: MembershipContext, proposal: string, value: ProposalValue): Closed {
  const trial = tryActions(context, value.actions);
  if (!trial.ok) {
    const { action, code } = trial;
    return close(context, proposal, value, 'failed', { action, code });
  }
  close(context, proposal, value, 'carried');
  trial.apply();
  return 'carried';
}

function close(
  context: MembershipContext,
  proposal: string,
  value: ProposalValue,
  status: Closed,
  failure: ProposalValue['failure'] = null,
): Closed {
  const closed = context.height;
  context.state.proposals.put(proposal, { ...value, status, closed, failure, openFor: [] });
  context.cancel(proposal);
  context.emit('proposalClosed', { proposal, status, failure });
  return status;
}
