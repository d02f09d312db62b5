import { toBase64Url } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import {
  governanceViewSchema,
  proposalPageSchema,
  proposalViewSchema,
  votePageSchema,
} from '@hefu/module-membership/api';
import type {
  GovernanceView,
  MembershipArgs,
  ProposalStatus,
  ProposalView,
  VoteView,
} from '@hefu/module-membership/api';
import { MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import type { Committed } from './answers.ts';
import type { ReadOptions } from './calls.ts';
import type { HefuClient } from './client.ts';
import { proveRows } from './listing.ts';
import type { RowRule } from './listing.ts';
import { pages } from './pages.ts';
import type { Signer } from './signer.ts';
import type { WaitOptions } from './submit.ts';

/** Items asked for at a time. */
const PAGE_LIMIT = 200;

/** Which proposals to list. */
export interface ProposalQuery {
  readonly status?: ProposalStatus;
  /** Who made them. */
  readonly organisation?: string;
}

/**
 * How a consortium changes itself: proposals, votes, and the rules in force. What is shown of a proposal and of a vote is held
 * against the proven state; the heights' times and the sums of votes are the node's word.
 */
export class GovernanceClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /** All proposals, newest first. */
  async *proposals(
    query: ProposalQuery = {},
    options: ReadOptions = {},
  ): AsyncGenerator<ProposalView> {
    yield* pages(async (cursor) => {
      const asked = { ...query, limit: PAGE_LIMIT, cursor };
      const path = '/v1/proposals';
      const { value, height } = await this.#client.readAt(path, proposalPageSchema, asked);
      await proveRows(this.#client, { items: value.items, height }, PROPOSAL_RULE, options);
      return value;
    });
  }

  /** One proposal by its id. Throws ProblemError `proposal-not-found`. */
  async proposal(id: string, options: ReadOptions = {}): Promise<ProposalView> {
    const path = `/v1/proposals/${encodeURIComponent(id)}`;
    const { value, height } = await this.#client.readAt(path, proposalViewSchema);
    await proveRows(this.#client, { items: [value], height }, PROPOSAL_RULE, options);
    return value;
  }

  /** Votes on a proposal, by organisation. Throws ProblemError `proposal-not-found`. */
  async *votes(id: string, options: ReadOptions = {}): AsyncGenerator<VoteView> {
    const path = `/v1/proposals/${encodeURIComponent(id)}/votes`;
    yield* pages(async (cursor) => {
      const asked = { limit: PAGE_LIMIT, cursor };
      const { value, height } = await this.#client.readAt(path, votePageSchema, asked);
      await proveRows(this.#client, { items: value.items, height }, voteRule(id, path), options);
      return value;
    });
  }

  /** The governance policy, the parameters, and what is asked of methods besides, as the node tells them. */
  async rules(): Promise<GovernanceView> {
    return this.#client.read('/v1/governance', governanceViewSchema);
  }

  /**
   * Proposes actions that the consortium carries out together, or not at all, when its policy is met. The proposer's own vote
   * counts. Gives the proposal's id; the answer's code says where a refusal comes from.
   */
  async propose(
    signer: Signer,
    proposal: MembershipArgs['propose'],
    options: WaitOptions = {},
  ): Promise<Committed & { readonly proposal: string }> {
    const committed = await this.#client.members.call(signer, 'propose', proposal, options);
    return { ...committed, proposal: committed.id };
  }

  /** Votes on a proposal for the signer's organisation, or withdraws its vote; the last one counts. */
  async vote(
    signer: Signer,
    proposal: string,
    vote: MembershipArgs['vote']['vote'],
    options: WaitOptions = {},
  ): Promise<Committed> {
    return this.#client.members.call(signer, 'vote', { proposal, vote }, options);
  }

  /** Takes back a proposal that the signer's organisation has made. */
  async withdraw(signer: Signer, proposal: string, options: WaitOptions = {}): Promise<Committed> {
    return this.#client.members.call(signer, 'withdrawProposal', { proposal }, options);
  }
}

type Fields = Readonly<Record<string, CborValue>>;

const PROPOSAL_RULE: RowRule<ProposalView> = {
  path: '/v1/proposals',
  place: ({ id }) => ({ contract: MEMBERSHIP_CONTRACT, collection: 'proposals', key: id }),
  expected: (value) => {
    const { organisation, member, title, actions, status, deadline, failure } = value as Fields;
    const told = { organisation, member, title, status, deadline, failure };
    return { ...told, actions: withText(actions ?? null) } as ProposalView;
  },
};

function voteRule(proposal: string, path: string): RowRule<VoteView> {
  return {
    path,
    place: () => ({ contract: MEMBERSHIP_CONTRACT, collection: 'ballots', key: proposal }),
    expected: (value, { organisation }) => {
      const votes = (value as Fields)['votes'] as readonly { member: string; yes: boolean }[];
      const own = votes.find(({ member }) => member.startsWith(`${organisation}/`));
      // Nobody's: no row says so.
      return own === undefined
        ? { member: '' }
        : { member: own.member, vote: own.yes ? 'yes' : 'no' };
    },
  };
}

/** Byte strings as the API shows them. */
function withText(value: CborValue): unknown {
  if (value instanceof Uint8Array) return toBase64Url(value);
  if (Array.isArray(value)) return value.map((each: CborValue) => withText(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Fields).map(([name, each]) => [name, withText(each)]),
  );
}
