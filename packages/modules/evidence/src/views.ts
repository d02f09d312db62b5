import { toHex } from '@hefu/bytes';
import { text } from '@hefu/contract/schema';
import * as z from 'zod';
import type { Item } from './item/item.ts';

/** An item as JSON: digests in hex, the rest as it is. */
export const itemJsonSchema = z.strictObject({
  kind: z.enum(['file', 'text', 'digest']),
  sha256: text.hex32().optional(),
  sm3: text.hex32().optional(),
  size: z.int().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  case: z.string().optional(),
  mediaType: z.string().optional(),
  claimed: z.int().optional(),
});
export type ItemJson = z.output<typeof itemJsonSchema>;

/** What kinds of deposits there are. */
export const DEPOSIT_TYPES = ['single', 'batch', 'private'] as const;

/** A deposit as JSON. */
export const depositJsonSchema = z.strictObject({
  id: text.hex32(),
  type: z.enum(DEPOSIT_TYPES),
  height: z.int(),
  /** Time of its block, milliseconds UTC. */
  time: z.int(),
  depositor: z.string(),
  organisation: z.string(),
  readers: z.union([z.enum(['public', 'consortium']), z.array(z.string())]),
  case: z.string().optional(),
  title: z.string().optional(),
  /** Items in it; 1 for a single deposit. */
  count: z.int(),
  /** Root of the items' tree; of a batch only. */
  root: text.hex32().optional(),
  attachment: z.strictObject({ digest: text.hex32(), size: z.int() }).optional(),
  /** Whether the items can be read here; false while a batch's bundle has not come yet. */
  itemsHere: z.boolean(),
});
export type DepositJson = z.output<typeof depositJsonSchema>;

/** A deposit; with a single one's item, or the item that was asked for by its digest. */
export const foundJsonSchema = depositJsonSchema.extend({
  index: z.int().optional(),
  item: itemJsonSchema.optional(),
});
export type FoundJson = z.output<typeof foundJsonSchema>;

/** An item as JSON. */
export function itemJson(item: Item): ItemJson {
  const { sha256, sm3, ...rest } = item;
  return {
    ...rest,
    ...(sha256 === undefined ? {} : { sha256: toHex(sha256) }),
    ...(sm3 === undefined ? {} : { sm3: toHex(sm3) }),
  };
}
