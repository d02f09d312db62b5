/** A map that can go back: every change is noted, and `rollback` undoes those after a mark. */
export class JournaledMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #journal: { readonly key: string; readonly before: Value | undefined }[] = [];

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  set(key: string, value: Value): void {
    this.#journal.push({ key, before: this.#values.get(key) });
    this.#values.set(key, value);
  }

  get size(): number {
    return this.#values.size;
  }

  entries(): IterableIterator<[string, Value]> {
    return this.#values.entries();
  }

  /** A point to come back to. */
  mark(): number {
    return this.#journal.length;
  }

  /** Undoes all that was set after `mark`, newest first. */
  rollback(mark: number): void {
    while (this.#journal.length > mark) {
      const change = this.#journal.pop();
      if (change === undefined) return;
      if (change.before === undefined) this.#values.delete(change.key);
      else this.#values.set(change.key, change.before);
    }
  }
}
