import { foundJsonSchema, itemJsonSchema } from '@hefu/module-evidence/api';
import * as z from 'zod';
import { clientProblem } from './problem.ts';
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
  /** base64. */
  entry: z.string(),
  /** base64; for readers. */
  statement: z.string().optional(),
});
export type StatementInfo = z.output<typeof statementInfoSchema>;

export const stateAnswerSchema = z.looseObject({
  height: z.number(),
  present: z.boolean(),
  /** base64 of deterministic CBOR. */
  valueBytes: z.string().optional(),
  proof: z
    .looseObject({
      /** base64 of the state proof. */
      state: z.string(),
      block: z.looseObject({
        entry: z.string(),
        index: z.number(),
        inclusion: z.array(z.string()),
      }),
      checkpoint: z.string(),
    })
    .optional(),
});
export type StateAnswer = z.output<typeof stateAnswerSchema>;

const foundSchema = z.looseObject({
  ...foundJsonSchema.shape,
  item: z.looseObject(itemJsonSchema.shape).optional(),
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

const vaultObjectSchema = z.looseObject({
  digest: z.string(),
  /** What it takes in the storage, encrypted. */
  storedBytes: z.number(),
});
export type VaultObject = z.output<typeof vaultObjectSchema>;
export const vaultPageSchema = z.looseObject({
  items: z.array(vaultObjectSchema),
  nextCursor: z.string().nullable(),
});

export const vaultUsageSchema = z.looseObject({
  usedBytes: z.number(),
  /** Null sets no limit. */
  quotaBytes: z.number().nullable(),
  freeBytes: z.number().nullable(),
  objectBytesMax: z.number(),
  own: z.looseObject({ usedBytes: z.number() }),
  granted: z.array(
    z.looseObject({
      granter: z.string(),
      usedBytes: z.number(),
      quotaBytes: z.number().nullable(),
    }),
  ),
});
export type VaultUsage = z.output<typeof vaultUsageSchema>;

export const erasedSchema = z.looseObject({
  object: z.string(),
  /** When its key was destroyed, milliseconds UTC. */
  erased: z.number(),
  /** The statement that records it; absent when the ledger had the record already. */
  statement: z.string().optional(),
});
export type ErasedObject = z.output<typeof erasedSchema>;

export const pulledSchema = z.looseObject({
  granter: z.string(),
  object: z.string(),
  size: z.number(),
  isNew: z.boolean(),
});
export type PulledObject = z.output<typeof pulledSchema>;

const pullCheckSchema = z.looseObject({
  grant: z.string(),
  /** `ok`, or the code of the problem that a pull ends with now. */
  code: z.string(),
});
export type PullCheck = z.output<typeof pullCheckSchema>;
export const pullChecksSchema = z.looseObject({ pulls: z.array(pullCheckSchema) });

/** The answer, when it has the form expected of it. Throws ProblemError `answer-not-understood`. */
export function understood<S extends z.ZodType>(
  schema: S,
  answer: unknown,
  path: string,
): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : ` at /${issue.path.join('/')}`;
  throw clientProblem('answer-not-understood', `${path} gave another form than expected${where}`);
}
