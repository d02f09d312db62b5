/**
 * Bounds the time of many short works, one after the other. A timer for each costs more than such a work does itself; here one
 * timer looks now and then whether the work in hand has come to its end.
 */
export class TimeLimit {
  readonly #limitMs: number;
  readonly #message: string;
  #timer: NodeJS.Timeout | undefined;
  #startedMs = 0;
  /** Ends the wait for the work in hand; undefined while there is none. */
  #reject: ((error: Error) => void) | undefined;

  constructor(limitMs: number, message: string) {
    this.#limitMs = limitMs;
    this.#message = message;
  }

  /** What becomes of `work`; rejects when it takes longer than the limit. One at a time. */
  within(work: Promise<void>): Promise<void> {
    if (this.#reject !== undefined) throw new Error('a work is in hand already');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#reject = reject;
    this.#startedMs = performance.now();
    if (this.#timer === undefined) this.#arm(this.#limitMs);
    void work
      .finally(() => {
        // A work that was given up ends into nothing; the next one may be in hand by then.
        if (this.#reject === reject) this.#reject = undefined;
      })
      .then(resolve, reject);
    return promise;
  }

  /** Lets go of the timer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#reject === undefined) return;
      const leftMs = this.#startedMs + this.#limitMs - performance.now();
      if (leftMs > 0) {
        this.#arm(leftMs);
        return;
      }
      const reject = this.#reject;
      this.#reject = undefined;
      reject(new Error(this.#message));
    }, delayMs);
  }
}
