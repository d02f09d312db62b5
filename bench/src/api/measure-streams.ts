import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchNode } from '../http/bench-node.ts';
import { Connection, postRequest } from '../http/connection.ts';
import { deposit } from '../http/load.ts';
import type { Figure } from '../measure/report.ts';

export const SUBSCRIBERS = 1_000;
export const EVENTS_PER_SECOND = 50;
/** Statements a body, so that the events come in blocks, as they do on a busy chain. */
const BODY = 5;
const BODY_PAUSE_MS = (1_000 / EVENTS_PER_SECOND) * BODY;
/** Connections are opened in groups, since a listening socket keeps only so many waiting. */
const OPEN_AT_ONCE = 100;
/** How long after the last event the streams may take to be empty. */
const DRAIN_MS_MAX = 20_000;
const SAMPLE_MS = 100;
const BYTES_PER_MIB = 2 ** 20;
/** What begins an event of the module in a stream; nothing else in it does. */
const EVENT_MARK = Buffer.from('\ndata: {');

/** Counts events without reading them: a client that parses would cost more than the node. */
class Subscriber {
  readonly #socket: Socket;
  events = 0;
  /** The end of the last piece, in which a mark may have begun. */
  #tail: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (piece: Buffer) => {
      const text = Buffer.concat([this.#tail, piece]);
      let at = text.indexOf(EVENT_MARK);
      let end = 0;
      while (at >= 0) {
        this.events++;
        end = at + EVENT_MARK.length;
        at = text.indexOf(EVENT_MARK, end);
      }
      this.#tail = text.subarray(Math.max(end, text.length - EVENT_MARK.length + 1));
    });
  }

  static open(url: string): Promise<Subscriber> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => {
        socket.write(
          'GET /v1/events?contract=evidence HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\r\n',
        );
      });
      socket.once('error', reject);
      socket.once('data', (head: Buffer) => {
        const status = head.toString('latin1', 9, 12);
        if (status === '200') resolve(new Subscriber(socket));
        else reject(new Error(`events: status ${status}`));
      });
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A thousand readers of fifty events a second each: what arrives, and whether anything piles up on the way. */
export async function measureStreams(node: BenchNode, seconds: number): Promise<Figure[]> {
  const subscribers: Subscriber[] = [];
  while (subscribers.length < SUBSCRIBERS) {
    const group = Array.from({ length: OPEN_AT_ONCE }, () => Subscriber.open(node.url));
    subscribers.push(...(await Promise.all(group)));
  }
  const received = (): number => subscribers.reduce((sum, { events }) => sum + events, 0);
  const connection = await Connection.open(node.url);
  const before = memoryMib(node.processId);
  let committed = 0;
  /** Events of committed statements that have not arrived, now and then. */
  const underWay: number[] = [];
  const sampling = setInterval(() => {
    underWay.push(Math.max(0, committed * SUBSCRIBERS - received()));
  }, SAMPLE_MS);
  const startMs = performance.now();
  for (let body = 0; body < (seconds * EVENTS_PER_SECOND) / BODY; body++) {
    const statements = Array.from({ length: BODY }, () => deposit(node));
    const request = postRequest(
      '/v1/statements',
      'application/cbor-seq',
      Buffer.concat(statements),
    );
    await delay(Math.max(0, startMs + body * BODY_PAUSE_MS - performance.now()));
    const { status } = await connection.send(request);
    if (status !== 202) throw new Error(`status ${status}`);
    committed += BODY;
  }
  const offeredSeconds = (performance.now() - startMs) / 1_000;
  clearInterval(sampling);
  const all = committed * SUBSCRIBERS;
  while (received() < all && performance.now() - startMs < seconds * 1_000 + DRAIN_MS_MAX) {
    await delay(10);
  }
  const deliveredSeconds = (performance.now() - startMs) / 1_000;
  const delivered = received();
  const after = memoryMib(node.processId);
  connection.close();
  for (const subscriber of subscribers) subscriber.close();
  if (delivered !== all) throw new Error(`${delivered} events arrived instead of ${all}`);
  const third = Math.floor(underWay.length / 3);
  return [
    {
      name: `events to ${SUBSCRIBERS} streams, ${EVENTS_PER_SECOND} a second offered to each`,
      value: delivered / deliveredSeconds,
      unit: '/s',
      against: { name: 'committed, times streams', value: all / offeredSeconds },
      goal: { atLeast: 0.95 },
    },
    {
      name: 'a stream’s events under way in the last third',
      value: meanOf(underWay.slice(-third)) / SUBSCRIBERS,
      unit: 'events',
      goal: { below: EVENTS_PER_SECOND },
    },
    {
      name: 'a stream’s events under way in the first third',
      value: meanOf(underWay.slice(0, third)) / SUBSCRIBERS,
      unit: 'events',
    },
    { name: 'memory of the node, streams open, before the events', value: before, unit: 'MiB' },
    { name: 'memory of the node after them', value: after, unit: 'MiB' },
  ];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Resident memory of a process, as the system has it. */
function memoryMib(processId: number): number {
  const kib = execFileSync('ps', ['-o', 'rss=', '-p', String(processId)], { encoding: 'utf8' });
  return (Number(kib.trim()) * 1_024) / BYTES_PER_MIB;
}
