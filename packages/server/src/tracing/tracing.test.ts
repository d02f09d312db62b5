// Goal: a node that is told where sends spans that hang together: request, admission, block with its links, projection, webhook; with
// the caller's trace going in and out, sampled as set, and with nothing in them of bodies or credentials. One that is not told loads
// nothing. Method: real nodes and a receiver of OTLP over HTTP that reads the protocol's JSON as the specification has it.
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { hash } from '@hefu/crypto/hash';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { dataPaths, readCredentialsFile } from '../node/data-folder.ts';
import { initData } from '../node/init-data.ts';
import { startNode } from '../node/start-node.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import { createNodeClient } from '../testing/node-client.ts';
import { tracesEndpoint } from './tracing.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const SECRET_NAME = 'a-name-that-nobody-else-may-see.pdf';

/** A span as OTLP has it in JSON (opentelemetry-proto, trace.proto: ids in hexadecimal, 64-bit numbers as text). */
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly { readonly key: string; readonly value: object }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A collector: what it was sent, in the order of arrival. */
async function receiver(): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, answer) => {
    void answerTo(request, answer);
  });
  async function answerTo(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await text(request);
    const isOtlp =
      request.method === 'POST' &&
      request.url === '/v1/traces' &&
      request.headers['content-type'] === 'application/json';
    if (isOtlp) bodies.push(body);
    answer.writeHead(isOtlp ? 200 : 400, { 'content-type': 'application/json' }).end('{}');
  }
  return { url: await listen(server), bodies };
}

function spansOf(bodies: readonly string[]): OtlpSpan[] {
  return bodies
    .flatMap((body) => (JSON.parse(body) as OtlpRequest).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);
}

function attributesOf({ attributes = [] }: OtlpSpan): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const),
  );
}

/** Deposits on a node with these settings, with a webhook and somebody's trace; gives what the collector and the webhook got. */
async function trace(flags: Readonly<Record<string, unknown>>): Promise<{
  readonly spans: readonly OtlpSpan[];
  readonly bodies: string;
  readonly token: string;
  readonly called: readonly IncomingHttpHeaders[];
  readonly problem: { readonly traceId: string };
  readonly height: number;
}> {
  using place = createTestPlace();
  const made = initData({ ...place, consortium: 'sample' });
  const collector = await receiver();
  const called: IncomingHttpHeaders[] = [];
  const { promise: wasCalled, resolve } = Promise.withResolvers<void>();
  const hook = await listen(
    createServer((request, answer) => {
      called.push(request.headers);
      request.resume();
      answer.writeHead(204).end();
      resolve();
    }),
  );
  const { token } = readCredentialsFile(dataPaths(place.directory));
  let problem: { readonly traceId: string };
  let height: number;
  {
    await using node = await startNode({
      ...place,
      logger: silentLogger(),
      flags: {
        ...ANY_PORT,
        'tracing.endpoint': collector.url,
        'webhooks.privateAddressesAllowed': true,
        ...flags,
      },
    });
    const asked = await fetch(`${node.url}/v1/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: hook, contract: 'evidence' }),
    });
    expect(asked.status).toBe(201);
    const client = createNodeClient({ ...place, ...made });
    const content = Buffer.from('content');
    const statement = client.sign('lanhe-dairy/depositor', 'deposit', {
      item: {
        kind: 'file',
        sha256: hash('sha256', content),
        sm3: hash('sm3', content),
        size: content.length,
        name: SECRET_NAME,
      },
      readers: 'public',
    });
    const answer = await fetch(`${node.url}/v1/statements`, {
      method: 'POST',
      headers: {
        'content-type': 'application/cose',
        traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`,
      },
      body: Uint8Array.from(statement.bytes),
    });
    expect(answer.status).toBe(202);
    ({ height } = (await answer.json()) as { readonly height: number });
    await wasCalled;
    await expect
      .poll(async () => (await fetch(`${node.url}/v1/evidence/${statement.id}`)).status)
      .toBe(200);
    const missing = await fetch(
      `${node.url}/v1/statements/${'0'.repeat(64)}?secret=${SECRET_NAME}`,
    );
    problem = (await missing.json()) as typeof problem;
  }
  return {
    spans: spansOf(collector.bodies),
    bodies: collector.bodies.join('\n'),
    token,
    called,
    problem,
    height,
  };
}

