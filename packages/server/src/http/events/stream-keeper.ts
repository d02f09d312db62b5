import type { EventStream, StreamEnd } from './event-stream.ts';

/** Streams of one node at the same time; each costs some 10 kB and a share of every block. */
export const STREAMS_MAX = 2_000;
/** Of these, streams of callers without a credential, so that the rest stays for those with one. */
export const PUBLIC_STREAMS_MAX = 1_500;
/** How often streams are looked after. */
const TICK_MS = 1_000;

/** Counts and looks after the open streams of a node, with one timer for all. */
export class StreamKeeper implements Disposable {
  readonly #streams = new Map<EventStream, boolean>();
  #timer: NodeJS.Timeout | undefined;
  #publicCount = 0;
  #slow = 0;
  #closed = false;

  get count(): number {
    return this.#streams.size;
  }

  /** Streams that were cut because their reader took nothing. */
  get slowCount(): number {
    return this.#slow;
  }

  hasRoom(isPublic: boolean): boolean {
    if (this.#closed || this.#streams.size >= STREAMS_MAX) return false;
    return !isPublic || this.#publicCount < PUBLIC_STREAMS_MAX;
  }

  /** Adds what `open` makes; it is told whom to tell of its end. */
  add(isPublic: boolean, open: (onEnd: (why: StreamEnd) => void) => EventStream): void {
    let ended = false;
    const stream = open((why) => {
      ended = true;
      if (why === 'slow') this.#slow++;
      this.#remove(stream, isPublic);
    });
    if (ended) return;
    this.#streams.set(stream, isPublic);
    if (isPublic) this.#publicCount++;
    this.#timer ??= setInterval(() => {
      for (const each of this.#streams.keys()) each.tick();
    }, TICK_MS).unref();
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const stream of this.#streams.keys()) stream.end('stopping');
    clearInterval(this.#timer);
  }

  #remove(stream: EventStream | undefined, isPublic: boolean): void {
    if (stream === undefined || !this.#streams.delete(stream)) return;
    if (isPublic) this.#publicCount--;
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
