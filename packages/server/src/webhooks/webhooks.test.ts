// Goal: a webhook gets each event that its organisation may see, in order, signed, again after failures and restarts; it
// reaches nothing inside; dead ones are switched off and said to be.
// Method: real receivers on loopback (allowed for that), a clock of ours for the pauses; the guard against lists of addresses;
// the signature against the published example of Standard Webhooks.
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudEvent } from '../http/events/cloud-event.ts';
import { cloudEventSchema } from '../http/events/cloud-event.ts';
import { EventHub } from '../http/events/event-hub.ts';
import { BLOCK_END, parsePosition } from '../http/events/position.ts';
import type { LogFields, Logger } from '../logging/logger.ts';
import { silentLogger } from '../logging/logger.ts';
import { SECRET_TEXT } from '../testing/letters-module.ts';
import { createTestNode, OPERATOR } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';
import { checkWebhookUrl, isPublicAddress, publicLookup } from './address-guard.ts';
import { createSender } from './send-webhook.ts';
import { formatSecret, signWebhook, webhookSecret } from './sign-webhook.ts';
import { RETRY_PAUSES_MS, WebhookCaller } from './webhook-caller.ts';
import { openWebhookStore, WEBHOOKS_MAX } from './webhook-store.ts';
import type { Webhook, WebhookStore } from './webhook-store.ts';

const PRIVATE = { 'webhooks.privateAddressesAllowed': true };
const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

type Answer = Awaited<ReturnType<TestNode['app']['inject']>>;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: CloudEvent;
}

interface Receiver {
  readonly url: string;
  readonly received: Received[];
  until(count: number): Promise<void>;
}

/** A receiver that answers as it is told, 204 unless. */
async function receive(
  answer: (raw: ServerResponse, count: number) => void = (raw) => raw.writeHead(204).end(),
): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, raw) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      received.push({ headers: request.headers, body, event: JSON.parse(body) as CloudEvent });
      answer(raw, received.length);
      for (const wake of waiting) wake();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  opened.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    async until(count) {
      while (received.length < count) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
      }
    },
  };
}

async function openNode(options: Parameters<typeof createTestNode>[0] = {}): Promise<TestNode> {
  const node = await createTestNode({ flags: PRIVATE, ...options });
  opened.push(async () => node[Symbol.asyncDispose]());
  return node;
}

async function add(
  node: TestNode,
  payload: object,
): Promise<{ readonly id: string; readonly secret: string }> {
  const answer = await node.app.inject({
    method: 'POST',
    url: '/v1/webhooks',
    headers: OPERATOR,
    payload,
  });
  expect([answer.statusCode, answer.headers['cache-control']], answer.body).toEqual([
    201,
    'no-store',
  ]);
  return answer.json();
}

async function send(
  node: TestNode,
  key: string,
  readers: string | string[] = 'public',
): Promise<string> {
  return node.say({ method: 'send', args: { key, text: SECRET_TEXT, readers } });
}

