// Goal: a reader of /v1/events gets every event that it may see, once, in order, from wherever it left off; one who does not
// read costs a bounded piece of memory and is cut off.
// Method: a listening test node and readers over real sockets; the stream alone with a feed and a clock of ours.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChainHost } from '../../chain-host.ts';
import type { EventBlock } from '../../chain/event-feed.ts';
import { SECRET_TEXT } from '../../testing/letters-module.ts';
import { createTestNode, OPERATOR } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';
import { cloudEventSchema } from './cloud-event.ts';
import { EventHub } from './event-hub.ts';
import { EventStream, HEARTBEAT_MS, SLOW_READER_MS, STREAM_LIFE_MS } from './event-stream.ts';
import type { StreamEnd } from './event-stream.ts';
import { BEFORE_ALL, formatPosition, parsePosition } from './position.ts';
import { audienceOf } from './prepared-block.ts';
import { PUBLIC_STREAMS_MAX, StreamKeeper } from './stream-keeper.ts';
import { TestReader } from './testing.ts';

let node: TestNode;
let url: string;

beforeAll(async () => {
  node = await createTestNode();
  await node.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(node.app.server.address() as AddressInfo).port}/v1/events`;
});

afterAll(async () => node[Symbol.asyncDispose]());

async function send(key: string, readers: string | readonly string[], by = 0): Promise<string> {
  return node.say({
    by,
    method: 'send',
    args: { key, text: SECRET_TEXT, readers: readers as never },
  });
}

describe('a stream', () => {
  it('tells of what happens, as CloudEvents, from now on', async () => {
    await send('before', 'public');
    using reader = await TestReader.open(url);
    expect(reader.status).toBe(200);
    expect(reader.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(reader.headers['cache-control']).toBe('no-store');
    expect(reader.headers['content-encoding']).toBeUndefined();
    const id = await send('one', 'public');
    await reader.until(() => reader.events.length >= 3);
    const { height } = node.chain.reader.head();
    for (const event of reader.events) {
      expect(cloudEventSchema.safeParse(event).error).toBeUndefined();
    }
    expect(reader.events).toMatchObject([
      {
        specversion: '1.0',
        id: `${height}-0`,
        source: 'hefu:mini.example/test',
        type: 'hefu.letters.sent',
        subject: id,
        ledgertx: id,
        ledgerheight: height,
        organisation: 'alpha',
        data: { key: 'one', text: SECRET_TEXT },
      },
      { id: `${height}-1`, type: 'hefu.letters.counted', data: { key: 'one' } },
      { id: `${height}-2`, type: 'hefu.block', data: { height, statements: 1 } },
    ]);
  });

  it('shows each viewer what it may read, and tells nobody else a word of it', async () => {
    using anybody = await TestReader.open(url);
    using operator = await TestReader.open(url, OPERATOR);
    const { height } = node.chain.reader.head();
    await send('hidden', ['alpha']);
    await send('foreign', ['beta'], 1);
    const isLast = (each: TestReader) => (): boolean =>
      each.events.some(({ id }) => id === `${height + 2}-2`);
    await anybody.until(isLast(anybody));
    await operator.until(isLast(operator));
    expect(anybody.events.filter(({ type }) => type === 'hefu.letters.sent')).toEqual([]);
    expect(JSON.stringify(anybody.events)).not.toContain(SECRET_TEXT);
    expect(
      operator.events.filter(({ type }) => type === 'hefu.letters.sent').map(({ data }) => data),
    ).toEqual([{ key: 'hidden', text: SECRET_TEXT, readers: ['alpha'] }]);
  });

  it('keeps to its filter', async () => {
    const filters = {
      'contract=letters': ['sent', 'counted', 'sent', 'counted'],
      'contract=notes': [],
      'event=counted': ['counted', 'counted'],
      'organisation=beta': ['sent', 'counted'],
      'event=sent&organisation=beta&blocks=1': ['block', 'sent', 'block'],
      'blocks=0': ['sent', 'counted', 'sent', 'counted'],
      'contract=letters&event=nothing&blocks=1': ['block', 'block'],
    };
    const { height } = node.chain.reader.head();
    await send(`filter a${height}`, 'public', 0);
    await send(`filter b${height}`, 'public', 1);
    const until = node.chain.reader.head().height;
    for (const [filter, wanted] of Object.entries(filters)) {
      // One more event that passes every filter tells that the stream has come so far.
      using reader = await TestReader.open(`${url}?${filter}&since=${height}`);
      if (wanted.length > 0) await reader.until(() => reader.events.length >= wanted.length);
      const types = reader.events.map(({ type }) => type.split('.').at(-1));
      expect(types, filter).toEqual(wanted);
      expect(
        reader.events.every((each) => each.ledgerheight <= until),
        filter,
      ).toBe(true);
    }
  });

  it('goes on after the last id, whole or within a block, and nothing is lost or told twice', async () => {
    for (let i = 0; i < 5; i++) await send(`resume ${i}`, 'public');
    using whole = await TestReader.open(`${url}?since=start`);
    const last = `${node.chain.reader.head().height}-2`;
    await whole.until(() => whole.events.at(-1)?.id === last);
    const ids = whole.events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(whole.events[0]?.ledgerheight).toBe(0);
    for (const from of [0, 1, 7, ids.length - 2]) {
      using again = await TestReader.open(url, { 'last-event-id': ids[from] ?? '' });
      await again.until(() => again.events.at(-1)?.id === last);
      expect(again.events.map(({ id }) => id)).toEqual(ids.slice(from + 1));
    }
    // The header stands over the query, as a client that comes back sends both.
    using both = await TestReader.open(`${url}?since=start`, { 'last-event-id': ids.at(-2) ?? '' });
    await both.until(() => both.events.length > 0);
    expect(both.events.map(({ id }) => id)).toEqual([last]);
  });

  it.each([
    ['?since=x', {}, 400, 'request-invalid'],
    ['?since=1-', {}, 400, 'request-invalid'],
    ['?since=99999', {}, 404, 'height-not-reached'],
    ['?contract=%20', {}, 400, 'request-invalid'],
    ['?unknown=1', {}, 400, 'request-invalid'],
    ['', { 'last-event-id': '-1' }, 400, 'request-invalid'],
    ['', { 'last-event-id': '99999-0' }, 404, 'height-not-reached'],
    ['', { authorization: 'Bearer wrong' }, 401, 'credential-wrong'],
  ] as const)('%s %j is %i %s', async (query, headers, status, code) => {
    const answer = await node.app.inject({ url: `/v1/events${query}`, headers });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it('has a HEAD that ends', async () => {
    const answer = await node.app.inject({ method: 'HEAD', url: '/v1/events' });
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      '',
    ]);
  });

  it('reaches two hundred readers at once, each with all in order', async () => {
    const readers = await Promise.all(
      Array.from({ length: 200 }, async () => TestReader.open(url)),
    );
    const { height } = node.chain.reader.head();
    for (let i = 0; i < 50; i++) await send(`many ${i}`, 'public');
    const wanted = Array.from({ length: 50 }, (_, i) =>
      [0, 1, 2].map((event) => `${height + 1 + i}-${event}`),
    ).flat();
    for (const reader of readers) {
      await reader.until(() => reader.events.length >= wanted.length);
      expect(reader.events.map(({ id }) => id)).toEqual(wanted);
    }
    const { body } = await node.app.inject('/metrics');
    expect(body).toMatch(/^hefu_events_streams_open 2\d\d$/m);
    for (const reader of readers) reader[Symbol.dispose]();
  });

  it('ends when the node is stopped, without waiting for anybody', async () => {
    const other = await createTestNode();
    await other.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = other.app.server.address() as AddressInfo;
    using reader = await TestReader.open(`http://127.0.0.1:${port}/v1/events`);
    const closing = other[Symbol.asyncDispose]();
    await reader.until(() => reader.ended);
    await closing;
    expect(reader.status).toBe(200);
  });
});

