import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** A part of a streamed answer. */
export type Chunk = string | Uint8Array;

/** Chunks handed to the socket that have not left yet: one is made while another is on its way, and a slow reader costs no more memory. */
const IN_FLIGHT_MAX = 2;

/**
 * Sends chunks as they are made. What fails before the first one rejects while the reply can still tell of it; what fails later cuts the
 * connection, so that nobody takes a part for the whole, and rejects too. When the reader leaves, the chunks' maker is told to stop.
 *
 * A chunk of bytes that has left goes back to its maker as the argument of `next`: a generator finds it as the value of a later `yield` and
 * may fill it anew, instead of leaving hundreds of megabytes to the collector. Nobody else has it then.
 */
export async function sendChunks(reply: FastifyReply, chunks: AsyncIterable<Chunk>): Promise<void> {
  const maker = chunks[Symbol.asyncIterator]() as AsyncIterator<
    Chunk,
    unknown,
    Uint8Array | undefined
  >;
  const isHead = reply.request.method === 'HEAD';
  const first = isHead ? undefined : await maker.next();
  const { raw } = reply;
  reply.hijack();
  raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
  try {
    if (first === undefined) await maker.return?.();
    else await pump(raw, maker, first);
    raw.end();
  } catch (error) {
    raw.destroy();
    throw error;
  }
}

async function pump(
  raw: ServerResponse,
  maker: AsyncIterator<Chunk, unknown, Uint8Array | undefined>,
  first: IteratorResult<Chunk, unknown>,
): Promise<void> {
  const outlet = new Outlet(raw);
  for (let step = first; step.done !== true; step = await maker.next(outlet.spent.pop())) {
    outlet.write(step.value);
    // A fast reader and a fast maker would otherwise keep all other requests waiting for as long as they go on.
    await setImmediate();
    if (outlet.isFull) await outlet.room();
    if (outlet.isGone) {
      await maker.return?.();
      return;
    }
  }
}

/** The way to the reader, with what is on it. */
class Outlet {
  /** Chunks of bytes that have left. */
  readonly spent: Uint8Array[] = [];
  readonly #raw: ServerResponse;
  #inFlight = 0;
  #isBroken = false;
  #wake: (() => void) | undefined;

  constructor(raw: ServerResponse) {
    this.#raw = raw;
    const wake = (): void => this.#wake?.();
    raw.on('close', wake);
    // The callback of a write tells of its failure, and `close` follows.
    raw.on('error', wake);
  }

  /** Whether the reader has left. A write that fails tells it before `close` does, which waits for the event loop to turn. */
  get isGone(): boolean {
    return this.#isBroken || this.#raw.destroyed;
  }

  get isFull(): boolean {
    return this.#inFlight >= IN_FLIGHT_MAX && !this.isGone;
  }

  write(chunk: Chunk): void {
    this.#inFlight++;
    this.#raw.write(chunk, 'utf8', (error) => {
      this.#inFlight--;
      const hasLeft = error === null || error === undefined;
      if (!hasLeft) this.#isBroken = true;
      else if (typeof chunk !== 'string') this.spent.push(chunk);
      this.#wake?.();
    });
  }

  /** Waits until there is room again, or the reader has left. */
  async room(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
