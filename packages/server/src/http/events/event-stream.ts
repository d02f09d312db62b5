import type { ServerResponse } from 'node:http';
import type { EventHub } from './event-hub.ts';
import { BLOCK_END, formatPosition } from './position.ts';
import type { EventPosition } from './position.ts';
import type { Audience } from './prepared-block.ts';

/** Characters handed to the socket at once; with what the system holds of it, all that a reader who stands still costs. */
const CHUNK_CHARS_MAX = 256 * 1024;
/** A reader who takes nothing for so long is cut off; it comes back with its last id and goes on from there. */
export const SLOW_READER_MS = 30_000;
/** A stream that has nothing to say says so, because proxies cut what is silent for a minute. */
export const HEARTBEAT_MS = 15_000;
/** After this a stream ends, so that a credential is looked at again; clients come back by themselves. */
export const STREAM_LIFE_MS = 30 * 60_000;
/** What clients wait before they come back. */
const RETRY_MS = 2_000;

export type StreamEnd = 'left' | 'slow' | 'life' | 'failed' | 'stopping';

/**
 * One reader of a chain's events. It keeps a position and no queue: it takes the next blocks when the last piece has left,
 * so that a slow reader lags and costs no more than a fast one.
 */
export class EventStream {
  readonly #raw: ServerResponse;
  readonly #hub: EventHub;
  readonly #audience: Audience;
  readonly #nowMs: () => number;
  readonly #onEnd: (why: StreamEnd) => void;
  readonly #unsubscribe: () => void;
  readonly #startedMs: number;
  #position: EventPosition;
  /** The position that the reader was told, unless events came after it. */
  #told: string | undefined;
  #lastWriteMs: number;
  /** Since when the last piece waits to leave; undefined when it has left. */
  #blockedMs: number | undefined;
  #running = false;
  #again = false;
  #ended = false;

  constructor(options: {
    readonly raw: ServerResponse;
    readonly hub: EventHub;
    readonly audience: Audience;
    readonly position: EventPosition;
    readonly nowMs: () => number;
    readonly onEnd: (why: StreamEnd) => void;
  }) {
    this.#raw = options.raw;
    this.#hub = options.hub;
    this.#audience = options.audience;
    this.#position = options.position;
    this.#nowMs = options.nowMs;
    this.#onEnd = options.onEnd;
    this.#startedMs = options.nowMs();
    this.#lastWriteMs = this.#startedMs;
    this.#told = formatPosition(options.position);
    this.#raw.on('close', () => this.end('left'));
    this.#raw.on('error', () => this.end('left'));
    this.#raw.on('drain', () => {
      this.#blockedMs = undefined;
      this.#wake();
    });
    this.#unsubscribe = this.#hub.onMore(() => this.#wake());
    this.#write(`retry: ${RETRY_MS}\nid: ${formatPosition(options.position)}\n\n`);
    this.#wake();
  }

  /** Looks after the stream now and then: heartbeat, life, slowness. */
  tick(): void {
    const nowMs = this.#nowMs();
    if (this.#blockedMs !== undefined) {
      if (nowMs - this.#blockedMs >= SLOW_READER_MS) this.end('slow');
    } else if (nowMs - this.#startedMs >= STREAM_LIFE_MS) this.end('life');
    else if (nowMs - this.#lastWriteMs >= HEARTBEAT_MS) this.#beat();
  }

  end(why: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unsubscribe();
    // Somebody who reads nothing would not read the end either.
    if (why === 'life' || why === 'stopping') this.#raw.end();
    else this.#raw.destroy();
    this.#onEnd(why);
  }

  /** What was passed over without an event for this reader is told as well, so that it need not be looked through again. */
  #beat(): void {
    const position = formatPosition(this.#position);
    const moved = position === this.#told ? '' : `id: ${position}\n\n`;
    this.#told = position;
    this.#write(`: height ${this.#hub.headHeight()}\n\n${moved}`);
  }

  #wake(): void {
    this.#again = true;
    if (this.#running || this.#ended) return;
    this.#running = true;
    this.#run().then(
      () => {
        this.#running = false;
        return undefined;
      },
      () => {
        this.#running = false;
        this.end('failed');
      },
    );
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#ended && this.#blockedMs === undefined) {
      this.#again = false;
      const blocks = await this.#hub.next(this.#nextHeight());
      let text = '';
      for (const block of blocks) {
        const isRest = block.height === this.#position.height;
        text += block.text(this.#audience, isRest ? this.#position.event : -1);
        this.#position = { height: block.height, event: BLOCK_END };
        if (text.length >= CHUNK_CHARS_MAX) break;
      }
      if (text !== '' && !this.#ended) {
        // The reader knows the id of the last event, which may be long before.
        this.#told = undefined;
        this.#write(text);
      }
      // Full reads mean that there may be more; an empty one waits to be woken.
      if (blocks.length > 0) this.#again = true;
    }
  }

  #nextHeight(): number {
    const { height, event } = this.#position;
    return event === BLOCK_END ? height + 1 : height;
  }

  #write(text: string): void {
    this.#lastWriteMs = this.#nowMs();
    if (!this.#raw.write(text)) this.#blockedMs ??= this.#lastWriteMs;
  }
}