describe('a node that traces', () => {
  it('sends spans that hang together, and nothing of bodies or credentials', async () => {
    const { spans, bodies, token, called, problem, height } = await trace({});
    const one = (name: string): OtlpSpan => {
      const found = spans.filter((span) => span.name === name);
      expect(found, name).toHaveLength(1);
      return found[0] as OtlpSpan;
    };
    const request = one('POST /v1/statements');
    expect(request).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID, kind: 2 });
    expect(attributesOf(request)).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/statements',
      'http.response.status_code': 202,
    });
    const admission = one('ledger admission');
    expect(admission).toMatchObject({ traceId: TRACE_ID, parentSpanId: request.spanId });
    const block = one('ledger block');
    expect(block.traceId).not.toBe(TRACE_ID);
    expect(block.links).toMatchObject([{ traceId: TRACE_ID, spanId: admission.spanId }]);
    expect(admission.links).toMatchObject([{ traceId: block.traceId, spanId: block.spanId }]);
    expect(attributesOf(block)).toMatchObject({
      'hefu.block.height': height,
      'hefu.block.statements': 1,
    });
    for (const name of ['ledger execute', 'ledger commit', 'projection']) {
      const part = one(name);
      expect(part, name).toMatchObject({ traceId: block.traceId, parentSpanId: block.spanId });
      expect(BigInt(part.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(part.startTimeUnixNano));
      expect(BigInt(part.startTimeUnixNano)).toBeGreaterThanOrEqual(
        BigInt(block.startTimeUnixNano),
      );
    }
    const call = one('webhook call');
    expect(call).toMatchObject({ traceId: block.traceId, parentSpanId: block.spanId, kind: 3 });
    expect(called.map(({ traceparent }) => traceparent)).toEqual([
      `00-${call.traceId}-${call.spanId}-01`,
    ]);
    // A problem names the trace that it can be found by.
    const refused = one('GET /v1/statements/:id');
    expect(problem.traceId).toBe(refused.traceId);
    for (const secret of [token, SECRET_NAME, 'Bearer', '0'.repeat(64)]) {
      expect(bodies).not.toContain(secret);
    }
    expect(bodies).toContain('"service.name"');
  });

  it('records the share that is set, and says on that it records nothing', async () => {
    const { spans, called } = await trace({ 'tracing.sampleRatio': 0 });
    expect(spans).toEqual([]);
    expect(called[0]?.['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
});

describe('where spans go', () => {
  const none = { endpoint: '', sampleRatio: 1, serviceName: 'hefu' };
  const set = { ...none, endpoint: 'http://collector:4318/' };

  it.each([
    [none, {}, undefined],
    [set, {}, 'http://collector:4318/v1/traces'],
    [none, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:4318' }, 'http://other:4318/v1/traces'],
    [none, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x/t' }, 'http://x/t'],
    [set, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other' }, 'http://collector:4318/v1/traces'],
    [set, { OTEL_SDK_DISABLED: 'true' }, undefined],
  ])('%j with %j: %s', (config, environment, expected) => {
    expect(tracesEndpoint(config, environment)).toBe(expected);
  });
});

it('a node that does not trace loads nothing of it', () => {
  const index = fileURLToPath(new URL('../index.ts', import.meta.url));
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await import(${JSON.stringify(index)});
    console.log(JSON.stringify(loaded.filter((url) => /opentelemetry.(?!api)|otlp/.test(url))));
    console.log(loaded.length);
  `;
  const printed = execFileSync(
    process.execPath,
    ['--conditions=source', '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  ).split('\n');
  expect(printed[0]).toBe('[]');
  expect(Number(printed[1])).toBeGreaterThan(100);
});
