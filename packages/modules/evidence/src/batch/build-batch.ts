import type { HashName } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { buildTree } from '@hefu/merkle';
import type { Item } from '../item/item.ts';
import { encodeBundle, indexBundle, itemBytes } from './bundle.ts';
import { batchHasher, leafHashes } from './leaf-hashes.ts';

/** A batch: what its statement names, what travels beside, and a path for each item's receipt. */
export interface Batch {
  /** RFC 9162 root over the items' CBOR under the chain's hash. */
  readonly root: Uint8Array;
  readonly count: number;
  readonly bundle: Uint8Array;
  /** The bundle's digest under the chain's hash: the attachment's name. */
  readonly digest: Uint8Array;
  /** CBOR of item `index`, as its receipt carries it. */
  item(index: number): Uint8Array;
  /** Inclusion path of item `index`, nearest sibling first. Throws RangeError when there is none. */
  path(index: number): Uint8Array[];
}

/**
 * Makes a batch of 1 to 100,000 items. Throws RangeError for more or none, TypeError for what is no
 * item (check what comes from outside with `checkItem`).
 */
export function buildBatch(items: readonly Item[], hashName: HashName): Batch {
  return batchOfBundle(encodeBundle(items), hashName);
}

/** The batch of a bundle that was made before. Throws RangeError when it is malformed. */
export function batchOfBundle(bundle: Uint8Array, hashName: HashName): Batch {
  const places = indexBundle(bundle);
  if (!places.ok) throw new RangeError(`${places.code} at item ${places.item}`);
  const hasher = batchHasher(hashName);
  const tree = buildTree(hasher, leafHashes(hasher, bundle, places));
  return {
    root: tree.root,
    count: places.count,
    bundle,
    digest: hash(hashName, bundle),
    item: (index) => itemBytes(bundle, places, index).slice(),
    path: (index) => tree.path(index),
  };
}
