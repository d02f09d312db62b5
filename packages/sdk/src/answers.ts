import { z } from 'zod';
import type { Problem } from './problem.ts';

/** Answers of a node, as far as the client relies on them; what is new in them is let through. */

export const chainInfoSchema = z.looseObject({
  chain: z.string(),
  suite: z.enum(['international', 'gm']),
  slug: z.string(),
  /** The node's own organisation. */
  organisation: z.string(),
  height: z.number(),
  time: z.string(),
  size: z.number(),
  root: z.string(),
  stateRoot: z.string(),
  prunedHeight: z.number(),
  genesisDigest: z.string(),
  modules: z.array(z.looseObject({ name: z.string(), version: z.number() })),
  organisations: z.array(z.looseObject({ id: z.string(), name: z.string() })),
});
export type ChainInfo = z.output<typeof chainInfoSchema>;

export const committedSchema = z.looseObject({
  id: z.string(),
  status: z.literal('committed'),
  height: z.number(),
  /** Place of the entry in the log. */
  index: z.number(),
  /** `ok`, or the code with which the statement was refused in its block. */
  code: z.string(),
  data: z.unknown().optional(),
  duplicate: z.boolean().optional(),
});
export type Committed = z.output<typeof committedSchema>;

/** What became of one of several statements. */
export type SubmitResult =
  | ({ readonly ok: true } & Committed)
  | { readonly ok: false; readonly id?: string; readonly problem: Problem };

export const submitResultsSchema = z.looseObject({
  results: z.array(z.looseObject({ ok: z.boolean() })),
});

export const statementInfoSchema = z.looseObject({
  id: z.string(),
  height: z.number(),
  index: z.number(),
  time: z.string(),
  code: z.string(),
  readable: z.boolean(),
});
export type StatementInfo = z.output<typeof statementInfoSchema>;

export const stateValueSchema = z.looseObject({
  height: z.number(),
  present: z.boolean(),
  value: z.unknown().optional(),
});
export type StateValue = z.output<typeof stateValueSchema>;

const foundSchema = z.looseObject({
  id: z.string(),
  type: z.enum(['single', 'batch']),
  height: z.number(),
  time: z.number(),
  depositor: z.string(),
  organisation: z.string(),
  readers: z.union([z.string(), z.array(z.string())]),
  case: z.string().optional(),
  title: z.string().optional(),
  count: z.number(),
  index: z.number().optional(),
  item: z.looseObject({ kind: z.string(), name: z.string().optional() }).optional(),
});
/** A deposit, with the item that was asked for. */
export type FoundEvidence = z.output<typeof foundSchema>;

export const evidencePageSchema = z.looseObject({
  items: z.array(foundSchema),
  nextCursor: z.string().nullable(),
});
export type EvidencePage = z.output<typeof evidencePageSchema>;

export const objectPutSchema = z.looseObject({ digest: z.string(), size: z.number() });
export type ObjectPut = z.output<typeof objectPutSchema>;
