import type { ChainHost } from '../../chain-host.ts';
import { paced } from '../../chain/paced.ts';
import { PreparedBlock } from './prepared-block.ts';

/** Blocks read from the store at once by who catches up. */
const BLOCKS_PER_READ = 32;
/** Events kept ready in memory, newest first: what subscribers who keep up need, and no more. */
const EVENTS_KEPT_MAX = 20_000;
/** Blocks kept, with events or without. */
const BLOCKS_KEPT_MAX = 512;
/** Between two calls of the subscribers on a busy chain: what came meanwhile goes out in one piece. */
export const COALESCE_MS = 100;

/**
 * The blocks of one chain for all its subscribers. It has no queue: whoever wants more asks with a height, and gets the
 * next blocks from the cache, or from the store when they are older.
 */
export class EventHub implements Disposable {
  readonly #chain: ChainHost;
  readonly #blocks = new Map<number, PreparedBlock>();
  readonly #reads = new Map<number, Promise<readonly PreparedBlock[]>>();
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;
  #events = 0;

  constructor(chain: ChainHost) {
    this.#chain = chain;
    const wake = paced(COALESCE_MS, () => {
      for (const listener of this.#listeners) listener();
    });
    const unsubscribe = chain.onBlock(() => wake.call());
    this.#stop = () => {
      unsubscribe();
      wake.cancel();
    };
  }

  get chain(): ChainHost {
    return this.#chain;
  }

  headHeight(): number {
    return this.#chain.reader.head().height;
  }

  /** Calls back when there is more; the returned function ends that. */
  onMore(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Some of the next blocks from a height on, in order; none when the chain is not that high. */
  async next(fromHeight: number): Promise<readonly PreparedBlock[]> {
    const ready: PreparedBlock[] = [];
    for (let height = fromHeight; ready.length < BLOCKS_PER_READ; height++) {
      const block = this.#blocks.get(height);
      if (block === undefined) break;
      ready.push(block);
    }
    if (ready.length > 0) return ready;
    if (fromHeight > this.headHeight()) return [];
    // Everybody who misses the same blocks waits for one reading of them.
    const underWay = this.#reads.get(fromHeight) ?? this.#read(fromHeight);
    this.#reads.set(fromHeight, underWay);
    return underWay;
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#listeners.clear();
  }

  async #read(fromHeight: number): Promise<readonly PreparedBlock[]> {
    try {
      const blocks = await this.#chain.events.blocks(fromHeight, BLOCKS_PER_READ);
      const prepared = blocks.map(
        (block) => new PreparedBlock(block, this.#chain.chain, this.#chain.gate),
      );
      // Old blocks are for one who catches up; kept are those that all who keep up will ask for.
      const recentFrom = this.headHeight() - BLOCKS_KEPT_MAX;
      for (const block of prepared) if (block.height > recentFrom) this.#keep(block);
      return prepared;
    } finally {
      this.#reads.delete(fromHeight);
    }
  }

  #keep(block: PreparedBlock): void {
    const known = this.#blocks.get(block.height);
    if (known !== undefined) return;
    this.#blocks.set(block.height, block);
    this.#events += block.size;
    for (const [height, oldest] of this.#blocks) {
      if (this.#events <= EVENTS_KEPT_MAX && this.#blocks.size <= BLOCKS_KEPT_MAX) return;
      this.#blocks.delete(height);
      this.#events -= oldest.size;
    }
  }
}
