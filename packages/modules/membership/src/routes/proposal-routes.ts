import { route } from '@hefu/contract';
import type { RouteDefinition, SqlRow } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import { proposalStatusSchema } from '../schemas/args.ts';
import {
  governanceViewSchema,
  proposalPageSchema,
  proposalViewSchema,
  votePageSchema,
} from '../schemas/proposal-views.ts';
import type { ProposalView, VoteView } from '../schemas/proposal-views.ts';
import { pageQuery } from './page.ts';

/** Policies of methods that one answer shows. */
const POLICIES_SHOWN_MAX = 1000;

const PROPOSAL_COLUMNS = `id, number, organisation, member, title, actions,
  made_height, made_time, deadline, status, closed_height, closed_time, failure,
  (select count(*) from membership_votes where proposal = id and vote = 'yes') as yes,
  (select count(*) from membership_votes where proposal = id and vote = 'no') as no`;

const NOT_FOUND = { status: 404, title: 'There is no such proposal.' };

const listProposals = route({
  method: 'GET',
  path: '/v1/proposals',
  summary: 'Proposals, newest first; of one status or one organisation if asked.',
  query: z.strictObject({
    ...pageQuery,
    status: proposalStatusSchema.optional(),
    organisation: text.organisationId().optional(),
  }),
  response: proposalPageSchema,
  async handler(context, { query: { limit, cursor, status, organisation } }) {
    const conditions = ['number < ?'];
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
    const values: (string | number)[] = [Number.isSafeInteger(before) ? before : 0];
    if (status !== undefined) {
      conditions.push('status = ?');
      values.push(status);
    }
    if (organisation !== undefined) {
      conditions.push('organisation = ?');
      values.push(organisation);
    }
    const rows = await context.query(
      `select ${PROPOSAL_COLUMNS} from membership_proposals
        where ${conditions.join(' and ')} order by number desc limit ?`,
      [...values, limit + 1],
    );
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      items: shown.map(proposalView),
      nextCursor: last === undefined ? null : String(last['number']),
    };
  },
});

const readProposal = route({
  method: 'GET',
  path: '/v1/proposals/{id}',
  summary: 'One proposal, with what it does.',
  params: z.strictObject({ id: text.hex32() }),
  response: proposalViewSchema,
  problems: { 'proposal-not-found': NOT_FOUND },
  async handler(context, { params: { id } }) {
    const [row] = await context.query(
      `select ${PROPOSAL_COLUMNS} from membership_proposals where id = ?`,
      [id],
    );
    return row === undefined
      ? context.problem('proposal-not-found', { proposal: id })
      : proposalView(row);
  },
});

const listVotes = route({
  method: 'GET',
  path: '/v1/proposals/{id}/votes',
  summary: 'Votes on a proposal, by organisation.',
  params: z.strictObject({ id: text.hex32() }),
  query: z.strictObject(pageQuery),
  response: votePageSchema,
  problems: { 'proposal-not-found': NOT_FOUND },
  async handler(context, { params: { id }, query: { limit, cursor = '' } }) {
    const known = await context.query('select id from membership_proposals where id = ?', [id]);
    if (known.length === 0) return context.problem('proposal-not-found', { proposal: id });
    const rows = await context.query(
      `select organisation, member, vote, height, time from membership_votes
        where proposal = ? and organisation > ? order by organisation limit ?`,
      [id, cursor, limit + 1],
    );
    const items = rows.slice(0, limit).map(voteView);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items, nextCursor: last?.organisation ?? null };
  },
});

const readGovernance = route({
  method: 'GET',
  path: '/v1/governance',
  summary: 'How the consortium changes itself, and what it asks of methods.',
  response: governanceViewSchema,
  async handler(context) {
    const [governance, chain] = await Promise.all([
      context.state('membership', 'parameters', 'governance'),
      context.state('membership', 'parameters', 'chain'),
    ]);
    const rows = await context.query(
      `select contract, method, policy, since from membership_policies
        order by contract, method limit ?`,
      [POLICIES_SHOWN_MAX],
    );
    return {
      policy: fieldOf(governance, 'policy') as object,
      parameters: fieldOf(chain, 'values') as Record<string, number>,
      methods: rows.map((row) => ({
        contract: String(row['contract']),
        method: String(row['method']),
        policy: JSON.parse(String(row['policy'])) as object,
        from: Number(row['since']),
      })),
    };
  },
});

function proposalView(row: SqlRow): ProposalView {
  const failure = row['failure'];
  return {
    id: String(row['id']),
    organisation: String(row['organisation']),
    member: String(row['member']),
    title: String(row['title']),
    actions: JSON.parse(String(row['actions'])) as ProposalView['actions'],
    made: { height: Number(row['made_height']), time: Number(row['made_time']) },
    deadline: Number(row['deadline']),
    status: proposalStatusSchema.parse(row['status']),
    closed:
      row['closed_height'] === null
        ? null
        : { height: Number(row['closed_height']), time: Number(row['closed_time']) },
    failure: typeof failure === 'string' ? (JSON.parse(failure) as ProposalView['failure']) : null,
    votes: { yes: Number(row['yes']), no: Number(row['no']) },
  };
}

function voteView(row: SqlRow): VoteView {
  return {
    organisation: String(row['organisation']),
    member: String(row['member']),
    vote: row['vote'] === 'yes' ? 'yes' : 'no',
    height: Number(row['height']),
    time: Number(row['time']),
  };
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null || !(field in value)) return {};
  return (value as Readonly<Record<string, unknown>>)[field];
}

export const proposalRoutes: readonly RouteDefinition[] = [
  listProposals,
  readProposal,
  listVotes,
  readGovernance,
];