describe('positions', () => {
  it('are read as they are written, and nothing else is', () => {
    for (const text of ['start', '0', '12', '0-0', '12-3', '999999999999999-9999999']) {
      const position = parsePosition(text);
      if (position === undefined) throw new Error(text);
      expect(formatPosition(position)).toBe(text);
    }
    for (const text of [
      '',
      '-1',
      '01',
      '1-01',
      '1-',
      '1-2-3',
      ' 1',
      '1e3',
      '9'.repeat(40),
      'END',
    ]) {
      expect(parsePosition(text), text).toBeUndefined();
    }
  });
});

/** A chain of made-up blocks, as far as streams look at it. */
function madeUpChain(blocks: readonly EventBlock[]): ChainHost {
  const reader = { head: () => ({ height: blocks.length - 1 }) };
  return {
    chain: 'made.example/up',
    reader,
    gate: { event: () => true },
    events: {
      blocks: async (from: number, limit: number) => blocks.slice(from, from + limit),
    },
    onBlock: () => () => undefined,
  } as unknown as ChainHost;
}

function madeUpBlock(height: number, events: number, text = ''): EventBlock {
  const log = { size: height + 1, statements: events, stateRoot: '' };
  return {
    height,
    time: height,
    events: Array.from({ length: events }, (_, index) => ({
      contract: 'c',
      name: 'e',
      data: { text },
      index,
      statementId: '',
    })),
    ...(events === 0 ? {} : { log }),
  };
}

const EVERYBODY = audienceOf({ blocks: true }, { kind: 'public' });

