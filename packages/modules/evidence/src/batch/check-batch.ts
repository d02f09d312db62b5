import { equalBytes } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import type { SchemaFault } from '@hefu/contract/schema';
import { buildTree } from '@hefu/merkle';
import { decodeItem, itemFault } from '../item/check-item.ts';
import type { Item } from '../item/item.ts';
import { indexBundle, itemBytes } from './bundle.ts';
import { batchHasher, leafHashes } from './leaf-hashes.ts';

/** Why a bundle is not the batch that a statement names. */
export interface BatchFault {
  readonly ok: false;
  readonly code:
    | 'bundle-malformed'
    | 'bundle-too-large'
    | 'item-not-canonical'
    | 'item-invalid'
    | 'count-mismatch'
    | 'root-mismatch';
  /** The item at fault. */
  readonly item?: number;
  readonly errors?: readonly SchemaFault[];
}

/** A batch that holds, or why it does not. */
export type BatchVerdict =
  | { readonly ok: true; readonly count: number; readonly root: Uint8Array }
  | BatchFault;

/**
 * Whether a bundle is the batch of this root and count: every item decoded and right, their count,
 * and the root of their tree. Never throws on any bytes.
 */
export function checkBatch(
  bundle: Uint8Array,
  claim: { readonly root: Uint8Array; readonly count: number },
  hashName: HashName,
): BatchVerdict {
  const places = indexBundle(bundle);
  if (!places.ok) return places;
  if (places.count !== claim.count) return { ok: false, code: 'count-mismatch' };
  for (let item = 0; item < places.count; item++) {
    const fault = itemFault(itemBytes(bundle, places, item));
    if (fault === undefined) continue;
    const errors = fault.code === 'item-invalid' ? fault.data.errors : [];
    return { ok: false, code: fault.code, item, errors };
  }
  const hasher = batchHasher(hashName);
  const { root } = buildTree(hasher, leafHashes(hasher, bundle, places));
  if (!equalBytes(root, claim.root)) return { ok: false, code: 'root-mismatch' };
  return { ok: true, count: places.count, root };
}

/** The items of a bundle, or why it is none. Never throws on any bytes. */
export function decodeBundle(
  bundle: Uint8Array,
): { readonly ok: true; readonly items: readonly Item[] } | BatchFault {
  const places = indexBundle(bundle);
  if (!places.ok) return places;
  const items: Item[] = [];
  for (let i = 0; i < places.count; i++) {
    const verdict = decodeItem(itemBytes(bundle, places, i));
    if (!verdict.ok) {
      const errors = verdict.code === 'item-invalid' ? verdict.data.errors : [];
      return { ok: false, code: verdict.code, item: i, errors };
    }
    items.push(verdict.item);
  }
  return { ok: true, items };
}
