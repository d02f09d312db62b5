import type {
  Candidate,
  Chain,
  CheckpointSigner,
  Clock,
  Engine,
  ExecutedBlock,
  ForeignCandidate,
  Ordered,
} from '@hefu/ledger';
import { WaitingQueue } from './waiting-queue.ts';

/** Statements that may wait for a block; more are refused with `queue-full`, so that memory stays bounded. */
export const WAITING_MAX = 100_000;

/** Bytes of the statements that may wait: so many of the largest size would be 6.5 GB. */
export const WAITING_BYTES_MAX: number = 256 * 1024 * 1024;

/**
 * Bytes of the statements of one block, which memory and one transaction must hold with all that they cause. One statement always
 * fits; blocks of small statements are bounded by their number.
 */
export const BLOCK_BYTES_MAX: number = 16 * 1024 * 1024;

/** Wait before an idle chain tries again on a full disk; statements that arrive try at once. */
export const STORE_FULL_RETRY_MS = 1_000;

/** An idle chain waits this long between two steps of pruning, so that whoever arrives comes first. */
export const PRUNE_PAUSE_MS = 20;

export interface SoloEngineOptions {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly signer: CheckpointSigner;
  /** Runs the callback once what is already queued in the process has run. */
  readonly defer: (callback: () => void) => void;
  /** A clock that only measures; for what a block cost. */
  readonly monotonicMs?: () => number;
  /** Called after each committed block. */
  readonly onCommitted?: (block: CommittedBlock) => void;
  /** Called once when the engine can't go on; it refuses everything from then on. */
  readonly onHalted?: (error: unknown) => void;
}

/** A block that is on disk, and what it cost. */
export interface CommittedBlock {
  readonly executed: ExecutedBlock;
  readonly executeMs: number;
  readonly commitMs: number;
  /** Statements that still wait. */
  readonly waiting: number;
}

interface Submission {
  readonly ordered: (Ordered | undefined)[];
  remaining: number;
  readonly resolve: (ordered: Ordered[]) => void;
}

interface Waiting {
  readonly candidate: Candidate | ForeignCandidate;
  readonly submission: Submission;
  readonly index: number;
}

/**
 * The embedded engine of a single operator: no agreement to reach. A block is made as soon as statements wait; those that arrive
 * while one is being written form the next, so that one sync serves them all (group commit) and an idle node adds no wait.
 */
export class SoloEngine implements Engine {
  readonly #options: SoloEngineOptions;
  readonly #queue = new WaitingQueue<Waiting>();
  #waitingBytes = 0;
  #scheduled = false;
  #closed = false;
  #halted = false;
  #cancelTimer: (() => void) | undefined;
  #retryAfterMs = 0;
  #nextBlockMs = 0;