describe('a webhook', () => {
  it('gets what happens, in order, as CloudEvents with a signature that fits', async () => {
    const node = await openNode();
    const receiver = await receive();
    const { secret } = await add(node, { url: receiver.url });
    const ids = [
      await send(node, 'a'),
      await send(node, 'b', ['alpha']),
      await send(node, 'c', ['beta']),
    ];
    await receiver.until(8);
    const events = receiver.received.map(({ event }) => event);
    expect(events.map(({ type, subject }) => [type.split('.').at(-1), subject])).toEqual([
      ['sent', ids[0]],
      ['counted', ids[0]],
      ['block', undefined],
      ['sent', ids[1]],
      ['counted', ids[1]],
      ['block', undefined],
      // What is beta's alone is not told, though its neighbours are.
      ['counted', ids[2]],
      ['block', undefined],
    ]);
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    for (const { headers, body, event } of receiver.received) {
      expect(cloudEventSchema.safeParse(event).error).toBeUndefined();
      expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      const signed = `${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${body}`;
      const wanted = createHmac('sha256', key).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${wanted}`);
    }
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(8);
    const { body } = await node.app.inject('/metrics');
    const labels = 'chain="mini.example/test"';
    expect(body).toContain(`hefu_webhooks_calls_total{${labels},outcome="taken"}`);
    expect(body).toContain(`hefu_webhooks_disabled{${labels},reason="gone"} 0`);
  });

  it('is managed by whoever runs the node alone, and tells its secret once', async () => {
    const node = await openNode();
    const receiver = await receive();
    const { id, secret } = await add(node, { url: receiver.url, event: 'sent', since: 'start' });
    const ask = async (
      method: 'GET' | 'POST' | 'DELETE',
      url: string,
      headers: Record<string, string> = OPERATOR,
    ): Promise<Answer> => node.app.inject({ method, url, headers });
    for (const [method, url] of [
      ['GET', '/v1/webhooks'],
      ['POST', '/v1/webhooks'],
      ['GET', `/v1/webhooks/${id}`],
      ['DELETE', `/v1/webhooks/${id}`],
      ['POST', `/v1/webhooks/${id}/secret`],
    ] as const) {
      expect((await ask(method, url, {})).statusCode, url).toBe(401);
    }
    const listed = await ask('GET', '/v1/webhooks');
    expect(listed.json()).toMatchObject({
      items: [{ id, state: 'active', event: 'sent', failures: 0 }],
    });
    expect(listed.body).not.toContain(secret);
    expect((await ask('POST', `/v1/webhooks/${id}/disable`)).json()).toMatchObject({
      state: 'disabled',
      reason: 'operator',
    });
    await send(node, 'while off');
    expect(receiver.received).toEqual([]);
    expect((await ask('POST', `/v1/webhooks/${id}/enable`)).json()).toMatchObject({
      state: 'active',
    });
    await receiver.until(1);
    expect(receiver.received[0]?.event.data).toMatchObject({ key: 'while off' });
    const renewed = await ask('POST', `/v1/webhooks/${id}/secret`);
    expect(renewed.json<{ secret: string }>().secret).not.toBe(secret);
    expect((await ask('DELETE', `/v1/webhooks/${id}`)).statusCode).toBe(204);
    for (const [method, ending] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/enable'],
    ] as const) {
      const gone = await ask(method, `/v1/webhooks/${id}${ending}`);
      expect(gone.json()).toMatchObject({ status: 404, code: 'webhook-not-found' });
    }
  });

  it('is added once by the same Idempotency-Key, and refused with another body', async () => {
    const node = await openNode();
    const receiver = await receive();
    const post = async (payload: object, key: string): Promise<Answer> =>
      node.app.inject({
        method: 'POST',
        url: '/v1/webhooks',
        headers: { ...OPERATOR, 'idempotency-key': key },
        payload,
      });
    const first = await post({ url: receiver.url }, 'one');
    const again = await post({ url: receiver.url }, 'one');
    expect([again.statusCode, again.body, again.headers['idempotency-replayed']]).toEqual([
      201,
      first.body,
      'true',
    ]);
    expect(again.headers.location).toBe(first.headers.location);
    expect(node.chain.webhooks.list()).toHaveLength(1);
    const other = await post({ url: `${receiver.url}/other` }, 'one');
    expect(other.json()).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect((await post({ url: receiver.url }, 'two')).statusCode).toBe(201);
    expect((await post({ url: receiver.url }, 'a b')).json()).toMatchObject({
      code: 'request-invalid',
    });
    expect(node.chain.webhooks.list()).toHaveLength(2);
  });

  it.each([
    [{}, 400, 'request-invalid'],
    [{ url: 'x' }, 422, 'webhook-address-refused'],
    [{ url: 'https://example.com', since: 'x' }, 400, 'request-invalid'],
    [{ url: 'https://example.com', since: '9999' }, 404, 'height-not-reached'],
    [{ url: 'https://example.com', contract: 'No!' }, 400, 'request-invalid'],
    [{ url: 'https://example.com', more: 1 }, 400, 'request-invalid'],
    [{ url: 'http://example.com' }, 422, 'webhook-address-refused'],
    [{ url: 'https://127.0.0.1/' }, 422, 'webhook-address-refused'],
  ])('%j is %i %s', async (payload, status, code) => {
    const node = await openNode({ flags: {} });
    const answer = await node.app.inject({
      method: 'POST',
      url: '/v1/webhooks',
      headers: OPERATOR,
      payload,
    });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });
});

/** A caller over a test node's chain with a store and a clock of ours. */
interface Alone {
  readonly node: TestNode;
  readonly store: WebhookStore;
  readonly lines: LogFields[];
  readonly caller: () => WebhookCaller;
  pass(ms: number): Promise<void>;
  restart(): Promise<void>;
}

async function openAlone(file = ':memory:'): Promise<Alone> {
  const node = await openNode();
  let nowMs = 1_000_000;
  let store = openWebhookStore(file);
  const lines: LogFields[] = [];
  const logger: Logger = { ...silentLogger(), warn: (fields) => lines.push(fields) };
  const open = (): WebhookCaller =>
    new WebhookCaller({
      hub: new EventHub(node.chain),
      store,
      send: createSender({ privateAllowed: true, timeoutMs: 300 }),
      key: new Uint8Array(32),
      logger,
      nowMs: () => nowMs,
      onCalled: () => undefined,
      random: () => 0,
    });
  let caller = open();
  opened.push(async () => {
    await caller[Symbol.asyncDispose]();
    store[Symbol.dispose]();
  });
  return {
    node,
    get store() {
      return store;
    },
    lines,
    caller: () => caller,
    async pass(ms) {
      nowMs += ms;
      caller.wake();
      await caller.settled();
    },
    async restart() {
      await caller[Symbol.asyncDispose]();
      store[Symbol.dispose]();
      store = openWebhookStore(file);
      caller = open();
      await caller.settled();
    },
  };
}

function webhookAt(url: string, change: Partial<Webhook> = {}): Webhook {
  return {
    id: 'AAAAAAAAAAAA',
    url,
    filter: { event: 'sent', blocks: false },
    createdMs: 1,
    position: { height: 0, event: BLOCK_END },
    disabled: undefined,
    secretNumber: 0,
    failures: 0,
    nextMs: 0,
    lastFailure: undefined,
    deliveredMs: undefined,
    ...change,
  };
}

describe('a receiver that fails', () => {
  it('is called again after longer and longer pauses, with the same id, and then goes on in order', async () => {
    let failing = 3;
    const receiver = await receive((raw) => raw.writeHead(failing-- > 0 ? 500 : 200).end('x'));
    const alone = await openAlone();
    alone.store.add(webhookAt(receiver.url));
    await send(alone.node, 'a');
    await send(alone.node, 'b');
    await alone.pass(0);
    for (const [index, pauseMs] of RETRY_PAUSES_MS.slice(0, 3).entries()) {
      expect(receiver.received).toHaveLength(index + 1);
      await alone.pass(pauseMs - 1);
      expect(receiver.received).toHaveLength(index + 1);
      expect(alone.store.get('AAAAAAAAAAAA')).toMatchObject({
        failures: index + 1,
        lastFailure: '500',
      });
      await alone.pass(1);
    }
    expect(receiver.received.map(({ event }) => (event.data as { key: string }).key)).toEqual([
      'a',
      'a',
      'a',
      'a',
      'b',
    ]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    expect(alone.store.get('AAAAAAAAAAAA')).toMatchObject({ failures: 0, lastFailure: undefined });
  });

  it('that is dead for days is switched off, and the log is told, without its address', async () => {
    const receiver = await receive((raw) => raw.writeHead(500).end());
    const alone = await openAlone();
    alone.store.add(webhookAt(`${receiver.url}?token=x`));
    await send(alone.node, 'a');
    await alone.pass(0);
    for (const pauseMs of RETRY_PAUSES_MS) await alone.pass(pauseMs);
    expect(receiver.received).toHaveLength(RETRY_PAUSES_MS.length + 1);
    expect(alone.store.get('AAAAAAAAAAAA')).toMatchObject({ disabled: 'failed-too-often' });
    expect(alone.lines).toMatchObject([{ component: 'AAAAAAAAAAAA', code: 'failed-too-often' }]);
    expect(JSON.stringify(alone.lines)).not.toContain('token');
    await alone.pass(1_000_000_000);
    expect(receiver.received).toHaveLength(RETRY_PAUSES_MS.length + 1);
  });

  it('that wants no more is not called again; one that asks for time gets it', async () => {
    const receiver = await receive((raw, count) =>
      count === 1 ? raw.writeHead(503, { 'retry-after': '3600' }).end() : raw.writeHead(410).end(),
    );
    const alone = await openAlone();
    alone.store.add(webhookAt(receiver.url));
    await send(alone.node, 'a');
    await alone.pass(0);
    await alone.pass(3_599_000);
    expect(receiver.received).toHaveLength(1);
    await alone.pass(1_000);
    expect(receiver.received).toHaveLength(2);
    expect(alone.store.get('AAAAAAAAAAAA')).toMatchObject({ disabled: 'gone', lastFailure: '410' });
  });

  it.each([
    ['redirects', (raw: ServerResponse) => raw.writeHead(302, { location: '/' }).end(), '302'],
    ['says nothing', () => undefined, 'timeout'],
    ['breaks off', (raw: ServerResponse) => raw.destroy(), 'connection-failed'],
  ] as const)('that %s has failed', async (_name, answer, lastFailure) => {
    const receiver = await receive(answer);
    const alone = await openAlone();
    alone.store.add(webhookAt(receiver.url));
    await send(alone.node, 'a');
    await alone.pass(0);
    expect(alone.store.get('AAAAAAAAAAAA')).toMatchObject({ failures: 1, lastFailure });
    expect(receiver.received).toHaveLength(1);
  });

  it('with an answer without end costs nothing', async () => {
    const receiver = await receive((raw) => {
      raw.writeHead(200);
      const pour = (): void => {
        while (!raw.destroyed && raw.write('x'.repeat(65_536)));
      };
      raw.on('drain', pour);
      pour();
    });
    const alone = await openAlone();
    alone.store.add(webhookAt(receiver.url));
    await send(alone.node, 'a');
    await alone.pass(0);
    expect(alone.store.get('AAAAAAAAAAAA')).toMatchObject({ failures: 0 });
  });
});

describe('after a restart', () => {
  it('a webhook goes on where it had come to, from disk', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hefu-webhooks-'));
    opened.push(() => rmSync(directory, { recursive: true, force: true }));
    const receiver = await receive();
    const alone = await openAlone(join(directory, 'webhooks.sqlite'));
    alone.store.add(webhookAt(receiver.url));
    await send(alone.node, 'a');
    await alone.pass(0);
    await alone.restart();
    await send(alone.node, 'b');
    await alone.pass(0);
    const keys = receiver.received.map(({ event }) => (event.data as { key: string }).key);
    expect(keys).toEqual(['a', 'b']);
    expect(alone.store.get('AAAAAAAAAAAA')?.position).toEqual(parsePosition('2-0'));
  });

  it('there are not more than there may be', () => {
    using store = openWebhookStore(':memory:');
    for (let i = 0; i < WEBHOOKS_MAX; i++) {
      expect(store.add(webhookAt('https://example.com', { id: String(i) }))).toBe(true);
    }
    expect(store.add(webhookAt('https://example.com', { id: 'x' }))).toBe(false);
  });

  it('a stop does not wait for a receiver, nor count against it', async () => {
    const receiver = await receive(() => undefined);
    const alone = await openAlone();
    alone.store.add(webhookAt(receiver.url));
    await send(alone.node, 'a');
    alone.caller().wake();
    await receiver.until(1);
    await alone.caller()[Symbol.asyncDispose]();
    await nextTurn();
    expect(alone.store.get('AAAAAAAAAAAA')).toMatchObject({ failures: 0 });
  });
});

const INSIDE = [
  '127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1',
  '198.18.0.1 224.0.0.1 255.255.255.255 192.0.2.1 ::1 :: fe80::1 fc00::1 fd12::1 ff02::1',
  '::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 2001:db8::1 2002:7f00:1:: 2001::1 fec0::1',
  'x 1.2.3',
].join(' ');

describe('where events may be sent', () => {
  it.each(INSIDE.split(' '))('not to %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00::1'])(
    'to %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'https://user@example.com/',
    'https://user:pass@example.com/',
    'https://example.com/#part',
    'https://localhost/',
    'https://a.localhost/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://intranet/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://①②⑦.0.0.1/',
    '//example.com/',
    'x',
    `https://example.com/${'a'.repeat(3_000)}`,
  ])('not to %s by its form', (url) => {
    expect(checkWebhookUrl(url, false)).toMatchObject({ ok: false });
  });

  it('to what is public by its form; to the inside when it is allowed', () => {
    for (const url of [
      'https://example.com/a?b=c',
      'https://8.8.8.8:8443/',
      'https://[2606:4700::1]/',
    ]) {
      expect(checkWebhookUrl(url, false).ok, url).toBe(true);
    }
    for (const url of ['http://127.0.0.1:1/', 'https://intranet/']) {
      expect(checkWebhookUrl(url, true).ok, url).toBe(true);
    }
  });

  it('not by a name that leads inside, even among others; the address looked at is the one connected to', async () => {
    const lead = async (...addresses: string[]): Promise<unknown> =>
      new Promise((resolve) => {
        const lookup = publicLookup((_host, callback) =>
          callback(
            null,
            addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          ),
        );
        lookup('name.example', { all: true }, (error, found) => resolve(error?.code ?? found));
      });
    expect(await lead('127.0.0.1')).toBe('ADDRESS_NOT_PUBLIC');
    expect(await lead('8.8.8.8', '10.0.0.1')).toBe('ADDRESS_NOT_PUBLIC');
    expect(await lead()).toBe('ADDRESS_NOT_PUBLIC');
    expect(await lead('8.8.8.8')).toEqual([{ address: '8.8.8.8', family: 4 }]);
    // The whole way: a name that leads to a receiver on this machine reaches nobody, and is asked for once.
    const receiver = await receive();
    let asked = 0;
    const sender = createSender({
      privateAllowed: false,
      resolve: (_host, callback) => {
        asked++;
        callback(null, [{ address: '127.0.0.1', family: 4 }]);
      },
    });
    const { port } = new URL(receiver.url);
    const signal = new AbortController().signal;
    const result = await sender(`https://name.example:${port}/`, {}, '{}', signal);
    expect(result).toEqual({ kind: 'failed', code: 'address-refused' });
    expect(await sender(receiver.url, {}, '{}', signal)).toEqual(result);
    expect([asked, receiver.received.length]).toEqual([1, 0]);
  });
});

describe('signatures', () => {
  it('are those of the example that Standard Webhooks publishes', () => {
    const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const headers = signWebhook(secret, {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timeSeconds: 1614265330,
      body: '{"test": 2432232314}',
    });
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('have a secret of their own for each webhook and each renewal', () => {
    const key = new Uint8Array(32).fill(7);
    const secrets = ['a', 'b'].flatMap((id) =>
      [0, 1].map((number) => formatSecret(webhookSecret(key, id, number))),
    );
    expect(new Set(secrets).size).toBe(4);
    for (const secret of secrets) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(formatSecret(webhookSecret(new Uint8Array(32), 'a', 0))).not.toBe(secrets[0]);
  });
});
