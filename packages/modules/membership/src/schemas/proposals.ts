import { text, timeMs } from '@hefu/contract/schema';
import * as z from 'zod';
import { actionsSchema, proposalStatusSchema, proposalTitleSchema } from './args.ts';

/** Least and most time from a proposal to its deadline: a minute, ninety days. */
export const PROPOSAL_AHEAD_MIN_MS: number = 60_000;
export const PROPOSAL_AHEAD_MAX_MS: number = 90 * 24 * 60 * 60 * 1000;
/** Open proposals of one organisation at a time. */
export const OPEN_PROPOSALS_MAX = 16;
/** Votes on one proposal: more than half of the organisations of a consortium of 999. */
export const VOTES_MAX = 500;

/** Why a proposal that had its votes could not be carried out. */
export const failureSchema = z.strictObject({
  /** Place of the action among the proposal's. */
  action: z.int().min(0),
  /** Its refusal. */
  code: text.kebabName(64),
});

/** `membership/proposals/<proposal id>` */
export const proposalRecordSchema = z.strictObject({
  /** Who made it. */
  organisation: text.organisationId(),
  member: text.memberId(),
  title: proposalTitleSchema,
  actions: actionsSchema,
  /** Height of the block that made it. */
  made: z.int().min(0),
  deadline: timeMs(),
  status: proposalStatusSchema,
  /** Height of the block that closed it; null while it is open. */
  closed: z.int().min(0).nullable(),
  failure: failureSchema.nullable(),
  /** The organisation that made it, while it is open: counts its open ones. */
  openFor: z.array(text.organisationId()).max(1),
});

/** `membership/ballots/<proposal id>`: one vote an organisation, by the admin who cast it last. */
export const ballotsRecordSchema = z.strictObject({
  votes: z.array(z.strictObject({ member: text.memberId(), yes: z.boolean() })).max(VOTES_MAX),
});

export type ProposalValue = z.infer<typeof proposalRecordSchema>;
export type Ballots = z.infer<typeof ballotsRecordSchema>['votes'];
