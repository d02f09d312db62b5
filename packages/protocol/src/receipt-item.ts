import { decodeCbor, equalBytes } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { HASH_BYTES } from '@hefu/crypto/algorithm';
import type { HashName } from '@hefu/crypto/algorithm';
import { hashParts } from '@hefu/crypto/hash';
import { rootFromInclusion } from '@hefu/merkle';
import { fieldsOf } from './content.ts';
import type { ReceiptItem } from './receipt-document.ts';
import { treeHasher } from './suite-hasher.ts';

/**
 * A batch: items that travel beside one statement. The statement's arguments hold the root of the
 * RFC 9162 tree over the items' CBOR, under the chain's hash, and their count, as `root` and `count`.
 */
export interface BatchClaim {
  readonly root: Uint8Array;
  readonly count: number;
}

/** The batch that a call's arguments name; undefined when they name none. */
export function batchOf(args: CborValue): BatchClaim | undefined {
  const { root, count } = fieldsOf(args) ?? {};
  if (!(root instanceof Uint8Array) || root.length !== HASH_BYTES) return undefined;
  return typeof count === 'number' && count > 0 ? { root, count } : undefined;
}

/** Whether the item is at its place in the batch. */
export function isItemOf(hashName: HashName, item: ReceiptItem, batch: BatchClaim): boolean {
  const hasher = treeHasher(hashName);
  const root = rootFromInclusion({
    hasher,
    index: item.index,
    size: batch.count,
    leafHash: hasher.leaf(leafEntry(hashName, item)),
    path: item.path,
  });
  return root !== undefined && equalBytes(root, batch.root);
}

/** Bytes of a salt: nobody can try them out. */
export const SALT_BYTES = 32;

/**
 * H(salt ‖ body): what stands for private content on the ledger. Whoever has the content but not the salt cannot tell that
 * it is meant.
 */
export function saltedDigest(hashName: HashName, salt: Uint8Array, body: Uint8Array): Uint8Array {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`);
  return hashParts(hashName, salt, body);
}

function leafEntry(hashName: HashName, { item, salt }: ReceiptItem): Uint8Array {
  return salt === undefined ? item : saltedDigest(hashName, salt, item);
}

/** The item's value; undefined when its bytes are not one of the deterministic form. */
export function itemValue(item: ReceiptItem): CborValue | undefined {
  const decoded = decodeCbor(item.item, { maps: 'object' });
  return decoded.ok ? decoded.value : undefined;
}
