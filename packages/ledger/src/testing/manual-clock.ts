import type { Clock } from '../ports.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that moves only when told to; timers run in the order of their time, then of their making. As in a real machine they count the
 * time that passes, whatever the clock is set to meanwhile.
 */
export class ManualClock implements Clock {
  #elapsedMs = 0;
  #order = 0;
  /** What the clock shows beyond the time that has passed. */
  #offsetMs: number;
  readonly #timers = new Set<Timer>();

  constructor(startMs: number) {
    this.#offsetMs = startMs;
  }

  nowMs(): number {
    return this.#offsetMs + this.#elapsedMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const atMs = this.#elapsedMs + Math.max(0, delayMs);
    const timer = { atMs, order: this.#order++, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Moves on, running what falls due on the way. */
  advance(ms: number): void {
    const endMs = this.#elapsedMs + ms;
    for (let next = this.#nextUntil(endMs); next !== undefined; next = this.#nextUntil(endMs)) {
      this.#timers.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      next.callback();
    }
    this.#elapsedMs = endMs;
  }

  /** Sets the clock, also back: no time passes. */
  jumpTo(ms: number): void {
    this.#offsetMs = ms - this.#elapsedMs;
  }

  #nextUntil(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs > endMs) continue;
      if (next === undefined || timer.atMs < next.atMs) next = timer;
      else if (timer.atMs === next.atMs && timer.order < next.order) next = timer;
    }
    return next;
  }
}
