import type { ProjectionEvent } from '@hefu/contract';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, ReadModelError } from '../errors.ts';
import type { ReadModelErrorCode } from '../errors.ts';
import {
  FEED_BLOCKS_MAX,
  HANDLER_MAX_MS,
  TRANSACTION_AGE_MAX_MS,
  WAITING_BLOCKS_MAX,
} from '../limits.ts';
import { isEnvironmentFailure, Statements } from '../sqlite.ts';
import type {
  BlockSource,
  ProjectedBlock,
  ProjectedEvent,
  ProjectionStatus,
  ReadModelStatus,
} from '../types.ts';
import { EventDatabase } from './event-database.ts';
import type { NamedProjection } from './load-modules.ts';
import { BEFORE_GENESIS, makeTables, prepareTables } from './projection-tables.ts';
import { TimeLimit } from './time-limit.ts';

interface Running {
  readonly projection: NamedProjection;
  height: number;
  failure: ProjectionStatus['failure'] | undefined;
}

export interface ProjectorOptions {
  readonly database: DatabaseSync;
  readonly projections: readonly NamedProjection[];
  readonly source: BlockSource;
  readonly report: (status: ReadModelStatus) => void;
}

/** Ends the work in hand because the projector is being closed. */
class Closing extends Error {}

/**
 * Runs projections over blocks, one transaction after the other, each with its rows and the heights reached. It has one
 * loop: while some projection is behind, it takes the next blocks (from those handed over, or from the source) and
 * applies them; else it waits to be told of more.
 */
