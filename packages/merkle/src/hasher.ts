/** Size of every digest here: SHA-256 and SM3 both give 32 bytes. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;
const STATE_LEAF_PREFIX = 0x02;
const STATE_NODE_PREFIX = 0x03;

/** Entries up to this size are hashed from a buffer that is kept; a log's own are far smaller. */
const SHORT_ENTRY_BYTES_MAX = 4096;

/**
 * The chain's hash: bytes of any length to 32 bytes that are the caller's to keep. It must be done
 * with its input when it returns, because the input may be a buffer that is used again.
 */
export type HashFunction = (bytes: Uint8Array) => Uint8Array;

/** {@link HashFunction} that writes the digest at `offset` of `target` instead of returning it. */
export type HashIntoFunction = (bytes: Uint8Array, target: Uint8Array, offset: number) => void;

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
  /** {@link node} of the two digests at `offset` of `digests`, written at `targetOffset` there. */
  nodeWithin(digests: Uint8Array, offset: number, targetOffset: number): void;
  /** {@link stateNode} of the two digests at `offset`, written at `targetOffset` of the same. */
  stateNodeWithin(digests: Uint8Array, offset: number, targetOffset: number): void;
}

/**
 * Makes a hasher of `hash`. One may be shared by any number of trees. `hashInto`, where the platform
 * has it, saves large trees an array for each digest.
 */
export function createHasher(hash: HashFunction, hashInto?: HashIntoFunction): Hasher {
  const into = hashInto ?? intoOf(hash);
  // Hashing is synchronous, so one buffer serves all calls and nothing is allocated but the digest.
  const pair = new Uint8Array(1 + 2 * HASH_BYTES);
  const short = new Uint8Array(1 + SHORT_ENTRY_BYTES_MAX);

  function pairHash(prefix: number, left: Uint8Array, right: Uint8Array): Uint8Array {
    if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) {
      throw new RangeError(`digests of ${left.length} and ${right.length} bytes, not 32`);
    }
    pair[0] = prefix;
    for (let i = 0; i < HASH_BYTES; i++) {
      pair[1 + i] = left[i] as number;
      pair[1 + HASH_BYTES + i] = right[i] as number;
    }
    return hash(pair);
  }

  // Without views of the two halves, which would cost a third of the hash itself (measured).
  function pairHashWithin(prefix: number, digests: Uint8Array, from: number, to: number): void {
    if (from + 2 * HASH_BYTES > digests.length) throw new RangeError('no two digests there');
    pair[0] = prefix;
    for (let i = 0; i < 2 * HASH_BYTES; i++) pair[1 + i] = digests[from + i] as number;
    into(pair, digests, to);
  }

  return {
    hash,
    leaf(entry) {
      const size = 1 + entry.length;
      const prefixed = size > short.length ? new Uint8Array(size) : short.subarray(0, size);
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
    nodeWithin(digests, offset, targetOffset) {
      pairHashWithin(NODE_PREFIX, digests, offset, targetOffset);
    },
    stateNodeWithin(digests, offset, targetOffset) {
      pairHashWithin(STATE_NODE_PREFIX, digests, offset, targetOffset);
    },
  };
}

function intoOf(hash: HashFunction): HashIntoFunction {
  return (bytes, target, offset) => {
    const digest = hash(bytes);
    for (let i = 0; i < HASH_BYTES; i++) target[offset + i] = digest[i] as number;
  };
}
