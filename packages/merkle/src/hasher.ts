/** Size of every digest here: SHA-256 and SM3 both give 32 bytes. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
const STATE_LEAF_PREFIX = 0x02;
const STATE_NODE_PREFIX = 0x03;

/**
 * The chain's hash: bytes of any length to 32 bytes that are the caller's to keep. It must be done
 * with its input when it returns, because the input may be a buffer that is used again.
 */
export type HashFunction = (bytes: Uint8Array) => Uint8Array;

/**
 * A hash with the prefixes that keep leaves and inner nodes of both trees apart. Returned digests
 * are new arrays of {@link HASH_BYTES}.
 */
export interface Hasher {
  /** H(bytes). */
  hash(bytes: Uint8Array): Uint8Array;
  /** Leaf of a log or batch tree: H(0x00 ‖ entry), RFC 9162 §2.1.1. */
  leaf(entry: Uint8Array): Uint8Array;
  /** Inner node of a log or batch tree: H(0x01 ‖ left ‖ right), RFC 9162 §2.1.1. */
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
  /** Leaf of the state tree: H(0x02 ‖ keyHash ‖ valueHash). */
  stateLeaf(keyHash: Uint8Array, valueHash: Uint8Array): Uint8Array;
  /** Inner node of the state tree: H(0x03 ‖ left ‖ right). */
  stateNode(left: Uint8Array, right: Uint8Array): Uint8Array;
}

/** Makes a hasher of `hash`. One may be shared by any number of trees. */
export function createHasher(hash: HashFunction): Hasher {
  // Hashing is synchronous, so one buffer serves all calls and nothing is allocated but the digest.
  const pair = new Uint8Array(1 + 2 * HASH_BYTES);

  function pairHash(prefix: number, left: Uint8Array, right: Uint8Array): Uint8Array {
    if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) {
      throw new RangeError(`digests of ${left.length} and ${right.length} bytes, not 32`);
    }
    pair[0] = prefix;
    pair.set(left, 1);
    pair.set(right, 1 + HASH_BYTES);
    return hash(pair);
  }

  return {
    hash,
    leaf(entry) {
      const prefixed = new Uint8Array(1 + entry.length);
      prefixed[0] = LEAF_PREFIX;
      prefixed.set(entry, 1);
      return hash(prefixed);
    },
    node(left, right) {
      return pairHash(NODE_PREFIX, left, right);
    },
    stateLeaf(keyHash, valueHash) {
      return pairHash(STATE_LEAF_PREFIX, keyHash, valueHash);
    },
    stateNode(left, right) {
      return pairHash(STATE_NODE_PREFIX, left, right);
    },
  };
}
