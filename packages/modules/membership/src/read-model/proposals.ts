import { toBase64Url } from '@hefu/bytes';
import type { ProjectionDefinition } from '@hefu/contract';
import type { Action, MembershipArgs } from '../schemas/args.ts';
import type { ProposalValue } from '../schemas/proposals.ts';

interface ProposalMade {
  readonly proposal: string;
  readonly organisation: string;
  readonly member: string;
  readonly title: string;
  readonly actions: readonly Action[];
  readonly deadline: number;
}
interface VoteCast {
  readonly proposal: string;
  readonly organisation: string;
  readonly member: string;
  readonly vote: 'yes' | 'no' | 'withdraw';
}
interface ProposalClosed {
  readonly proposal: string;
  readonly status: ProposalValue['status'];
  readonly failure: ProposalValue['failure'];
}

/** JSON with byte strings as base64url, as the API shows keys elsewhere. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    each instanceof Uint8Array ? toBase64Url(each) : each,
  );
}

/** Proposals with their votes, and the policies asked of methods. */
export const PROPOSAL_TABLES: ProjectionDefinition['tables'] = [
  `create table membership_proposals (
      id text primary key, number bigint not null unique,
      organisation text not null, member text not null, title text not null, actions text not null,
      made_height bigint not null, made_time bigint not null, deadline bigint not null,
      status text not null, closed_height bigint, closed_time bigint, failure text)`,
  `create table membership_votes (
      proposal text not null, organisation text not null, member text not null, vote text not null,
      height bigint not null, time bigint not null, primary key (proposal, organisation))`,
  `create table membership_policies (
      contract text not null, method text not null, policy text not null, since bigint not null,
      primary key (contract, method))`,
];

export const PROPOSAL_HANDLERS: ProjectionDefinition['on'] = {
  'membership/proposalMade': async ({ data, height, time }, database) => {
    const made = data as unknown as ProposalMade;
    // Its place among all proposals: they are listed by it.
    await database.run(
      `insert into membership_proposals
        (id, number, organisation, member, title, actions, made_height, made_time, deadline, status)
        select ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ?, 'open' from membership_proposals`,
      [
        made.proposal,
        made.organisation,
        made.member,
        made.title,
        jsonOf(made.actions),
        height,
        time,
        made.deadline,
      ],
    );
  },
  'membership/voteCast': async ({ data, height, time }, database) => {
    const { proposal, organisation, member, vote } = data as unknown as VoteCast;
    await database.run('delete from membership_votes where proposal = ? and organisation = ?', [
      proposal,
      organisation,
    ]);
    if (vote === 'withdraw') return;
    await database.run(
      `insert into membership_votes (proposal, organisation, member, vote, height, time)
        values (?, ?, ?, ?, ?, ?)`,
      [proposal, organisation, member, vote, height, time],
    );
  },
  'membership/proposalClosed': async ({ data, height, time }, database) => {
    const { proposal, status, failure } = data as unknown as ProposalClosed;
    await database.run(
      `update membership_proposals
        set status = ?, closed_height = ?, closed_time = ?, failure = ? where id = ?`,
      [status, height, time, failure === null ? null : JSON.stringify(failure), proposal],
    );
  },
  'membership/methodPolicyChanged': async ({ data, height }, database) => {
    const { contract, method, policy } = data as unknown as MembershipArgs['setMethodPolicy'];
    await database.run('delete from membership_policies where contract = ? and method = ?', [
      contract,
      method,
    ]);
    if (policy === null) return;
    await database.run(
      'insert into membership_policies (contract, method, policy, since) values (?, ?, ?, ?)',
      [contract, method, JSON.stringify(policy), height + 1],
    );
  },
};
