import { decodeCbor } from '@hefu/bytes';
import { compileValidator, extractSchema } from '@hefu/contract/schema';
import type { ItemFault, SchemaFault } from '@hefu/contract/schema';
import { fitsItem } from './fits-item.ts';
import { hasDigest, itemSchema } from './item.ts';
import type { Item } from './item.ts';

/** An item, or its faults with pointers (RFC 6901) to the fields. */
export type ItemVerdict =
  | { readonly ok: true; readonly item: Item }
  | ({ readonly ok: false } & ItemFault);

const validate = compileValidator(extractSchema(itemSchema, 'item'));

/** What an item without any digest lacks: one of these. */
const NO_DIGEST: readonly SchemaFault[] = [
  { pointer: '/sha256', code: 'missing' },
  { pointer: '/sm3', code: 'missing' },
];

function valueFault(value: unknown): ItemFault | undefined {
  const verdict = validate(value);
  if (!verdict.ok) return { code: 'item-invalid', data: { errors: verdict.errors } };
  return hasDigest(value as Item)
    ? undefined
    : { code: 'item-invalid', data: { errors: NO_DIGEST } };
}

/** Whether a value is an item; every fault named with its pointer. */
export function checkItem(value: unknown): ItemVerdict {
  const fault = valueFault(value);
  return fault === undefined ? { ok: true, item: value as Item } : { ok: false, ...fault };
}

/**
 * The item of these bytes: the one deterministic form (`item-not-canonical` for any other) of a
 * right item (`item-invalid`). Never throws.
 */
export function decodeItem(bytes: Uint8Array): ItemVerdict {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  return decoded.ok ? checkItem(decoded.value) : { ok: false, code: 'item-not-canonical' };
}

/**
 * The fault of an item's bytes; undefined when there is none. The same decision as
 * {@link decodeItem} at a fraction of the cost for right items: only what does not fit is decoded.
 */
export function itemFault(bytes: Uint8Array): ItemFault | undefined {
  if (fitsItem(bytes, 0, bytes.length)) return undefined;
  const decoded = decodeCbor(bytes, { maps: 'object', views: true });
  return decoded.ok ? valueFault(decoded.value) : { code: 'item-not-canonical' };
}
