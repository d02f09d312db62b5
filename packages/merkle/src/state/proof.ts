import { concatBytes, decodeCbor, encodeCbor, equalBytes } from '@hefu/bytes';
import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import { EMPTY_SUBTREE, isEmptySubtree } from './types.ts';

/** Bits of a key hash: the longest way from the root. */
export const STATE_PROOF_SIBLINGS_MAX: number = 8 * HASH_BYTES;

/**
 * The way from the root towards a key. Without a leaf the way ends in an empty subtree; with a leaf
 * of another key, in a subtree that holds only that one; both prove absence.
 */
export interface StateProof {
  /** Subtrees beside the way, nearest to the root first; 32 zero bytes for an empty one. */
  readonly siblings: readonly Uint8Array[];
  readonly leaf?: { readonly keyHash: Uint8Array; readonly valueHash: Uint8Array };
}

export interface StateProofClaim {
  readonly hasher: Hasher;
  readonly root: Uint8Array;
  readonly keyHash: Uint8Array;
  /** H(value), or null to claim that the key has none. */
  readonly valueHash: Uint8Array | null;
  readonly proof: StateProof;
}

/**
 * Whether the state with `root` holds, under `keyHash`, a value with `valueHash`, or nothing when
 * that is null. False for any fault of form. Never throws.
 */
export function verifyStateProof(claim: StateProofClaim): boolean {
  const { hasher, root, keyHash, valueHash, proof } = claim;
  const { siblings, leaf } = proof;
  if (root.length !== HASH_BYTES || keyHash.length !== HASH_BYTES) return false;
  if (siblings.length > STATE_PROOF_SIBLINGS_MAX) return false;
  if (siblings.some((sibling) => sibling.length !== HASH_BYTES)) return false;
  const deepest = siblings.at(-1);
  // Beside an empty subtree a single leaf, or none, would have been folded into the one above.
  if (deepest !== undefined && isEmptySubtree(deepest)) return false;
  if (leaf !== undefined) {
    if (leaf.keyHash.length !== HASH_BYTES || leaf.valueHash.length !== HASH_BYTES) return false;
    if (!sharesBits(leaf.keyHash, keyHash, siblings.length)) return false;
  }
  const holdsKey = leaf !== undefined && equalBytes(leaf.keyHash, keyHash);
  if (valueHash === null ? holdsKey : !holdsKey) return false;
  if (valueHash !== null && !equalBytes(leaf?.valueHash ?? EMPTY_SUBTREE, valueHash)) return false;
  return equalBytes(rootOfWay(hasher, keyHash, proof), root);
}

function rootOfWay(hasher: Hasher, keyHash: Uint8Array, proof: StateProof): Uint8Array {
  const { siblings, leaf } = proof;
  let hash = leaf === undefined ? EMPTY_SUBTREE : hasher.stateLeaf(leaf.keyHash, leaf.valueHash);
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] as Uint8Array;
    hash =
      bitAt(keyHash, depth) === 0
        ? hasher.stateNode(hash, sibling)
        : hasher.stateNode(sibling, hash);
  }
  return hash;
}

/** Bit of a key hash, most significant first. */
function bitAt(keyHash: Uint8Array, index: number): number {
  return ((keyHash[index >> 3] as number) >> (7 - (index & 7))) & 1;
}

function sharesBits(a: Uint8Array, b: Uint8Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (bitAt(a, i) !== bitAt(b, i)) return false;
  return true;
}

/** A proof, or that the bytes are none. */
export type DecodedStateProof =
  | { readonly ok: true; readonly proof: StateProof }
  | { readonly ok: false; readonly code: 'state-proof-malformed' };

const MALFORMED: DecodedStateProof = { ok: false, code: 'state-proof-malformed' };

/**
 * Deterministic CBOR: [count of siblings, bitmap of those that are not empty (first sibling in the
 * highest bit), those siblings joined, [keyHash, valueHash] or null].
 */
export function encodeStateProof(proof: StateProof): Uint8Array {
  const { siblings, leaf } = proof;
  const bitmap = new Uint8Array((siblings.length + 7) >> 3);
  const present: Uint8Array[] = [];
  for (const [i, sibling] of siblings.entries()) {
    if (isEmptySubtree(sibling)) continue;
    bitmap[i >> 3] = (bitmap[i >> 3] as number) | (0x80 >> (i & 7));
    present.push(sibling);
  }
  const end = leaf === undefined ? null : [leaf.keyHash, leaf.valueHash];
  return encodeCbor([siblings.length, bitmap, concatBytes(...present), end]);
}

/** Reads what {@link encodeStateProof} writes, and nothing else. Never throws. */
export function decodeStateProof(bytes: Uint8Array): DecodedStateProof {
  const decoded = decodeCbor(bytes, { maps: 'map' });
  if (!decoded.ok || !Array.isArray(decoded.value) || decoded.value.length !== 4) return MALFORMED;
  const [count, bitmap, joined, end] = decoded.value as readonly unknown[];
  if (typeof count !== 'number' || !(count >= 0 && count <= STATE_PROOF_SIBLINGS_MAX)) {
    return MALFORMED;
  }
  if (!(bitmap instanceof Uint8Array) || !(joined instanceof Uint8Array)) return MALFORMED;
  const siblings = splitSiblings(count, bitmap, joined);
  if (siblings === undefined) return MALFORMED;
  if (end === null) return { ok: true, proof: { siblings } };
  if (!Array.isArray(end) || end.length !== 2) return MALFORMED;
  const [keyHash, valueHash] = end as readonly unknown[];
  if (!isHash(keyHash) || !isHash(valueHash)) return MALFORMED;
  return { ok: true, proof: { siblings, leaf: { keyHash, valueHash } } };
}

function splitSiblings(
  count: number,
  bitmap: Uint8Array,
  joined: Uint8Array,
): Uint8Array[] | undefined {
  if (bitmap.length !== (count + 7) >> 3) return undefined;
  const siblings: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < 8 * bitmap.length; i++) {
    const isPresent = bitAt(bitmap, i) === 1;
    if (i >= count) {
      if (isPresent) return undefined;
      continue;
    }
    if (!isPresent) {
      siblings.push(EMPTY_SUBTREE);
      continue;
    }
    const sibling = joined.slice(at, at + HASH_BYTES);
    if (sibling.length !== HASH_BYTES || isEmptySubtree(sibling)) return undefined;
    siblings.push(sibling);
    at += HASH_BYTES;
  }
  return at === joined.length ? siblings : undefined;
}

function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_BYTES;
}
