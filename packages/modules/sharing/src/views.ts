import { text, timeMs } from '@hefu/contract/schema';
import * as z from 'zod';
import { erasureRecordSchema, grantRecordSchema } from './args.ts';

/**
 * How a grant stands, as far as the ledger says: a grant with an end is `open` here after it too, since when it is now is for
 * who asks to say.
 */
export const GRANT_STATES = ['open', 'revoked', 'erased'] as const;

/** A grant as it is listed: its record, its id, and how it stands for who asks. */
export const grantViewSchema = z.strictObject({
  id: text.hex32(),
  state: z.enum(GRANT_STATES),
  ...grantRecordSchema.shape,
  /** When the granter has recorded that the object was erased, if who asks may know. */
  erased: z.strictObject({ time: timeMs(), height: z.int() }).optional(),
});
export type GrantView = z.output<typeof grantViewSchema>;

export const grantPageSchema = z.strictObject({
  items: z.array(grantViewSchema),
  nextCursor: z.string().nullable(),
});

/** An erasure as it is listed: its record, and the statement whose receipt proves it. */
export const erasureViewSchema = z.strictObject({
  statement: text.hex32(),
  ...erasureRecordSchema.shape,
});
export type ErasureView = z.output<typeof erasureViewSchema>;

export const erasurePageSchema = z.strictObject({
  items: z.array(erasureViewSchema),
  nextCursor: z.string().nullable(),
});
