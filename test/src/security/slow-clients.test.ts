// Goal: whoever sends or takes slowly holds a connection for a bounded time, and nobody else waits. Method: a real node with short times;
// header sections and bodies that trickle, answers that are not taken, more connections than there may be; others ask meanwhile.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { initData, startNode } from '@hefu/server';
import type { RunningNode } from '@hefu/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const HEADERS_MS = 600;
const REQUEST_MS = 1_200;
const STALLED_MS = 1_500;
const CONNECTIONS_MAX = 60;
/** Node looks for slow requests so often. */
const LOOK_MS = 1_000;
const SLACK_MS = 6_000;
/** Others wait no longer than this, or they are not served: a guard against hanging, no measurement. */
const SERVED_MS = 10_000;

const root = mkdtempSync(join(tmpdir(), 'hefu-slow-'));
let node: RunningNode;
let port = 0;

beforeAll(async () => {
  const environment = { HEFU_MASTER_KEY_FILE: join(root, 'master.key') };
  const directory = join(root, 'data');
  initData({ directory, suite: 'international', consortium: 'sample', environment });
  node = await startNode({
    directory,
    environment,
    flags: {
      'http.port': 0,
      'http.headersTimeoutMs': HEADERS_MS,
      'http.requestTimeoutMs': REQUEST_MS,
      'http.stalledTimeoutMs': STALLED_MS,
      'http.connectionsMax': CONNECTIONS_MAX,
    },
    logDestination: { write: () => undefined },
  });
  port = Number(new URL(node.url).port);
});
afterAll(async () => {
  await node.close();
  rmSync(root, { recursive: true, force: true });
});

interface Ended {
  readonly text: string;
  readonly afterMs: number;
}

/** A connection, what came over it, and when it ended. */
function open(): { readonly socket: Socket; readonly ended: Promise<Ended> } {
  const began = performance.now();
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  const ended = new Promise<Ended>((resolve) => {
    socket.once('close', () => resolve({ text, afterMs: performance.now() - began }));
  });
  return { socket, ended };
}

async function requireOthersServed(): Promise<void> {
  const signal = AbortSignal.timeout(SERVED_MS);
  expect((await fetch(`${node.url}/v1/chain`, { signal })).status).toBe(200);
}

/** Sends a byte now and then, for ever. */
function trickle(socket: Socket, text: string): NodeJS.Timeout {
  let at = 0;
  return setInterval(() => {
    if (socket.writable) socket.write(text[at++ % text.length] ?? 'a');
  }, 50).unref();
}

it('a header section that never ends is answered 408 and cut off', async () => {
  const { socket, ended } = open();
  socket.write('GET /v1/chain HTTP/1.1\r\nHost: a\r\n');
  const timer = trickle(socket, 'X-A: bcdefgh\r\n');
  await requireOthersServed();
  const { text, afterMs } = await ended;
  clearInterval(timer);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect(text).toContain('"code":"request-timeout"');
  expect(afterMs).toBeLessThan(HEADERS_MS + LOOK_MS + SLACK_MS);
});

it('a body that never ends is answered 408 and cut off', async () => {
  const { socket, ended } = open();
  const head = ['POST /v1/statements HTTP/1.1', 'Host: a', 'Content-Type: application/json'];
  socket.write(`${head.join('\r\n')}\r\nContent-Length: 1000000\r\n\r\n{"statement":"`);
  const timer = trickle(socket, 'A');
  await requireOthersServed();
  const { text, afterMs } = await ended;
  clearInterval(timer);
  expect(text === '' || text.startsWith('HTTP/1.1 408 ')).toBe(true);
  expect(afterMs).toBeLessThan(REQUEST_MS + LOOK_MS + SLACK_MS);
});

it('answers that are not taken are not held for long', async () => {
  const answerBytes = (await (await fetch(`${node.url}/openapi.json`)).arrayBuffer()).byteLength;
  const { socket, ended } = open();
  await new Promise((resolve) => {
    socket.once('connect', resolve);
  });
  socket.pause();
  // More than the system keeps for a connection by itself.
  const wanted = 60;
  socket.write('GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(wanted));
  await requireOthersServed();
  await new Promise((resolve) => {
    setTimeout(resolve, 2 * STALLED_MS);
  });
  // What had reached the system before the connection was cut off can be had yet, and no more.
  socket.resume();
  const { text } = await ended;
  expect(text.length).toBeLessThan(wanted * answerBytes);
}, 30_000);

it('an answer that is taken slowly, but taken, comes whole', async () => {
  const whole = await (await fetch(`${node.url}/openapi.json`)).text();
  const { socket, ended } = open();
  socket.write('GET /openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const pausing = setInterval(() => {
    socket.pause();
    setTimeout(() => socket.resume(), STALLED_MS / 4).unref();
  }, STALLED_MS / 2).unref();
  const { text } = await ended;
  clearInterval(pausing);
  expect(Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1').toString('utf8')).toBe(
    whole,
  );
});

it('more connections than there may be are turned away, and those held end by themselves', async () => {
  const held = Array.from({ length: CONNECTIONS_MAX + 40 }, () => {
    const each = open();
    each.socket.write('GET / HTTP/1.1\r\n');
    return each;
  });
  const all = await Promise.all(held.map(async ({ ended }) => ended));
  // Beyond the limit they end at once, without a word.
  expect(all.filter(({ text }) => text === '').length).toBeGreaterThanOrEqual(40);
  expect(all.filter(({ text }) => text.startsWith('HTTP/1.1 408 ')).length).toBeGreaterThan(0);
  await requireOthersServed();
}, 30_000);