  constructor(options: SoloEngineOptions) {
    this.#options = options;
    this.#armTimer();
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get halted(): boolean {
    return this.#halted;
  }

  order(candidates: readonly (Candidate | ForeignCandidate)[]): Promise<Ordered[]> {
    if (candidates.length === 0) return Promise.resolve([]);
    const refusal = this.#refusal(candidates);
    if (refusal !== undefined) {
      return Promise.resolve(candidates.map(() => ({ ok: false, code: refusal }) as const));
    }
    return new Promise((resolve) => {
      const submission: Submission = {
        ordered: Array.from({ length: candidates.length }),
        remaining: candidates.length,
        resolve,
      };
      for (const [index, candidate] of candidates.entries()) {
        this.#queue.push({ candidate, submission, index });
        this.#waitingBytes += sizeOf(candidate);
      }
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    // First, so that the blocks made here arm no timer: it would find the store closed.
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    while (this.waiting > 0 && !this.#halted) this.#makeBlock();
  }

  halt(error: unknown): void {
    if (this.#halted) return;
    this.#halted = true;
    this.#cancelTimer?.();
    const all = this.#take(this.waiting, Infinity);
    for (const waiting of all) settle(waiting, { ok: false, code: 'halted' });
    this.#options.onHalted?.(error);
  }

  #refusal(
    candidates: readonly (Candidate | ForeignCandidate)[],
  ): 'queue-full' | 'halted' | undefined {
    if (this.#closed || this.#halted) return 'halted';
    if (this.waiting + candidates.length > WAITING_MAX) return 'queue-full';
    let bytes = this.#waitingBytes;
    for (const candidate of candidates) bytes += sizeOf(candidate);
    return bytes > WAITING_BYTES_MAX ? 'queue-full' : undefined;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.defer(() => {
      this.#scheduled = false;
      if (this.waiting === 0 || this.#closed || this.#halted) return;
      this.#makeBlock();
      if (this.waiting > 0) this.#schedule();
    });
  }

  /** Takes the statements that wait, up to the block's limit, through execution to disk. */
  #makeBlock(): void {
    const { chain } = this.#options;
    const taken = this.#take(chain.parameters.blockStatementsMax, BLOCK_BYTES_MAX);
    this.#retryAfterMs = 0;
    try {
      const block = this.#commit(taken.map((waiting) => waiting.candidate));
      const { height, results } = block.executed;
      // Answers first: the block is durable, whatever its listener makes of it.
      for (const [index, waiting] of taken.entries()) {
        const result = results[index];
        if (result === undefined) throw new Error('execution gave fewer results than statements');
        settle(waiting, { ok: true, height, result });
      }
      this.#options.onCommitted?.(block);
    } catch (error) {
      const full = isStoreFull(error);
      if (full) this.#retryAfterMs = STORE_FULL_RETRY_MS;
      else this.halt(error);
      for (const waiting of taken) {
        settle(waiting, { ok: false, code: full ? 'store-full' : 'halted' });
      }
    }
    try {
      this.#armTimer();
    } catch (error) {
      // The store can't be read.
      this.halt(error);
    }
  }

  #commit(candidates: readonly (Candidate | ForeignCandidate)[]): CommittedBlock {
    const { chain, clock, signer } = this.#options;
    const now = this.#options.monotonicMs ?? (() => 0);
    const startMs = now();
    const executed = chain.execute({ timeMs: clock.nowMs(), candidates });
    const executedMs = now();
    const { size, root, timeMs } = executed.head;
    const timeSeconds = Math.floor(timeMs / 1000);
    chain.commit(executed, signer.sign({ size, root, timeSeconds }));
    return {
      executed,
      executeMs: executedMs - startMs,
      commitMs: now() - executedMs,
      waiting: this.waiting,
    };
  }

  #take(countMax: number, bytesMax: number): Waiting[] {
    let bytes = 0;
    const taken = this.#queue.take(countMax, ({ candidate }) => {
      const sum = bytes + sizeOf(candidate);
      if (bytes > 0 && sum > bytesMax) return false;
      bytes = sum;
      return true;
    });
    this.#waitingBytes -= bytes;
    return taken;
  }

  /** An idle chain makes a block when something falls due, and at the heartbeat, so that its lines stay fresh. */
  #armTimer(): void {
    if (this.#closed || this.#halted) return;
    const { chain, clock } = this.#options;
    const heartbeatMs = clock.nowMs() + chain.parameters.heartbeatMs;
    this.#nextBlockMs = Math.min(heartbeatMs, chain.nextDueMs() ?? heartbeatMs);
    this.#arm();
  }

  /** Wakes up for the next block, or before, to delete what is stale while nothing waits. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#closed || this.#halted) return;
    const { chain, clock } = this.#options;
    // Never longer than a heartbeat, though the clock be set back meanwhile.
    const delayMs = Math.min(this.#nextBlockMs - clock.nowMs(), chain.parameters.heartbeatMs);
    const untilBlockMs = Math.max(this.#retryAfterMs, delayMs);
    const untilPruneMs = Math.max(this.#retryAfterMs, PRUNE_PAUSE_MS);
    const prunes = untilBlockMs > untilPruneMs && chain.prunable();
    this.#cancelTimer = clock.after(prunes ? untilPruneMs : untilBlockMs, () => {
      if (prunes) this.#prune();
      else this.#makeBlock();
    });
  }

  #prune(): void {
    if (this.waiting === 0) {
      try {
        this.#options.chain.prune();
      } catch (error) {
        if (!isStoreFull(error)) {
          this.halt(error);
          return;
        }
        this.#retryAfterMs = STORE_FULL_RETRY_MS;
      }
    }
    this.#arm();
  }
}

function settle(waiting: Waiting, ordered: Ordered): void {
  const { submission } = waiting;
  if (submission.ordered[waiting.index] !== undefined) return;
  submission.ordered[waiting.index] = ordered;
  submission.remaining--;
  if (submission.remaining > 0) return;
  submission.resolve(submission.ordered.filter((each) => each !== undefined));
}

function sizeOf({ statement, foreign }: Candidate | ForeignCandidate): number {
  return statement === undefined ? foreign.bytes.length : statement.bytes.length;
}

function isStoreFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'store-full';
}