describe('what a position leaves', () => {
  it('is the rest of the events, for any blocks and any position in them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 80 }),
        fc.nat(),
        async (sizes, where) => {
          using hub = new EventHub(
            madeUpChain(sizes.map((size, height) => madeUpBlock(height, size))),
          );
          const collect = async (height: number, after: number): Promise<string[]> => {
            const ids: string[] = [];
            let next = height;
            for (;;) {
              const blocks = await hub.next(next);
              if (blocks.length === 0) return ids;
              for (const block of blocks) {
                const text = block.text(EVERYBODY, block.height === height ? after : -1);
                ids.push(...[...text.matchAll(/^id: (.+)$/gm)].map(([, id = '']) => id));
                next = block.height + 1;
              }
            }
          };
          const all = await collect(0, -1);
          expect(all).toHaveLength(
            sizes.reduce((sum, size) => sum + (size === 0 ? 0 : size + 1), 0),
          );
          const at = all.length === 0 ? -1 : where % all.length;
          const position = at < 0 ? BEFORE_ALL : (parsePosition(all[at] ?? '') ?? BEFORE_ALL);
          expect(await collect(position.height, position.event)).toEqual(all.slice(at + 1));
        },
      ),
    );
  });
});

describe('a stream by itself', () => {
  interface Alone extends AsyncDisposable {
    readonly stream: EventStream;
    readonly waiting: () => number;
    readonly ends: StreamEnd[];
    readonly port: number;
    pass(ms: number): void;
  }

  async function openAlone(blocks: readonly EventBlock[], from = 'start'): Promise<Alone> {
    const hub = new EventHub(madeUpChain(blocks));
    const ends: StreamEnd[] = [];
    let nowMs = 0;
    const { promise: opened, resolve } = Promise.withResolvers<[EventStream, () => number]>();
    const server = createServer((_request, raw) => {
      const position = parsePosition(from) ?? BEFORE_ALL;
      raw.writeHead(200, { 'content-type': 'text/event-stream' });
      const onEnd = (why: StreamEnd): number => ends.push(why);
      const stream = new EventStream({
        raw,
        hub,
        audience: EVERYBODY,
        position,
        nowMs: () => nowMs,
        onEnd,
      });
      resolve([stream, () => raw.writableLength]);
    });
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    const { port } = server.address() as AddressInfo;
    reader = await TestReader.open(`http://127.0.0.1:${port}/`);
    const [stream, waiting] = await opened;
    return {
      stream,
      waiting,
      ends,
      port,
      pass: (ms) => {
        nowMs += ms;
        stream.tick();
      },
      async [Symbol.asyncDispose]() {
        reader[Symbol.dispose]();
        hub[Symbol.dispose]();
        server.closeAllConnections();
        await new Promise((closed) => {
          server.close(closed);
        });
      },
    };
  }

  let reader: TestReader;

  it('tells when nothing happens, with the place it has come to', async () => {
    await using alone = await openAlone([madeUpBlock(0, 1), madeUpBlock(1, 0), madeUpBlock(2, 0)]);
    await reader.until(() => reader.events.length === 2);
    alone.pass(HEARTBEAT_MS - 1);
    alone.pass(1);
    await reader.until(() => reader.comments.length > 0);
    expect(reader.comments).toEqual(['height 2']);
    await reader.until(() => reader.lastEventId === '2');
    alone.pass(STREAM_LIFE_MS);
    await reader.until(() => reader.ended);
    expect(alone.ends).toEqual(['life']);
  });

  it('holds one piece for a reader who does not read, and cuts it off', async () => {
    const blocks = Array.from({ length: 2_000 }, (_, height) =>
      madeUpBlock(height, 4, 'x'.repeat(8_000)),
    );
    await using alone = await openAlone(blocks);
    reader.answer.pause();
    // The system takes some megabytes before the socket is full.
    let calm = 0;
    let before = -1;
    while (calm < 20) {
      await new Promise((resolve) => setImmediate(resolve));
      calm = alone.waiting() === before && before > 0 ? calm + 1 : 0;
      before = alone.waiting();
      expect(before).toBeLessThan(2 * 1024 * 1024);
    }
    alone.pass(SLOW_READER_MS - 1);
    expect(alone.ends).toEqual([]);
    alone.pass(1);
    expect(alone.ends).toEqual(['slow']);
  });
});

describe('room', () => {
  it('is kept for those with a credential', () => {
    using keeper = new StreamKeeper();
    const streams: { end: (why: StreamEnd) => void }[] = [];
    const open = (onEnd: (why: StreamEnd) => void): EventStream => {
      const stream = { end: onEnd, tick: () => undefined };
      streams.push(stream);
      return stream as unknown as EventStream;
    };
    for (let i = 0; i < PUBLIC_STREAMS_MAX; i++) {
      expect(keeper.hasRoom(true)).toBe(true);
      keeper.add(true, open);
    }
    expect([keeper.hasRoom(true), keeper.hasRoom(false)]).toEqual([false, true]);
    streams[0]?.end('slow');
    expect([keeper.hasRoom(true), keeper.slowCount, keeper.count]).toEqual([
      true,
      1,
      PUBLIC_STREAMS_MAX - 1,
    ]);
  });
});
