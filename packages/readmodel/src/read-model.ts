import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { SqlRow, SqlValue } from '@hefu/contract';
import { messageOf, ReadModelError } from './errors.ts';
import { QUERY_MAX_MS, QUERY_ROWS_MAX } from './limits.ts';
import type { FromProjector, ProjectorData, ToProjector } from './messages.ts';
import { QueryPool } from './query/query-pool.ts';
import { startThread } from './start-thread.ts';
import type {
  BlockSource,
  ProjectedBlock,
  QueryAnswer,
  QueryOptions,
  ReadModel,
  ReadModelOptions,
  ReadModelStatus,
} from './types.ts';

const FILE_NAME = 'readmodel.sqlite';

interface Waiter {
  readonly height: number;
  readonly resolve: () => void;
  readonly reject: (error: ReadModelError) => void;
}

/**
 * Opens the read models of one chain and begins to catch up. Resolves when queries can be asked. Throws ReadModelError:
 * `modules-invalid`, `database-failed`.
 */
export async function createReadModel(options: ReadModelOptions): Promise<ReadModel> {
  const file = options.file ?? (options.directory && join(options.directory, FILE_NAME));
  if (file === undefined || file === '') {
    throw new TypeError('a read model needs a file or a directory');
  }
  const model = new ThreadedReadModel(file, options);
  await model.opened();
  return model;
}

class ThreadedReadModel implements ReadModel {
  readonly #worker: Worker;
  readonly #queries: QueryPool;
  readonly #source: BlockSource;
  readonly #onProgress: (status: ReadModelStatus) => void;
  readonly #opening = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #status: ReadModelStatus = { height: -1, target: -1, projections: [] };
  #waiters: Waiter[] = [];
  readonly #rebuilds = new Map<number, PromiseWithResolvers<void>>();
  #lastRebuild = 0;
  #state: 'open' | 'closing' | 'ended' = 'open';

  constructor(file: string, options: ReadModelOptions) {
    this.#source = options.source;
    this.#onProgress = options.onProgress ?? (() => undefined);
    this.#queries = new QueryPool({
      file,
      threads: options.queryThreads ?? 1,
      queryMaxMs: options.queryMaxMs ?? QUERY_MAX_MS,
      rowsMax: options.queryRowsMax ?? QUERY_ROWS_MAX,
    });
    const workerData: ProjectorData = { file, modules: options.modules };
    this.#worker = startThread('./projector/projector-worker', workerData);
    this.#worker.on('message', (message: FromProjector) => {
      this.#receive(message);
    });
    this.#worker.on('error', (error) => {
      this.#end(messageOf(error));
    });
    this.#worker.on('exit', () => {
      this.#end('the projecting thread ended');
    });
  }

  opened(): Promise<void> {
    return this.#opening.promise;
  }

  apply(block: ProjectedBlock): Promise<void> {
    return this.#advance(block.height, block);
  }

  advance(height: number): Promise<void> {
    return this.#advance(height);
  }

  height(): Promise<number> {
    return Promise.resolve(this.#status.height);
  }

  status(): ReadModelStatus {
    return this.#status;
  }

  async query(
    sql: string,
    parameters: readonly SqlValue[] = [],
    options: QueryOptions = {},
  ): Promise<readonly SqlRow[]> {
    const { rows } = await this.#queries.query(sql, parameters, options);
    return rows;
  }

  read(
    sql: string,
    parameters: readonly SqlValue[] = [],
    options: QueryOptions = {},
  ): Promise<QueryAnswer> {
    return this.#queries.query(sql, parameters, options);
  }

  async rebuild(projection?: string): Promise<void> {
    this.#requireOpen();
    const { target } = this.#status;
    const id = (this.#lastRebuild += 1);
    const emptied = Promise.withResolvers<void>();
    this.#rebuilds.set(id, emptied);
    this.#tell({ kind: 'rebuild', id, ...(projection === undefined ? {} : { projection }) });
    await emptied.promise;
    if (target >= 0) await this.#advance(target);
  }

  async close(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.#rejectAll(new ReadModelError('closed', 'the read models are closed'));
      this.#tell({ kind: 'close' });
    }
    await Promise.all([this.#ended.promise, this.#queries.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #advance(height: number, block?: ProjectedBlock): Promise<void> {
    this.#requireOpen();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiters.push({ height, resolve, reject });
    this.#tell({ kind: 'advance', height, ...(block === undefined ? {} : { block }) });
    this.#settle();
    await promise;
  }

  #receive(message: FromProjector): void {
    switch (message.kind) {
      case 'refused':
        this.#opening.reject(new ReadModelError(message.code, message.message));
        break;
      case 'progress':
        this.#progress(message.status);
        break;
      case 'rebuilt':
        this.#rebuilt(message.id, message.error);
        break;
      case 'blocks':
        void this.#answer(message.id, () => this.#source.blocks(message.from, message.limit));
        break;
      case 'attachment':
        void this.#answer(message.id, () => this.#source.attachment(message.digest));
        break;
      case 'closed':
        break;
    }
  }

  #progress(status: ReadModelStatus): void {
    this.#status = status;
    this.#opening.resolve();
    this.#settle();
    const { halted } = status;
    if (halted !== undefined) {
      const code = halted.code as ReadModelError['code'];
      for (const waiter of this.#waiters.splice(0)) {
        waiter.reject(new ReadModelError(code, halted.message));
      }
    }
    this.#onProgress(status);
  }

  /** Answers those who wait for a height that is reached; with no projection running there is nothing to wait for. */
  #settle(): void {
    const running = this.#status.projections.some(({ failure }) => failure === undefined);
    const reached = running ? this.#status.height : Number.POSITIVE_INFINITY;
    const left: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (waiter.height <= reached) waiter.resolve();
      else left.push(waiter);
    }
    this.#waiters = left;
  }

  #rebuilt(id: number, error: string | undefined): void {
    const rebuild = this.#rebuilds.get(id);
    this.#rebuilds.delete(id);
    if (error === undefined) rebuild?.resolve();
    else rebuild?.reject(new ReadModelError('database-failed', error));
  }

  async #answer(id: number, ask: () => Promise<unknown>): Promise<void> {
    try {
      this.#tell({ kind: 'answer', id, value: await ask() });
    } catch (error) {
      this.#tell({ kind: 'answer', id, error: messageOf(error) });
    }
  }

  #tell(message: ToProjector): void {
    this.#worker.postMessage(message, []);
  }

  #end(why: string): void {
    if (this.#state === 'open') {
      const error = new ReadModelError('projector-ended', why);
      this.#opening.reject(error);
      this.#rejectAll(error);
      this.#status = { ...this.#status, halted: { code: error.code, message: why } };
      this.#onProgress(this.#status);
    }
    this.#state = 'ended';
    this.#ended.resolve();
  }

  #rejectAll(error: ReadModelError): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    for (const rebuild of this.#rebuilds.values()) rebuild.reject(error);
    this.#rebuilds.clear();
  }

  #requireOpen(): void {
    if (this.#state === 'open') return;
    throw new ReadModelError('closed', 'the read models are closed');
  }
}
