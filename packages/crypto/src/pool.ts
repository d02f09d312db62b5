import { Worker } from 'node:worker_threads';
import { itemHasRightSizes, packItems } from './pool-batch.ts';
import type { VerifyItem } from './pool-batch.ts';

export type { VerifyItem } from './pool-batch.ts';

/** Most threads in one pool; more than the cores never help. */
export const POOL_THREADS_MAX = 64;
/** Items that go to a thread at once: enough to hide the hand-over, few enough to spread a batch. */
export const POOL_CHUNK_ITEMS_MAX = 64;
/**
 * Chunks that a thread may have before it: a quarter of a second of work, so that it does not idle while the calling thread is
 * busy with a block (with two chunks it did, for a quarter of the time: measured).
 */
const CHUNKS_IN_FLIGHT_MAX = 32;

/** Verifies batches of signatures on other threads. */
export interface VerifyPool extends AsyncDisposable {
  /**
   * Whether each signature holds, in the order of the items: the same verdicts as `verify`. Rejects
   * when the pool is closed or a thread dies. The queue has no bound of its own: a caller waits for
   * its batches.
   */
  verifyBatch(items: readonly VerifyItem[]): Promise<boolean[]>;
  /** Ends the threads. Batches not finished are rejected. */
  close(): Promise<void>;
}

interface Chunk {
  readonly packed: Uint8Array<ArrayBuffer>;
  resolve(verdicts: Uint8Array): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  /** Handed over and not answered, oldest first; a thread answers in order. */
  readonly inFlight: Chunk[];
}

/**
 * A pool of `threads` worker threads, started when first needed; idle ones do not keep the process
 * alive. All algorithms go there: for Ed25519 and ES256 that is as fast as the callback form of
 * `crypto.verify`, and takes a tenth of the calling thread's time (measured); for SM2 there is no
 * callback form. Throws RangeError unless 1 ≤ threads ≤ 64.
 */
export function createVerifyPool(options: { readonly threads: number }): VerifyPool {
  const { threads: threadsMax } = options;
  if (!Number.isInteger(threadsMax) || threadsMax < 1 || threadsMax > POOL_THREADS_MAX) {
    throw new RangeError(`a pool of ${threadsMax} threads`);
  }
  const threads = new Set<Thread>();
  const waiting: Chunk[] = [];
  let closed = false;

  function start(): Thread {
    const fromSource = import.meta.url.endsWith('.ts');
    const file = new URL(fromSource ? './pool-worker.ts' : './pool-worker.js', import.meta.url);
    const worker = new Worker(file, fromSource ? { execArgv: ['--conditions=source'] } : {});
    const thread: Thread = { worker, inFlight: [] };
    worker.unref();
    worker.on('message', (verdicts: Uint8Array) => {
      thread.inFlight.shift()?.resolve(verdicts);
      if (thread.inFlight.length === 0) worker.unref();
      dispatch();
    });
    worker.on('error', (error) => {
      drop(thread, error instanceof Error ? error : new Error('a checking thread died'));
    });
    worker.on('exit', () => {
      drop(thread, new Error('a checking thread ended'));
    });
    threads.add(thread);
    return thread;
  }

  /** Forgets a dead thread; another is started when there is work again. */
  function drop(thread: Thread, error: Error): void {
    threads.delete(thread);
    for (const chunk of thread.inFlight.splice(0)) chunk.reject(error);
    dispatch();
  }

  /** The thread to give the next chunk to, the one with the least to do; undefined when all are full. */
  function freeThread(): Thread | undefined {
    let least: Thread | undefined;
    for (const thread of threads) {
      if (least === undefined || thread.inFlight.length < least.inFlight.length) least = thread;
    }
    const busy = least === undefined || least.inFlight.length > 0;
    if (busy && threads.size < threadsMax) return start();
    return least !== undefined && least.inFlight.length < CHUNKS_IN_FLIGHT_MAX ? least : undefined;
  }

  function dispatch(): void {
    while (waiting.length > 0) {
      const thread = freeThread();
      if (thread === undefined) return;
      const chunk = waiting.shift();
      if (chunk === undefined) return;
      if (thread.inFlight.length === 0) thread.worker.ref();
      thread.inFlight.push(chunk);
      thread.worker.postMessage(chunk.packed, [chunk.packed.buffer]);
    }
  }

  async function verifyBatch(items: readonly VerifyItem[]): Promise<boolean[]> {
    if (closed) throw new Error('the pool is closed');
    const verdicts: boolean[] = items.map(() => false);
    const places = [...items.keys()].filter((place) => {
      const item = items[place];
      return item !== undefined && itemHasRightSizes(item);
    });
    const size = Math.min(POOL_CHUNK_ITEMS_MAX, Math.ceil(places.length / threadsMax));
    const asked: { readonly places: number[]; readonly answer: Promise<Uint8Array> }[] = [];
    for (let from = 0; from < places.length; from += size) {
      const chunkPlaces = places.slice(from, from + size);
      asked.push({
        places: chunkPlaces,
        answer: ask(chunkPlaces.flatMap((place) => items[place] ?? [])),
      });
    }
    dispatch();
    const answers = await Promise.all(asked.map(({ answer }) => answer));
    for (const [chunk, { places: chunkPlaces }] of asked.entries()) {
      for (const [i, place] of chunkPlaces.entries()) verdicts[place] = answers[chunk]?.[i] === 1;
    }
    return verdicts;
  }

  function ask(items: readonly VerifyItem[]): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      waiting.push({ packed: packItems(items), resolve, reject });
    });
  }

  async function close(): Promise<void> {
    closed = true;
    const ended = [...threads];
    for (const chunk of waiting.splice(0)) chunk.reject(new Error('the pool is closed'));
    await Promise.all(ended.map((thread) => thread.worker.terminate()));
  }

  return { verifyBatch, close, [Symbol.asyncDispose]: close };
}
