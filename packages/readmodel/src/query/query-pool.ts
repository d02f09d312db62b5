import type { Worker } from 'node:worker_threads';
import type { SqlValue } from '@hefu/contract';
import { messageOf, ReadModelError } from '../errors.ts';
import { QUERIES_WAITING_MAX, QUERY_GRACE_MS } from '../limits.ts';
import type { QueryReply, QueryRequest, QueryThreadData } from '../messages.ts';
import { startThread } from '../start-thread.ts';
import type { QueryAnswer, QueryOptions } from '../types.ts';

export interface QueryPoolOptions {
  readonly file: string;
  readonly threads: number;
  readonly queryMaxMs: number;
  readonly rowsMax: number;
}

interface Query {
  readonly request: QueryRequest;
  readonly resolve: (answer: QueryAnswer) => void;
  /** Answers the caller once; what the thread says later is nobody's. */
  readonly reject: (error: ReadModelError) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly givenUp: Int32Array<SharedArrayBuffer>;
  current: Query | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Ids are shared with the threads as 32-bit numbers. */
const ID_MAX = 0x7fff_ffff;

/** Threads that answer queries, so that neither the host's thread nor the projections wait for them. */
export class QueryPool {
  readonly #options: QueryPoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Query[] = [];
  #lastId = 0;
  #closed = false;

  constructor(options: QueryPoolOptions) {
    this.#options = options;
  }

  query(
    sql: string,
    parameters: readonly SqlValue[],
    { signal, module }: QueryOptions,
  ): Promise<QueryAnswer> {
    if (this.#closed) return Promise.reject(closed());
    if (signal?.aborted === true) return Promise.reject(aborted());
    if (this.#waiting.length >= QUERIES_WAITING_MAX) {
      return Promise.reject(new ReadModelError('query-busy', 'too many queries are waiting'));
    }
    this.#lastId = (this.#lastId % ID_MAX) + 1;
    const { rowsMax } = this.#options;
    const request: QueryRequest = { id: this.#lastId, sql, parameters, module, rowsMax };
    const { promise, resolve, reject } = Promise.withResolvers<QueryAnswer>();
    const query: Query = { request, resolve, reject };
    const giveUp = (): void => {
      this.#giveUp(query, aborted());
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#waiting.push(query);
    this.#dispatch();
    return promise.finally(() => {
      signal?.removeEventListener('abort', giveUp);
    });
  }

  /** Rejects what waits and runs, and ends the threads. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const query of this.#waiting.splice(0)) query.reject(closed());
    const endings = [...this.#threads].map((thread) => {
      const idle = thread.current === undefined;
      thread.current?.reject(closed());
      this.#forget(thread);
      return idle ? endGently(thread.worker) : thread.worker.terminate();
    });
    await Promise.all(endings);
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      const thread = this.#freeThread();
      const query = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || query === undefined) return;
      thread.current = query;
      thread.worker.ref();
      thread.worker.postMessage(query.request, []);
      thread.timer = setTimeout(() => {
        const { queryMaxMs } = this.#options;
        const late = new ReadModelError('query-timeout', `a query runs at most ${queryMaxMs} ms`);
        this.#giveUp(query, late);
      }, this.#options.queryMaxMs);
    }
  }

  #freeThread(): Thread | undefined {
    for (const thread of this.#threads) if (thread.current === undefined) return thread;
    return this.#threads.size < this.#options.threads ? this.#start() : undefined;
  }

  #start(): Thread {
    const givenUp = new Int32Array(new SharedArrayBuffer(4));
    const workerData: QueryThreadData = { file: this.#options.file, givenUp };
    const worker = startThread('./query/query-worker', workerData);
    const thread: Thread = { worker, givenUp, current: undefined, timer: undefined };
    worker.unref();
    worker.on('message', (reply: QueryReply) => {
      this.#answered(thread, reply);
    });
    worker.on('error', (error) => {
      this.#lost(thread, messageOf(error));
    });
    worker.on('exit', () => {
      this.#lost(thread, 'the thread ended');
    });
    this.#threads.add(thread);
    return thread;
  }

  #answered(thread: Thread, reply: QueryReply): void {
    const query = thread.current;
    if (query?.request.id !== reply.id) return;
    clearTimeout(thread.timer);
    thread.current = undefined;
    thread.worker.unref();
    if (reply.ok) query.resolve({ height: reply.height, rows: reply.rows });
    else query.reject(new ReadModelError(reply.code, reply.message));
    this.#dispatch();
  }

  /** The caller is answered at once; the thread is told, and ended when it does not listen: SQLite may be deep in a step. */
  #giveUp(query: Query, error: ReadModelError): void {
    const place = this.#waiting.indexOf(query);
    if (place >= 0) this.#waiting.splice(place, 1);
    query.reject(error);
    for (const thread of this.#threads) {
      if (thread.current !== query) continue;
      Atomics.store(thread.givenUp, 0, query.request.id);
      clearTimeout(thread.timer);
      thread.timer = setTimeout(() => {
        this.#forget(thread);
        void thread.worker.terminate();
        this.#dispatch();
      }, QUERY_GRACE_MS);
    }
  }

  #lost(thread: Thread, why: string): void {
    if (!this.#threads.has(thread)) return;
    thread.current?.reject(new ReadModelError('query-failed', `the query was lost: ${why}`));
    this.#forget(thread);
    this.#dispatch();
  }

  #forget(thread: Thread): void {
    clearTimeout(thread.timer);
    thread.current = undefined;
    this.#threads.delete(thread);
  }
}

/** Lets the thread close its connection, which the write-ahead log's last reader should. */
async function endGently(worker: Worker): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve();
    });
  });
  worker.ref();
  worker.postMessage('close', []);
  await ended;
}

function closed(): ReadModelError {
  return new ReadModelError('closed', 'the read models are closed');
}

function aborted(): ReadModelError {
  return new ReadModelError('query-aborted', 'the query was given up by its caller');
}
