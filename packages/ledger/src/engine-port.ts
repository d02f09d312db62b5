import type { Candidate, StatementResult } from './execution.ts';
import type { ForeignCandidate } from './foreign/register.ts';

/** What an engine makes of a statement it was given: its place, or why it was left out. */
export type Ordered =
  | { readonly ok: true; readonly height: number; readonly result: StatementResult }
  | { readonly ok: false; readonly code: 'queue-full' | 'store-full' | 'halted' };

/**
 * Brings statements into one order and makes blocks of them. Whatever the engine, an answer is given only when it is
 * durable: the block that holds the statement is on disk.
 */
export interface Engine {
  /** Orders the candidates, in the order given, in one or several blocks. Resolves when all are committed or refused. */
  order(candidates: readonly (Candidate | ForeignCandidate)[]): Promise<Ordered[]>;
  /** Statements that wait for a block. */
  readonly waiting: number;
  /** Whether it has stopped for good: it refuses everything with `halted`. */
  readonly halted: boolean;
  /** Stops for good, because this node failed in a way that it must not go on from. */
  halt(error: unknown): void;
  /** Finishes the block in hand and stops. */
  close(): Promise<void>;
}
