// Goal: a streamed answer arrives whole or visibly broken, its memory is used again only once it has left, and nobody makes what nobody reads.
// Method: a server on the loopback whose chunks are numbered, and readers that dawdle, leave, or ask for the head alone.
import { fastify } from 'fastify';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendChunks } from './send-chunks.ts';
import type { Chunk } from './send-chunks.ts';

const CHUNK_BYTES = 262_144;
const CHUNKS = 100;

type Maker = AsyncGenerator<Chunk, void, Uint8Array | undefined>;

let make: () => Maker;
let url = '';
const faults: unknown[] = [];
const app = fastify({ exposeHeadRoutes: true });
app.get('/stream', async (_request, reply) => {
  try {
    await sendChunks(reply, make());
  } catch (error) {
    faults.push(error);
    if (!reply.sent) throw error;
  }
  return reply;
});

beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/stream`;
});

afterAll(async () => app.close());

/** Numbered chunks in memory that comes back. */
function numbered(): { readonly made: () => number; readonly maker: () => Maker } {
  let made = 0;
  return {
    made: () => made,
    async *maker() {
      let memory: Uint8Array | undefined;
      for (let i = 0; i < CHUNKS; i++) {
        if (memory === undefined) made++;
        memory = yield (memory ?? new Uint8Array(CHUNK_BYTES)).fill(i);
      }
    },
  };
}

async function open(method: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`${method} /stream HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  return socket;
}

/** Lets the event loop turn, so that whatever can go on does. */
async function turns(count: number, goOn = (): boolean => true): Promise<void> {
  for (let i = 0; i < count && goOn(); i++) await setImmediate();
}

describe('a streamed answer', () => {
  it.each([0, 20])('is intact with %i turns between two reads, in little memory', async (count) => {
    const { made, maker } = numbered();
    make = maker;
    const answer = await fetch(url);
    if (answer.body === null) throw new Error('no body');
    let at = 0;
    for await (const part of answer.body) {
      for (let i = 0; i < part.length; at++, i++) {
        if (part[i] === Math.floor(at / CHUNK_BYTES)) continue;
        throw new Error(`byte ${at} is of chunk ${part[i]}`);
      }
      await turns(count);
    }
    expect(at).toBe(CHUNKS * CHUNK_BYTES);
    expect(made()).toBeLessThanOrEqual(4);
  });

  it('takes text too, and may be empty', async () => {
    make = async function* () {
      yield 'a\n';
      yield Buffer.from('字\n');
    };
    expect(await (await fetch(url)).text()).toBe('a\n字\n');
    make = async function* () {};
    expect(await (await fetch(url)).text()).toBe('');
  });

  it('stops being made when its reader leaves or reads no more', async () => {
    let chunks = 0;
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    make = async function* () {
      try {
        for (;;) {
          chunks++;
          yield new Uint8Array(CHUNK_BYTES);
        }
      } finally {
        stop();
      }
    };
    const socket = await open('GET');
    await once(socket, 'readable');
    // It is never read: what the system buffers is all that is made.
    let before = -1;
    while (chunks !== before) {
      before = chunks;
      await turns(1000);
    }
    expect(chunks * CHUNK_BYTES).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
    await stopped;
  });

  it('lets other requests be answered meanwhile', async () => {
    let turned = 0;
    let ended = false;
    const turning = turns(Infinity, () => {
      turned++;
      return !ended;
    });
    make = async function* () {
      for (let i = 0; i < CHUNKS; i++) yield 'x';
    };
    expect(await (await fetch(url)).text()).toBe('x'.repeat(CHUNKS));
    ended = true;
    await turning;
    expect(turned).toBeGreaterThan(CHUNKS / 2);
  });

  it('is not made for who asks for its head alone', async () => {
    let begun = false;
    make = async function* () {
      begun = true;
      yield 'x';
    };
    const answer = await fetch(url, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), begun]).toEqual([
      200,
      null,
      false,
    ]);
  });

  it('that fails before it began is an answer of its own', async () => {
    faults.length = 0;
    make = async function* () {
      if (faults.length === 0) throw new Error('nothing there');
      yield 'x';
    };
    expect((await fetch(url)).status).toBe(500);
    expect(faults).toEqual([new Error('nothing there')]);
  });

  it('that fails later is cut off', async () => {
    faults.length = 0;
    make = async function* () {
      yield 'x\n';
      throw new Error('no more');
    };
    await expect(fetch(url).then(async (answer) => answer.text())).rejects.toThrow(
      /terminated|fetch failed/,
    );
    expect(faults).toEqual([new Error('no more')]);
  });
});
