import { readU64be, u64be } from '@hefu/bytes';
import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import { half, isOdd } from './sizes.ts';
import { emptyRoot } from './tree.ts';

const SIZE_BYTES = 8;

/** Called with each whole subtree of two leaves or more that an append completes, lowest first. */
export type OnSubtree = (level: number, hash: Uint8Array) => void;

/**
 * The right edge of a log: the roots of its largest whole subtrees, one for each one-bit of its
 * size. Enough to append and to know the root; at most 53 hashes whatever the size.
 */
export class LogFrontier {
  readonly #hasher: Hasher;
  /** Largest subtree first. */
  readonly #edge: Uint8Array[];
  #size: number;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
    this.#edge = [];
    this.#size = 0;
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** Appends one leaf hash. Throws RangeError when it is not 32 bytes. */
  append(leafHash: Uint8Array, onSubtree?: OnSubtree): void {
    if (leafHash.length !== HASH_BYTES) {
      throw new RangeError(`a leaf hash of ${leafHash.length} bytes, not 32`);
    }
    let hash = leafHash;
    let level = 0;
    for (let rest = this.#size; isOdd(rest); rest = half(rest)) {
      hash = this.#hasher.node(this.#edge.pop() as Uint8Array, hash);
      level++;
      onSubtree?.(level, hash);
    }
    this.#edge.push(hash);
    this.#size++;
  }

  /** Appends leaf hashes in order. */
  appendMany(leafHashes: readonly Uint8Array[]): void {
    for (const leafHash of leafHashes) this.append(leafHash);
  }

  /** Merkle tree hash of all leaves so far (RFC 9162 §2.1.1). */
  root(): Uint8Array {
    let root = this.#edge.at(-1);
    if (root === undefined) return emptyRoot(this.#hasher);
    for (let i = this.#edge.length - 2; i >= 0; i--) {
      root = this.#hasher.node(this.#edge[i] as Uint8Array, root);
    }
    return root;
  }

  /** A frontier that goes on from here on its own. */
  clone(): LogFrontier {
    const copy = new LogFrontier(this.#hasher);
    copy.#edge.push(...this.#edge);
    copy.#size = this.#size;
    return copy;
  }

  /** Size (u64 BE), then the hashes, largest subtree first. */
  serialise(): Uint8Array {
    const bytes = new Uint8Array(SIZE_BYTES + HASH_BYTES * this.#edge.length);
    bytes.set(u64be(this.#size));
    for (const [i, hash] of this.#edge.entries()) bytes.set(hash, SIZE_BYTES + HASH_BYTES * i);
    return bytes;
  }

  /** Reads what {@link serialise} wrote; undefined when the length does not belong to the size. */
  static deserialise(hasher: Hasher, bytes: Uint8Array): LogFrontier | undefined {
    const size = readU64be(bytes);
    if (size === undefined) return undefined;
    let count = 0;
    for (let rest = size; rest > 0; rest = half(rest)) if (isOdd(rest)) count++;
    if (bytes.length !== SIZE_BYTES + HASH_BYTES * count) return undefined;
    const frontier = new LogFrontier(hasher);
    for (let i = 0; i < count; i++) {
      const start = SIZE_BYTES + HASH_BYTES * i;
      frontier.#edge.push(bytes.slice(start, start + HASH_BYTES));
    }
    frontier.#size = size;
    return frontier;
  }
}
