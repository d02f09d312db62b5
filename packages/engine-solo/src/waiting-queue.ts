/** Places of taken items that may stay in the list before it is cut; cutting for each block would copy a long list each time. */
const TAKEN_PLACES_MAX = 1_024;

/** First in, first out, for long lists: taking from the front costs no copy of the rest, and what was taken is let go. */
export class WaitingQueue<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  /** Places in memory: those of waiting items, and of taken ones that were not cut off yet. */
  get places(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes up to `countMax` items from the front; the first one that `fits` refuses stays, and all behind it. */
  take(countMax: number, fits: (item: Item) => boolean = () => true): Item[] {
    const end = Math.min(this.#items.length, this.#first + countMax);
    const taken: Item[] = [];
    for (; this.#first < end; this.#first++) {
      const item = this.#items[this.#first];
      if (item === undefined || !fits(item)) break;
      // Let go at once: the places are cut off later.
      this.#items[this.#first] = undefined;
      taken.push(item);
    }
    if (this.#first === this.#items.length || this.#first > TAKEN_PLACES_MAX + this.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }
}
