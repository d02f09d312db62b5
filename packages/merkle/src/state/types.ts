import { HASH_BYTES } from '../hasher.ts';

/**
 * One state of the tree: its root hash, and the version of the block that made it, under which its
 * root record is stored. A block that changes nothing leaves it as it was.
 */
export interface StateRoot {
  readonly version: number;
  /** 32 bytes; 32 zero bytes for the empty tree. */
  readonly hash: Uint8Array;
}

/** What one block does to one key. A null value removes the key. */
export interface StateWrite {
  /** Hash of the key, 32 bytes. */
  readonly keyHash: Uint8Array;
  readonly value: Uint8Array | null;
}

/** A key that the tree holds. */
export interface StateLeaf {
  readonly keyHash: Uint8Array;
  readonly value: Uint8Array;
}

/** Reads a stored record by its key. The bytes must stay as they are after the next read. */
export type NodeReader = (key: Uint8Array) => Uint8Array | undefined;

/** A record's key and bytes. */
export type NodePut = readonly [key: Uint8Array, bytes: Uint8Array];

/** Stands for a subtree without leaves. No preimage of it is known under any hash we use. */
export const EMPTY_SUBTREE: Uint8Array = new Uint8Array(HASH_BYTES);

/** The tree without leaves, before the first block. */
export const EMPTY_STATE_ROOT: StateRoot = Object.freeze({ version: 0, hash: EMPTY_SUBTREE });

export function isEmptySubtree(hash: Uint8Array): boolean {
  return hash.every((byte) => byte === 0);
}

/**
 * A record that the tree needs is not in the store, or is not one. Either the store is damaged or
 * the version was pruned; callers check their horizon first.
 */
export class StateTreeError extends Error {
  override readonly name: string = 'StateTreeError';
  readonly code: 'state-node-missing' | 'state-node-malformed';
  readonly key: Uint8Array;

  constructor(code: 'state-node-missing' | 'state-node-malformed', key: Uint8Array) {
    super(code);
    this.code = code;
    this.key = key;
  }
}
