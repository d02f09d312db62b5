import type { StatePath } from './path.ts';

/** Values kept of each generation; two generations live, so at most twice as many are in memory. */
export const VALUE_CACHE_ENTRIES_MAX = 16_384;

/** A value as last committed; `bytes` is undefined where the state holds none. */
interface Cached {
  readonly bytes: Uint8Array | undefined;
}

/**
 * Recently read state values, so that records that every statement needs (signers, members) cost no walk through the
 * tree. Two generations instead of an exact LRU: a hit costs one look-up, and eviction drops a whole generation.
 */
export class ValueCache {
  #young = new Map<StatePath, Cached>();
  #old = new Map<StatePath, Cached>();

  /** The cached value, or undefined when the cache doesn't know the path. */
  get(path: StatePath): Cached | undefined {
    const young = this.#young.get(path);
    if (young !== undefined) return young;
    const old = this.#old.get(path);
    if (old !== undefined) this.#insert(path, old);
    return old;
  }

  /** Remembers what a read found. */
  remember(path: StatePath, bytes: Uint8Array | undefined): void {
    this.#insert(path, { bytes });
  }

  /** Takes over a committed write, when the path is one that was read before. */
  update(path: StatePath, bytes: Uint8Array | undefined): void {
    if (this.#young.has(path)) this.#young.set(path, { bytes });
    else if (this.#old.has(path)) this.#old.set(path, { bytes });
  }

  #insert(path: StatePath, cached: Cached): void {
    if (this.#young.size >= VALUE_CACHE_ENTRIES_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(path, cached);
  }
}
