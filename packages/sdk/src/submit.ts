import { suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import { toHex } from '@hefu/bytes';
import { parseStatement } from '@hefu/protocol';
import type { Committed } from './answers.ts';
import { clientProblem, ProblemError } from './problem.ts';
import type { StatementRecord } from './read-statement.ts';
import { backoffMs, sleep } from './sleep.ts';

/** How to submit one statement. */
export interface SubmitOptions {
  /** Size of the log before the statement was made: a refusal is held against the log from there on. */
  readonly from?: number;
  /** False takes the node's word. */
  readonly verify?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** How to wait for a statement. */
export interface WaitOptions extends SubmitOptions {
  /** Gives up after so long; when the statement expires unless given. It can be taken up again. */
  readonly timeoutMs?: number;
  /** Told of every try that failed and will be made again. */
  readonly onRetry?: (retry: Retry) => void;
}

/** A try that failed. */
export interface Retry {
  /** From 1. */
  readonly attempt: number;
  readonly problem: ProblemError;
  readonly pauseMs: number;
}

/** What a statement's own bytes say of it. */
export interface StatementLife {
  /** Hex. */
  readonly id: string;
  /** Milliseconds UTC. */
  readonly expires: number;
}

/** Reads id and expiry of a statement. Throws TypeError when the bytes are none. */
export function lifeOf(statement: Uint8Array, suite: Suite): StatementLife {
  const parsed = parseStatement(statement, suiteHash(suite));
  if (!parsed.ok) throw new TypeError(`not a statement: ${parsed.code}`);
  return { id: toHex(parsed.statement.id), expires: parsed.statement.expires };
}

/** What is needed of the client. */
export interface Submitter {
  readonly now: () => number;
  submit(): Promise<Committed>;
  /** The statement as the log has it; undefined when it has none. */
  find(): Promise<StatementRecord | undefined>;
}

/**
 * Submits the same bytes until they are committed, refused or expired: a node admits a statement once, so that sending
 * it again, to whichever node, never says it twice. Throws ProblemError `wait-timeout` when the time is over; the
 * refusal; the reason of the signal.
 */
export async function submitUntilSettled(
  submitter: Submitter,
  { id, expires }: StatementLife,
  { timeoutMs, signal, onRetry }: WaitOptions,
): Promise<Committed> {
  const { now } = submitter;
  const end = Math.min(expires, timeoutMs === undefined ? expires : now() + timeoutMs);
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const problem = await problemOrResult(submitter.submit());
    if (!(problem instanceof ProblemError)) return problem;
    // Refused because it is too late: an earlier try may have been in time, and only its answer got lost.
    if (problem.code === 'expired') {
      const record = await submitter.find();
      if (record !== undefined) return committedOf(record);
    }
    if (!problem.retryable) throw problem;
    const pauseMs = backoffMs(attempt);
    if (now() + pauseMs > end) {
      const detail = `statement ${id}, after ${attempt} tries: ${problem.message}`;
      throw clientProblem('wait-timeout', detail, problem);
    }
    onRetry?.({ attempt, problem, pauseMs });
    await sleep(pauseMs, signal);
  }
}

/** A statement from the log as the answer to its submission. */
export function committedOf({ id, height, index, code }: StatementRecord): Committed {
  return { id, status: 'committed', height, index, code };
}

async function problemOrResult(work: Promise<Committed>): Promise<Committed | ProblemError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}
