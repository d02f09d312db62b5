import { bytes, readersSchema, text } from '@hefu/contract/schema';
import * as z from 'zod';
import { BATCH_ITEMS_MAX, BUNDLE_BYTES_MAX } from './batch/limits.ts';
import { ITEM_CASE_LENGTH_MAX, ITEM_TITLE_LENGTH_MAX, itemSchema } from './item/item.ts';

/** Name of the contract. */
export const EVIDENCE_CONTRACT = 'evidence';
/** Method that deposits one item. */
export const DEPOSIT_METHOD = 'deposit';
/** Method that deposits a batch. */
export const DEPOSIT_BATCH_METHOD = 'depositBatch';

/** Method that deposits private items. */
export const DEPOSIT_PRIVATE_METHOD = 'depositPrivate';
/** Organisations that a private deposit names. */
export const PRIVATE_READERS_MAX = 64;

/** What a statement says of the bundle that travels beside it. */
export const attachmentSchema = z.strictObject({
  /** Digest of the bundle under the chain's hash. */
  digest: bytes({ length: 32 }),
  /** Bytes. */
  size: z.int().min(1).max(BUNDLE_BYTES_MAX),
});

/** Arguments of `deposit`. */
export const depositArgsSchema = z.strictObject({ item: itemSchema, readers: readersSchema() });

/** Arguments of `depositBatch`. `case` and `title` are the batch's; items have their own. */
export const depositBatchArgsSchema = z.strictObject({
  /** RFC 9162 root over the items' CBOR under the chain's hash. */
  root: bytes({ length: 32 }),
  count: z.int().min(1).max(BATCH_ITEMS_MAX),
  attachment: attachmentSchema,
  case: text.line(ITEM_CASE_LENGTH_MAX).optional(),
  title: text.line(ITEM_TITLE_LENGTH_MAX).optional(),
  readers: readersSchema(),
});

/** Arguments of `depositPrivate`: what the items are stays off the ledger, so there is no case and no title. */
export const depositPrivateArgsSchema = z.strictObject({
  /** RFC 9162 root over the 32-byte digests H(salt ‖ item) under the chain's hash. */
  root: bytes({ length: 32 }),
  count: z.int().min(1).max(BATCH_ITEMS_MAX),
  /** Organisations that may know of the deposit; among them the depositor's. */
  readers: z.array(text.organisationId()).min(1).max(PRIVATE_READERS_MAX),
});

/** What all methods give back: the deposit's id, which is the statement's, in hex. */
export const depositOutputSchema = z.strictObject({ deposit: text.hex32() });

export type DepositArgs = z.output<typeof depositArgsSchema>;
export type DepositBatchArgs = z.output<typeof depositBatchArgsSchema>;
export type DepositPrivateArgs = z.output<typeof depositPrivateArgsSchema>;
export type DepositOutput = z.output<typeof depositOutputSchema>;
/** Who may read a deposit: everyone, every organisation, or those named. */
export type DepositReaders = DepositArgs['readers'];
