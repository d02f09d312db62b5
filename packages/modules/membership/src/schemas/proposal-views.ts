import * as z from 'zod';
import { proposalStatusSchema } from './args.ts';

/** A block; its time in milliseconds UTC. */
const place = z.object({ height: z.number(), time: z.number() });

export const proposalViewSchema = z.object({
  /** That of the statement that made it. */
  id: z.string(),
  organisation: z.string(),
  member: z.string(),
  title: z.string(),
  /** Keys as base64url. */
  actions: z.array(z.object({ method: z.string(), args: z.record(z.string(), z.unknown()) })),
  made: place,
  /** Milliseconds UTC. */
  deadline: z.number(),
  status: proposalStatusSchema,
  closed: place.nullable(),
  failure: z.object({ action: z.number(), code: z.string() }).nullable(),
  /** Organisations, those suspended since included. */
  votes: z.object({ yes: z.number(), no: z.number() }),
});

export const voteViewSchema = z.object({
  organisation: z.string(),
  /** Who cast it last. */
  member: z.string(),
  vote: z.enum(['yes', 'no']),
  height: z.number(),
  time: z.number(),
});

export const proposalPageSchema = z.object({
  items: z.array(proposalViewSchema),
  nextCursor: z.string().nullable(),
});
export const votePageSchema = z.object({
  items: z.array(voteViewSchema),
  nextCursor: z.string().nullable(),
});

export const governanceViewSchema = z.object({
  /** The governance policy in force. */
  policy: z.record(z.string(), z.unknown()),
  parameters: z.record(z.string(), z.number()),
  /** What is asked of methods besides what their contracts ask. */
  methods: z.array(
    z.object({
      contract: z.string(),
      method: z.string(),
      policy: z.record(z.string(), z.unknown()),
      from: z.number(),
    }),
  ),
});

export type ProposalView = z.infer<typeof proposalViewSchema>;
export type VoteView = z.infer<typeof voteViewSchema>;
export type GovernanceView = z.infer<typeof governanceViewSchema>;
