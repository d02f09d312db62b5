export {
  attachmentSchema,
  DEPOSIT_BATCH_METHOD,
  DEPOSIT_METHOD,
  DEPOSIT_PRIVATE_METHOD,
  depositArgsSchema,
  depositBatchArgsSchema,
  depositOutputSchema,
  depositPrivateArgsSchema,
  EVIDENCE_CONTRACT,
  PRIVATE_READERS_MAX,
} from './args.ts';
export type {
  DepositArgs,
  DepositBatchArgs,
  DepositOutput,
  DepositPrivateArgs,
  DepositReaders,
} from './args.ts';
export { batchOfBundle, buildBatch } from './batch/build-batch.ts';
export type { Batch } from './batch/build-batch.ts';
export { encodeBundle, indexBundle, itemBytes } from './batch/bundle.ts';
export type { BundleIndex, BundleVerdict } from './batch/bundle.ts';
export { checkBatch, decodeBundle } from './batch/check-batch.ts';
export type { BatchFault, BatchVerdict } from './batch/check-batch.ts';
export { BATCH_ITEMS_MAX, BUNDLE_BYTES_MAX } from './batch/limits.ts';
export { checkItem, decodeItem, itemFault } from './item/check-item.ts';
export type { ItemVerdict } from './item/check-item.ts';
export { createContentDigester, digestText } from './item/digest-content.ts';
export type { ContentDigester, FileDigests } from './item/digest-content.ts';
export { encodeItem } from './item/encode-item.ts';
export { ITEM_BYTES_MAX } from './item/fields.ts';
export {
  hasDigest,
  ITEM_CASE_LENGTH_MAX,
  ITEM_MEDIA_TYPE_LENGTH_MAX,
  ITEM_NAME_LENGTH_MAX,
  ITEM_TITLE_LENGTH_MAX,
  itemSchema,
} from './item/item.ts';
export type { Item } from './item/item.ts';
export { itemReceipt } from './receipts/item-receipt.ts';
export {
  buildPrivateBatch,
  createSalt,
  createSaltedDigester,
  openPrivateRecord,
  privateItemReceipt,
  privateRecord,
} from './private/private-record.ts';
export type {
  PrivateBatch,
  PrivateRecord,
  PrivateRecordVerdict,
} from './private/private-record.ts';
export { depositJsonSchema, foundJsonSchema, itemJson, itemJsonSchema } from './views.ts';
export type { DepositJson, FoundJson, ItemJson } from './views.ts';