export class Projector {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #source: BlockSource;
  readonly #report: (status: ReadModelStatus) => void;
  readonly #projections: Running[];
  /** Blocks handed over, by height, until they are applied. */
  readonly #waiting = new Map<number, ProjectedBlock>();
  /** Things to do between two transactions. */
  readonly #errands: (() => void)[] = [];
  readonly #handlerTime = new TimeLimit(
    HANDLER_MAX_MS,
    `the handler did not end within ${HANDLER_MAX_MS} ms`,
  );
  #target = BEFORE_GENESIS;
  /** True until the source said that it has no more, and again when the chain has grown. */
  #sourceHasMore = true;
  /** Counts what may have made the source's last word obsolete. */
  #news = 0;
  #halted: ReadModelStatus['halted'];
  #closing = false;
  #wake: () => void = () => undefined;

  constructor({ database, projections, source, report }: ProjectorOptions) {
    this.#database = database;
    this.#statements = new Statements(database);
    this.#source = source;
    this.#report = report;
    const prepared = prepareTables(database, projections);
    this.#projections = projections.map((projection) => {
      const { height, failure } = prepared.get(projection.name) ?? { height: BEFORE_GENESIS };
      return { projection, height, failure: tableFailure(failure) };
    });
  }

  /** Works until `close`. Throws only what is a fault of this package. */
  async run(): Promise<void> {
    this.#tell();
    while (!this.#closing) {
      for (const errand of this.#errands.splice(0)) errand();
      try {
        const blocks = await this.#nextBlocks();
        if (blocks === undefined) await this.#signal();
        else await this.#apply(blocks);
      } catch (error) {
        if (error instanceof Closing) break;
        this.#halt(error);
        await this.#signal();
      }
    }
    this.#handlerTime.close();
    this.#database.close();
  }

  /** The chain has reached `height`; `block` is the block of that height, when it is at hand. */
  advance(height: number, block?: ProjectedBlock): void {
    this.#target = Math.max(this.#target, height);
    this.#askAgain();
    if (block !== undefined && this.#waiting.size < WAITING_BLOCKS_MAX) {
      this.#waiting.set(height, block);
    }
    this.#wake();
  }

  /** Makes one projection's tables anew, or all; resolves once they are empty. */
  rebuild(name?: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#errands.push(() => {
        const chosen = this.#projections.filter(
          ({ projection }) => name === undefined || projection.name === name,
        );
        if (chosen.length === 0) {
          reject(new ReadModelError('modules-invalid', `there is no projection ${name}`));
          return;
        }
        try {
          for (const running of chosen) {
            const { height, failure } = makeTables(this.#database, running.projection);
            running.height = height;
            running.failure = tableFailure(failure);
          }
          this.#askAgain();
          this.#tell();
          resolve();
        } catch (error) {
          reject(new ReadModelError('database-failed', messageOf(error), { cause: error }));
        }
      });
      this.#wake();
    });
  }

  /** Lets `run` end after the chunk in hand; the transaction in hand is rolled back. */
  close(): void {
    this.#closing = true;
    this.#wake();
  }

  status(): ReadModelStatus {
    const lowest = this.#lowest();
    return {
      height: lowest ?? BEFORE_GENESIS,
      target: this.#target,
      projections: this.#projections.map(({ projection, height, failure }) => ({
        name: projection.name,
        version: projection.definition.version,
        height,
        ...(failure === undefined ? {} : { failure }),
      })),
      ...(this.#halted === undefined ? {} : { halted: this.#halted }),
    };
  }

  /** Height of the hindmost projection that runs; undefined when none does. */
  #lowest(): number | undefined {
    const heights = this.#projections.filter(isRunning).map(({ height }) => height);
    return heights.length === 0 ? undefined : Math.min(...heights);
  }

  /** What to apply next; undefined when there is nothing. */
  async #nextBlocks(): Promise<readonly ProjectedBlock[] | undefined> {
    const lowest = this.#lowest();
    if (lowest === undefined) {
      this.#waiting.clear();
      return undefined;
    }
    const from = lowest + 1;
    const blocks: ProjectedBlock[] = [];
    for (;;) {
      const block = this.#waiting.get(from + blocks.length);
      if (block === undefined) break;
      blocks.push(block);
    }
    if (blocks.length > 0) return blocks;
    if (!this.#sourceHasMore) return undefined;
    const news = this.#news;
    const supplied = await this.#source.blocks(from, FEED_BLOCKS_MAX);
    if (this.#closing) throw new Closing();
    requireConsecutive(supplied, from);
    const last = supplied.at(-1);
    if (last !== undefined) {
      this.#target = Math.max(this.#target, last.height);
      return supplied;
    }
    if (news !== this.#news) return this.#nextBlocks();
    this.#sourceHasMore = false;
    if (from <= this.#target && !this.#waiting.has(from)) {
      throw new ReadModelError(
        'feed-gap',
        `block ${from} was not supplied, though block ${this.#target} exists`,
      );
    }
    return undefined;
  }

  async #apply(blocks: readonly ProjectedBlock[]): Promise<void> {
    let next = 0;
    while (next < blocks.length) {
      const before = this.#projections.map(({ height, failure }) => ({ height, failure }));
      const startedMs = performance.now();
      this.#database.exec('begin immediate');
      try {
        do {
          const block = blocks[next];
          if (block !== undefined) await this.#applyBlock(block);
          next += 1;
        } while (next < blocks.length && performance.now() - startedMs < TRANSACTION_AGE_MAX_MS);
        this.#saveHeights();
        this.#database.exec('commit');
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('rollback');
        for (const [index, running] of this.#projections.entries()) {
          Object.assign(running, before[index]);
        }
        throw error;
      }
      this.#halted = undefined;
      this.#forgetApplied();
      this.#tell();
      if (this.#closing) throw new Closing();
    }
  }

  async #applyBlock(block: ProjectedBlock): Promise<void> {
    for (const running of this.#projections) {
      if (!isRunning(running) || running.height !== block.height - 1) continue;
      const { on } = running.projection.definition;
      const events = block.events.filter(({ contract, name }) => `${contract}/${name}` in on);
      if (events.length > 0) await this.#project(running, block, events);
      if (isRunning(running)) running.height = block.height;
    }
  }

  /** All events of a block, or none of them: a projection that fails stops before the block it failed at. */
  async #project(
    running: Running,
    block: ProjectedBlock,
    events: readonly ProjectedEvent[],
  ): Promise<void> {
    this.#database.exec('savepoint projection');
    for (const event of events) {
      try {
        await this.#handle(running, block, event);
      } catch (error) {
        if (!(error instanceof HandlerFailure)) throw error;
        this.#database.exec('rollback to projection');
        running.failure = {
          height: block.height,
          event: `${event.contract}/${event.name}`,
          message: error.message,
        };
        break;
      }
    }
    this.#database.exec('release projection');
  }

  async #handle(running: Running, block: ProjectedBlock, event: ProjectedEvent): Promise<void> {
    const handler = running.projection.definition.on[`${event.contract}/${event.name}`];
    if (handler === undefined) return;
    const database = new EventDatabase(this.#statements, () => {
      if (this.#closing) throw new Closing();
    });
    let sourceFailure: { readonly error: unknown } | undefined;
    const projected: ProjectionEvent = {
      ...event,
      height: block.height,
      time: block.time,
      attachment: async (digest) => {
        try {
          return await this.#source.attachment(digest);
        } catch (error) {
          sourceFailure ??= { error };
          throw error;
        }
      },
    };
    let thrown: { readonly error: unknown } | undefined;
    try {
      await this.#handlerTime.within(handler(projected, database));
    } catch (error) {
      thrown = { error };
    }
    try {
      database.end();
    } catch (error) {
      thrown ??= { error };
    }
    if (!this.#database.isTransaction) {
      throw new Error(`${running.projection.name} ended the transaction it was run in`);
    }
    // A disk or a host that failed is nobody's fault here: the block is tried again later.
    if (sourceFailure !== undefined) throw sourceFailure.error;
    const failure = database.failure ?? thrown;
    if (failure === undefined) return;
    const { error } = failure;
    if (error instanceof Closing || isEnvironmentFailure(error)) throw error;
    throw new HandlerFailure(messageOf(error), { cause: error });
  }

  #askAgain(): void {
    this.#sourceHasMore = true;
    this.#news += 1;
  }

  #saveHeights(): void {
    const save = this.#statements.get('update hefu_projections set height = ? where name = ?');
    for (const { projection, height } of this.#projections) save.run(height, projection.name);
  }

  #forgetApplied(): void {
    const lowest = this.#lowest() ?? Number.POSITIVE_INFINITY;
    for (const height of this.#waiting.keys()) {
      if (height <= lowest) this.#waiting.delete(height);
    }
  }

  #halt(error: unknown): void {
    let code: ReadModelErrorCode = isEnvironmentFailure(error) ? 'database-failed' : 'feed-failed';
    if (error instanceof ReadModelError) code = error.code;
    this.#halted = { code, message: messageOf(error) };
    this.#tell();
  }

  /** Resolves at the next `advance`, `rebuild` or `close`, or at once when there was one since the last look. */
  async #signal(): Promise<void> {
    if (this.#errands.length > 0 || this.#closing) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#halted === undefined && this.#hasWork()) resolve();
    await promise;
    this.#wake = () => undefined;
  }

  #hasWork(): boolean {
    const lowest = this.#lowest();
    return lowest !== undefined && (this.#sourceHasMore || this.#waiting.has(lowest + 1));
  }

  #tell(): void {
    this.#report(this.status());
  }
}

class HandlerFailure extends Error {}

function isRunning(running: Running): boolean {
  return running.failure === undefined;
}

function tableFailure(message: string | undefined): ProjectionStatus['failure'] | undefined {
  return message === undefined ? undefined : { height: BEFORE_GENESIS, event: 'tables', message };
}

function requireConsecutive(blocks: readonly ProjectedBlock[], from: number): void {
  for (const [index, block] of blocks.entries()) {
    if (block.height === from + index) continue;
    throw new ReadModelError(
      'feed-gap',
      `the feed gave block ${block.height} where block ${from + index} was due`,
    );
  }
}
