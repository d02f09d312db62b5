import { concatBytes, equalBytes, toBase64, toHex } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import { createHasher } from '@hefu/crypto/hash';
import { randomBytes } from '@hefu/crypto/random';
import { buildTree } from '@hefu/merkle';
import { SALT_BYTES, saltedDigest } from '@hefu/protocol';
import { batchHasher } from '../batch/leaf-hashes.ts';
import { BATCH_ITEMS_MAX } from '../batch/limits.ts';
import { decodeItem } from '../item/check-item.ts';
import { encodeItem } from '../item/encode-item.ts';
import type { Item } from '../item/item.ts';

/**
 * A private item at home: salt ‖ CBOR of the item. Kept as these bytes in the vault, its object is named by the digest
 * H(salt ‖ item), which is all that the ledger has of it; with the object, salt and item are erased together.
 */
export interface PrivateRecord {
  /** H(salt ‖ item) under the chain's hash: the vault object's name, and the entry of the leaf. */
  readonly digest: Uint8Array;
  /** What is kept in the vault. */
  readonly object: Uint8Array;
  readonly salt: Uint8Array;
  /** CBOR of the item. */
  readonly item: Uint8Array;
}

/** Private items under one signature. */
export interface PrivateBatch {
  /** RFC 9162 root over the records' digests under the chain's hash. */
  readonly root: Uint8Array;
  readonly count: number;
  readonly records: readonly PrivateRecord[];
  /** Inclusion path of record `index`, nearest sibling first. Throws RangeError when there is none. */
  path(index: number): Uint8Array[];
}

/** A new salt, 32 random bytes. */
export function createSalt(): Uint8Array {
  return randomBytes(SALT_BYTES);
}

/** The record of an item. Throws RangeError for a salt of another size, TypeError for what is no item. */
export function privateRecord(
  item: Item,
  hashName: HashName,
  salt: Uint8Array = createSalt(),
): PrivateRecord {
  const bytes = encodeItem(item);
  return recordOf(bytes, salt, hashName);
}

/** What an object of the vault holds, when it is a private record. */
export type PrivateRecordVerdict =
  | { readonly ok: true; readonly record: PrivateRecord; readonly item: Item }
  | { readonly ok: false; readonly code: 'record-malformed' | 'record-mismatch' };

/** Reads a record, and compares it with its digest when that is given. Never throws on any bytes. */
export function openPrivateRecord(
  object: Uint8Array,
  hashName: HashName,
  digest?: Uint8Array,
): PrivateRecordVerdict {
  if (object.length <= SALT_BYTES) return { ok: false, code: 'record-malformed' };
  const bytes = object.slice(SALT_BYTES);
  const verdict = decodeItem(bytes);
  if (!verdict.ok) return { ok: false, code: 'record-malformed' };
  const record = recordOf(bytes, object.slice(0, SALT_BYTES), hashName);
  if (digest !== undefined && !equalBytes(digest, record.digest)) {
    return { ok: false, code: 'record-mismatch' };
  }
  return { ok: true, record, item: verdict.item };
}

/** Puts 1 to 100,000 records under one root. Throws RangeError for more or none. */
export function buildPrivateBatch(
  records: readonly PrivateRecord[],
  hashName: HashName,
): PrivateBatch {
  if (records.length === 0 || records.length > BATCH_ITEMS_MAX) {
    throw new RangeError(`a batch has 1 to ${BATCH_ITEMS_MAX} items`);
  }
  const hasher = batchHasher(hashName);
  const tree = buildTree(
    hasher,
    records.map(({ digest }) => hasher.leaf(digest)),
  );
  return {
    root: tree.root,
    count: records.length,
    records,
    path: (index) => tree.path(index),
  };
}

/** The receipt (`hefu-receipt/1`) of one private item, from the one of its statement; it shows the salt to whoever has it. */
export function privateItemReceipt(
  statementReceipt: object,
  batch: PrivateBatch,
  index: number,
): object {
  const record = batch.records[index];
  if (record === undefined) throw new RangeError(`there is no item ${index}`);
  return {
    ...statementReceipt,
    item: toBase64(record.item),
    itemSalt: toHex(record.salt),
    itemIndex: index,
    itemPath: batch.path(index).map(toHex),
  };
}

/**
 * Names private content as the vault keeps it, salt first: the digest of salt ‖ content, taken in parts. An object under
 * this name tells nobody what it holds, unlike one under the content's own digest.
 */
export function createSaltedDigester(
  hashName: HashName,
  salt: Uint8Array,
): { update(part: Uint8Array): void; digest(): Uint8Array } {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`);
  const hasher = createHasher(hashName);
  hasher.update(salt);
  return {
    update(part) {
      hasher.update(part);
    },
    digest: () => hasher.digest(),
  };
}

function recordOf(item: Uint8Array, salt: Uint8Array, hashName: HashName): PrivateRecord {
  return {
    digest: saltedDigest(hashName, salt, item),
    object: concatBytes(salt, item),
    salt,
    item,
  };
}
