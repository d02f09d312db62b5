/**
 * A bounded cache that forgets what has not been used lately. Two generations: when the young one
 * is full it becomes the old one, and what the old one still held is dropped. A hit costs one look-up,
 * without the list that an exact least-recently-used order needs.
 */
export class GenerationCache<Value> {
  readonly #generationMax: number;
  #young: Map<string, Value> = new Map();
  #old: Map<string, Value> = new Map();

  /** Holds `capacity` values at most. */
  constructor(capacity: number) {
    this.#generationMax = Math.max(1, Math.floor(capacity / 2));
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#generationMax && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** Values held now, counting one that is in both generations twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
