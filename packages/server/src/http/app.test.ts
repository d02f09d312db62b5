// What holds for every address: methods, problems, unknown addresses, health, stopping, modules' routes and their cursors.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogFields, Logger } from '../logging/logger.ts';
import { silentLogger } from '../logging/logger.ts';
import { BROKEN_KEY } from '../testing/letters-module.ts';
import { createTestNode, OPERATOR } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';
import { routesOf } from './methods.ts';

let node: TestNode;

beforeAll(async () => {
  node = await createTestNode();
  for (const key of ['a', 'b', 'c', 'd', 'e']) {
    node.database.prepare('insert into letters values (?, ?, ?)').run(key, `text ${key}`, 'public');
  }
});

afterAll(async () => node[Symbol.asyncDispose]());

interface Problem {
  readonly code: string;
  readonly status: number;
}

describe('methods', () => {
  it('every address answers the ones it does not take with 405 and Allow, and OPTIONS with 204', async () => {
    let asked = 0;
    for (const [pattern, methods] of routesOf(node.app)) {
      const url = pattern.replaceAll(/:\w+/g, 'x').replace('*', 'x');
      const allow = [...methods, 'OPTIONS'].join(', ');
      const options = await node.app.inject({ method: 'OPTIONS', url });
      expect([options.statusCode, options.headers.allow], url).toEqual([204, allow]);
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        if (methods.has(method)) continue;
        const answer = await node.app.inject({ method, url, payload: method === 'GET' ? '' : 'x' });
        expect([answer.statusCode, answer.headers.allow], `${method} ${url}`).toEqual([405, allow]);
        if (method !== 'HEAD') expect(answer.json<Problem>().code).toBe('method-not-allowed');
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(100);
  });

  it('every readable address takes HEAD, but the one that uses up what it is given', () => {
    const readable = [...routesOf(node.app)].filter(([, methods]) => methods.has('GET'));
    const without = readable.filter(([, methods]) => !methods.has('HEAD'));
    expect(without.map(([url]) => url)).toEqual(['/v1/session/oidc/callback']);
    expect(readable.length).toBeGreaterThan(30);
  });
});

describe('addresses', () => {
  it.each([
    ['/', 404, 'route-not-found'],
    ['/nothing', 404, 'route-not-found'],
    ['/v1', 404, 'route-not-found'],
    ['/V1/chain', 404, 'route-not-found'],
    ['/v1/chain/', 404, 'route-not-found'],
    ['//v1/chain', 404, 'route-not-found'],
    ['/chains/other/v1/chain', 404, 'chain-not-found'],
    ['/chains/../v1/nothing', 404, 'route-not-found'],
    ['/%', 400, 'url-malformed'],
    ['/v1/statements/%e0%a4%a', 400, 'url-malformed'],
  ])('%s is %i %s', async (url, status, code) => {
    const answer = await node.app.inject(url);
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('every problem code explains itself at its type', async () => {
    const answer = await node.app.inject({
      url: '/problems/queue-full',
      headers: { 'accept-language': 'zh' },
    });
    expect(answer.json()).toMatchObject({ code: 'queue-full', status: 503, retryable: true });
    expect((await node.app.inject('/problems/made-up')).statusCode).toBe(404);
    expect((await node.app.inject('/problems/constructor')).statusCode).toBe(404);
  });
});

describe('health', () => {
  it('is live, ready, and says what runs', async () => {
    expect((await node.app.inject('/livez')).body).toBe('ok\n');
    expect((await node.app.inject('/readyz')).body).toBe('ok\n');
    expect((await node.app.inject('/readyz?verbose')).json()).toMatchObject({
      ready: true,
      checks: [{ name: 'node', ok: true }, { name: 'chain mini.example/test', ok: true }, {}, {}],
    });
    expect((await node.app.inject('/version')).json()).toEqual(node.host.version);
    expect((await node.app.inject('/v1/chains')).json()).toMatchObject({
      items: [{ chain: 'mini.example/test', path: '/chains/mini.example__test', isDefault: true }],
    });
  });

  it('is not ready when a ledger has stopped, and still serves reads', async () => {
    const halted = { code: 'store-failed', message: 'the disk failed' };
    await using other = await createTestNode({
      ledger: (real) => ({ ...real, status: () => ({ queued: 0, halted }) }),
    });
    const ready = await other.app.inject('/readyz?verbose');
    expect(ready.statusCode).toBe(503);
    expect(ready.body).toContain('store-failed');
    expect((await other.app.inject('/v1/chain')).statusCode).toBe(200);
    expect((await other.app.inject('/metrics')).body).toMatch(
      /hefu_ledger_halted\{chain="mini.example\/test"\} 1/,
    );
  });

  it('counts what it answers', async () => {
    await node.app.inject('/v1/chain');
    const { body } = await node.app.inject('/metrics');
    expect(body).toMatch(
      /hefu_http_requests_total\{method="GET",route="\/v1\/chain",status="200"\} \d+/,
    );
    expect(body).toMatch(/hefu_ledger_height_blocks\{chain="mini.example\/test"\} \d+/);
  });

  it('answers 503 to everything once it is being stopped', async () => {
    await using other = await createTestNode();
    other.setState('stopping');
    const answer = await other.app.inject('/v1/chain');
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([503, 'node-stopping']);
    expect(answer.headers.connection).toBe('close');
  });

  it('tells the log of its own failures, with the trace id that the client got', async () => {
    const lines: { fields: LogFields; sentence: string }[] = [];
    const logger: Logger = {
      ...silentLogger(),
      error: (fields, sentence) => lines.push({ fields, sentence }),
    };
    await using other = await createTestNode({
      logger,
      ledger: (real) => ({
        ...real,
        submit: async () => {
          throw new Error('broken');
        },
      }),
    });
    const answer = await other.app.inject({
      method: 'POST',
      url: '/v1/statements',
      headers: { 'content-type': 'application/cose' },
      payload: Buffer.of(1),
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      sentence: 'request failed inside the node',
      fields: { traceId: answer.json<{ traceId: string }>().traceId, route: '/v1/statements' },
    });
  });
});

describe('modules’ routes', () => {
  interface Page {
    readonly items: readonly { readonly key: string }[];
    readonly nextCursor: string | null;
  }

  it('page with sealed cursors to the end', async () => {
    const keys: string[] = [];
    let url: string | undefined = '/v1/letters?limit=2';
    while (url !== undefined) {
      const answer: Awaited<ReturnType<typeof node.app.inject>> = await node.app.inject(url);
      const page: Page = answer.json();
      keys.push(...page.items.map(({ key }) => key));
      const link = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
      expect(link === undefined).toBe(page.nextCursor === null);
      if (page.nextCursor !== null) expect(link).toContain(page.nextCursor);
      url = link;
    }
    expect(keys).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('take no cursor that was changed, made up or given for something else', async () => {
    const first: Page = (await node.app.inject('/v1/letters?limit=2')).json();
    const cursor = first.nextCursor ?? '';
    const flipped = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);
    const bad = [
      `/v1/letters?cursor=${flipped}`,
      `/v1/letters?cursor=${cursor}A`,
      `/v1/letters?cursor=${cursor.slice(0, -1)}`,
      '/v1/letters?cursor=b',
      '/v1/letters?cursor=',
      `/v1/letters?cursor=${Buffer.from('b').toString('base64url')}`,
      `/v1/letters?prefix=a&cursor=${cursor}`,
      `/v1/letters?cursor=${cursor}&cursor=${cursor}`,
      `/v1/letters?cursor=${'A'.repeat(5000)}`,
    ];
    for (const url of bad) {
      const answer = await node.app.inject(url);
      expect([answer.statusCode, answer.json<Problem>().code], url).toEqual([
        400,
        'cursor-invalid',
      ]);
    }
    const good = await node.app.inject(`/v1/letters?limit=1&cursor=${cursor}`);
    expect(good.json<Page>().items.map(({ key }) => key)).toEqual(['c']);
  });

  it('check their parameters', async () => {
    for (const query of [
      'limit=0',
      'limit=201',
      'limit=x',
      'limit=1e99',
      'unknown=1',
      'prefix=a&prefix=b',
    ]) {
      const answer = await node.app.inject(`/v1/letters?${query}`);
      expect([answer.statusCode, answer.json<Problem>().code], query).toEqual([
        400,
        'request-invalid',
      ]);
    }
  });

  it('answer their own problems in the common form', async () => {
    const answer = await node.app.inject('/v1/letters/nothing');
    expect(answer.json()).toMatchObject({
      type: '/problems/letter-not-found',
      code: 'letter-not-found',
      status: 404,
      title: 'There is no such letter.',
      data: { key: 'nothing' },
    });
  });

  it('stream', async () => {
    const answer = await node.app.inject('/v1/letter-stream');
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(answer.body.trim().split('\n')).toHaveLength(5);
    expect(answer.headers['ledger-height']).toMatch(/^\d+$/);
  });

  it('stream no further than they can, and the log is told', async () => {
    const lines: { fields: LogFields; sentence: string }[] = [];
    const logger: Logger = {
      ...silentLogger(),
      error: (fields, sentence) => lines.push({ fields, sentence }),
    };
    await using other = await createTestNode({ logger });
    const insert = other.database.prepare('insert into letters values (?, ?, ?)');
    insert.run('a', 'text', 'public');
    insert.run(BROKEN_KEY, 'text', 'public');
    await expect(other.app.inject('/v1/letter-stream')).rejects.toThrow('destroyed');
    expect(lines).toMatchObject([
      { sentence: 'answer broke off inside the node', fields: { route: '/v1/letter-stream' } },
    ]);
  });

  it('say that there is no read model when there is none', async () => {
    await using other = await createTestNode();
    Object.assign(other.chain.readModel, { height: () => undefined });
    const answer = await other.app.inject('/v1/letters');
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([
      503,
      'read-model-unavailable',
    ]);
  });
});

describe('vault', () => {
  const content = Buffer.alloc(200_000, 'abcdefghij');

  it('is for the operator alone', async () => {
    for (const method of ['GET', 'HEAD', 'PUT'] as const) {
      const answer = await node.app.inject({ method, url: `/v1/vault/objects/${'0'.repeat(64)}` });
      expect(answer.statusCode, method).toBe(401);
    }
  });

  it('takes, tells of and gives objects, whole and in parts', async () => {
    const url = `/v1/vault/objects/${createHash('sha256').update(content).digest('hex')}`;
    const put = await node.app.inject({
      method: 'PUT',
      url,
      headers: { ...OPERATOR, 'content-type': 'application/octet-stream' },
      payload: content,
    });
    expect([put.statusCode, put.json<{ size: number }>().size]).toEqual([201, content.length]);
    const again = await node.app.inject({
      method: 'PUT',
      url,
      headers: { ...OPERATOR, 'content-type': 'application/pdf' },
      payload: content,
    });
    expect(again.statusCode).toBe(200);
    const head = await node.app.inject({ method: 'HEAD', url, headers: OPERATOR });
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([
      200,
      '200000',
      '',
    ]);
    const whole = await node.app.inject({ url, headers: OPERATOR });
    expect(whole.rawPayload.equals(content)).toBe(true);
    const ranges = [
      ['bytes=0-9', 206, 'bytes 0-9/200000', 'abcdefghij'],
      ['bytes=199995-', 206, 'bytes 199995-199999/200000', 'fghij'],
      ['bytes=-3', 206, 'bytes 199997-199999/200000', 'hij'],
      ['bytes=65530-65545', 206, 'bytes 65530-65545/200000', 'abcdefghijabcdef'],
    ] as const;
    for (const [range, status, contentRange, body] of ranges) {
      const part = await node.app.inject({ url, headers: { ...OPERATOR, range } });
      expect([part.statusCode, part.headers['content-range'], part.body], range).toEqual([
        status,
        contentRange,
        body,
      ]);
    }
    const beyond = await node.app.inject({ url, headers: { ...OPERATOR, range: 'bytes=200000-' } });
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, 'bytes */200000']);
    for (const range of ['bytes=5-2', 'items=0-1', 'bytes=0-1,5-6', 'bytes=-', 'bytes=x-y']) {
      const ignored = await node.app.inject({ url, headers: { ...OPERATOR, range } });
      expect([ignored.statusCode, ignored.rawPayload.length], range).toEqual([200, 200_000]);
    }
    const fresh = { ...OPERATOR, 'if-none-match': String(head.headers.etag) };
    expect((await node.app.inject({ url, headers: fresh })).statusCode).toBe(304);
  });

  it('keeps nothing that is not what it is called', async () => {
    const url = `/v1/vault/objects/${'1'.repeat(64)}`;
    const headers = { ...OPERATOR, 'content-type': 'application/octet-stream' };
    const put = await node.app.inject({ method: 'PUT', url, headers, payload: content });
    expect([put.statusCode, put.json<Problem>().code]).toEqual([422, 'object-mismatch']);
    const got = await node.app.inject({ url, headers: OPERATOR });
    expect([got.statusCode, got.json<Problem>().code]).toEqual([404, 'object-unknown']);
  });

  it('takes an empty object', async () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const url = `/v1/vault/objects/${empty}`;
    expect((await node.app.inject({ method: 'PUT', url, headers: OPERATOR })).statusCode).toBe(201);
    expect((await node.app.inject({ url, headers: OPERATOR })).rawPayload.length).toBe(0);
  });
});
