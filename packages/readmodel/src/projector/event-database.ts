import { setImmediate } from 'node:timers/promises';
import type { ProjectionDatabase, SqlRow, SqlValue } from '@hefu/contract';
import { ROWS_PER_CHUNK } from '../limits.ts';
import { bindable, bindableValue, readRows } from '../sqlite.ts';
import type { SqliteValue, Statements } from '../sqlite.ts';
import { bulkInsertOf } from './bulk-insert.ts';
import type { BulkInsert } from './bulk-insert.ts';

/**
 * What a handler gets for one event. It works in the block's transaction and is dead once the handler has ended, so that
 * nothing that was not awaited slips into a later block.
 */
export class EventDatabase implements ProjectionDatabase {
  readonly #statements: Statements;
  /** Throws when the work should end early. */
  readonly #checkpoint: () => void;
  #open = true;
  #busy = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(statements: Statements, checkpoint: () => void) {
    this.#statements = statements;
    this.#checkpoint = checkpoint;
  }

  /** The first thing that went wrong, even when the handler made nothing of it. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  run(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
    return this.#work(() => {
      this.#statements.get(sql).run(...bindable(parameters));
    });
  }

  all(sql: string, parameters: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return this.#work(() => readRows(this.#statements.get(sql), parameters));
  }

  runMany(sql: string, rows: readonly (readonly SqlValue[])[]): Promise<void> {
    return this.#work(async () => {
      const bulk = bulkInsertOf(sql);
      let next = 0;
      while (next < rows.length) {
        const end = Math.min(next + ROWS_PER_CHUNK, rows.length);
        if (bulk !== undefined) next = this.#insertGroups(bulk, rows, next, end);
        const one = this.#statements.get(sql);
        for (; next < end; next += 1) one.run(...bindable(rows[next] ?? []));
        if (next < rows.length) await this.#pause();
      }
    });
  }

  /** Ends the handler's access. Throws when it left work behind that it did not wait for. */
  end(): void {
    this.#open = false;
    if (this.#busy > 0) throw new Error('the handler ended before its statements did');
  }

  #insertGroups(
    bulk: BulkInsert,
    rows: readonly (readonly SqlValue[])[],
    start: number,
    end: number,
  ): number {
    const statement = this.#statements.get(bulk.sql);
    const bound: SqliteValue[] = Array.from({ length: bulk.rows * bulk.width }, () => null);
    let next = start;
    for (; next + bulk.rows <= end; next += bulk.rows) {
      for (let index = 0; index < bulk.rows; index += 1) {
        const row = rows[next + index] ?? [];
        // A row of another width would shift all after it; taken by itself, SQLite judges it.
        if (row.length !== bulk.width) return next;
        for (let column = 0; column < bulk.width; column += 1) {
          bound[index * bulk.width + column] = bindableValue(row[column] ?? null);
        }
      }
      statement.run(...bound);
    }
    return next;
  }

  /** Lets the thread look at its messages between two chunks. */
  async #pause(): Promise<void> {
    await setImmediate();
    this.#checkpoint();
    this.#requireOpen();
  }

  #requireOpen(): void {
    if (!this.#open) throw new Error('a handler used its database after it had ended');
  }

  #work<T>(action: () => T | Promise<T>): Promise<T> {
    const work = this.#guarded(action);
    // A handler that does not wait must not end the thread by an unhandled rejection; the failure is kept all the same.
    work.catch(() => undefined);
    return work;
  }

  async #guarded<T>(action: () => T | Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      this.#requireOpen();
      return await action();
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    } finally {
      this.#busy -= 1;
    }
  }
}
