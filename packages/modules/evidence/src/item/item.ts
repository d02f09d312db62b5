import { bytes, text, timeMs } from '@hefu/contract/schema';
import * as z from 'zod';

/** Longest name of a file, in UTF-16 code units: what file systems take. */
export const ITEM_NAME_LENGTH_MAX = 255;
/** Longest title. */
export const ITEM_TITLE_LENGTH_MAX = 200;
/** Longest case reference: with three UTF-8 bytes a letter it still fits an index. */
export const ITEM_CASE_LENGTH_MAX = 64;
/** Longest media type (RFC 6838 §4.2 allows 127 for each half; no registered one comes near). */
export const ITEM_MEDIA_TYPE_LENGTH_MAX = 127;

const digest = bytes({ length: 32 });

/** What every kind of item may say besides. */
const described = {
  /** Bytes of the content. */
  size: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  name: text.line(ITEM_NAME_LENGTH_MAX).optional(),
  title: text.line(ITEM_TITLE_LENGTH_MAX).optional(),
  /** Reference of a case, order or project that it belongs to. */
  case: text.line(ITEM_CASE_LENGTH_MAX).optional(),
  mediaType: text.mediaType().max(ITEM_MEDIA_TYPE_LENGTH_MAX).optional(),
  /** When the depositor says it was made, milliseconds UTC. A claim; the deposit's time is proven. */
  claimed: timeMs().optional(),
};

/**
 * One piece of evidence. A file or a text was there to be hashed, so it has both digests; of a bare
 * digest there is at least one ({@link hasDigest}), whatever its owner has.
 */
export const itemSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), sha256: digest, sm3: digest, ...described }),
  z.strictObject({ kind: z.literal('text'), sha256: digest, sm3: digest, ...described }),
  z.strictObject({
    kind: z.literal('digest'),
    sha256: digest.optional(),
    sm3: digest.optional(),
    ...described,
  }),
]);

/** One piece of evidence. */
export type Item = z.output<typeof itemSchema>;

/** Whether the item names its content by any digest; the schema can't ask for one of two. */
export function hasDigest(item: Item): boolean {
  return item.sha256 !== undefined || item.sm3 !== undefined;
}
