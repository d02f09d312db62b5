// Goal: whole answers can be asked for again without being sent again, and come compressed to who takes that, but nothing
// whose length could tell a stranger a secret.
// Method: the routes of a test node with and without If-None-Match, Accept-Encoding, cookies; bodies decoded and compared.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNode, OPERATOR } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';

let node: TestNode;
let id: string;

beforeAll(async () => {
  node = await createTestNode();
  id = await node.say({ method: 'send', args: { key: 'k', text: 't', readers: 'public' } });
});

afterAll(async () => node[Symbol.asyncDispose]());

describe('conditional requests', () => {
  it('answer 304 without a body to who has what would be sent', async () => {
    const urls = [
      `/v1/statements/${id}`,
      `/v1/statements/${id}/receipt`,
      `/v1/statements/${id}/receipt?format=tlog-proof`,
      `/v1/statements/${id}/receipt?format=cose`,
      '/log/checkpoint',
      '/log/vkeys',
      '/v1/chain',
      '/v1/trust',
      '/v1/state/letters/letters/k',
      '/v1/letters',
      '/problems',
      '/api',
    ];
    for (const url of urls) {
      const first = await node.app.inject(url);
      const tag = String(first.headers.etag);
      expect([first.statusCode, tag], url).toEqual([200, expect.stringMatching(/^"[\w-]{43}"$/)]);
      for (const header of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
        const again = await node.app.inject({ url, headers: { 'if-none-match': header } });
        expect([again.statusCode, again.body, again.headers.etag], url).toEqual([304, '', tag]);
      }
      const other = await node.app.inject({ url, headers: { 'if-none-match': '"other"' } });
      expect([other.statusCode, other.body], url).toEqual([200, first.body]);
      const head = await node.app.inject({ url, method: 'HEAD' });
      expect([head.headers.etag, head.body], url).toEqual([tag, '']);
    }
  });

  it('tell the height with a 304 too, and give no tag to what must not be kept', async () => {
    const headers = { 'if-none-match': '*' };
    const answer = await node.app.inject({ url: `/v1/statements/${id}`, headers });
    expect(answer.headers['ledger-height']).toBe('1');
    for (const url of ['/livez', '/readyz', '/metrics', '/nothing']) {
      expect((await node.app.inject({ url, headers })).headers.etag, url).toBeUndefined();
    }
  });

  it('a tag belongs to what this viewer sees', async () => {
    const hidden = await node.say({
      method: 'send',
      args: { key: 'h', text: 't', readers: ['alpha'] },
    });
    const url = `/v1/statements/${hidden}`;
    const [open, closed] = await Promise.all([
      node.app.inject(url),
      node.app.inject({ url, headers: OPERATOR }),
    ]);
    expect(open.headers.etag).not.toBe(closed.headers.etag);
    expect(closed.headers.vary).toContain('Authorization');
  });
});

describe('compression', () => {
  const URL_LARGE = '/openapi.json';

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)(
    '%s gives the same content, with a weak tag that still counts',
    async (name, open) => {
      const plain = await node.app.inject(URL_LARGE);
      const answer = await node.app.inject({
        url: URL_LARGE,
        headers: { 'accept-encoding': name },
      });
      expect(answer.headers['content-encoding']).toBe(name);
      expect(answer.headers.vary).toContain('Accept-Encoding');
      expect(open(answer.rawPayload).toString('utf8')).toBe(plain.body);
      expect(answer.rawPayload.length).toBeLessThan(plain.body.length / 5);
      expect(answer.headers.etag).toBe(`W/${String(plain.headers.etag)}`);
      const again = await node.app.inject({
        url: URL_LARGE,
        headers: { 'accept-encoding': name, 'if-none-match': String(answer.headers.etag) },
      });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    },
  );

  it.each([
    ['', undefined],
    ['identity', undefined],
    ['br;q=0, gzip;q=0', undefined],
    ['gzip, br', 'br'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['deflate, zstd', undefined],
    ['*', undefined],
  ])('Accept-Encoding %j gives %s', async (header, encoding) => {
    const answer = await node.app.inject({
      url: URL_LARGE,
      headers: { 'accept-encoding': header },
    });
    expect(answer.headers['content-encoding']).toBe(encoding);
  });

  it('leaves alone what is small, what is bytes, and what a cookie came with', async () => {
    const br = { 'accept-encoding': 'br' };
    const cookie = { ...br, cookie: 'a=b' };
    for (const [url, headers] of [
      ['/version', br],
      [`/v1/statements/${id}/receipt?format=cose`, br],
      [URL_LARGE, cookie],
      ['/metrics', br],
    ] as const) {
      const answer = await node.app.inject({ url, headers });
      expect([answer.statusCode, answer.headers['content-encoding']], url).toEqual([
        200,
        undefined,
      ]);
    }
  });
});

describe('reading at a height', () => {
  it('is by height= and atHeight=, told in Ledger-Height', async () => {
    const before = await node.app.inject('/v1/state/letters/letters/k?height=0');
    expect(before.statusCode).toBe(404);
    for (const name of ['height', 'atHeight']) {
      const answer = await node.app.inject(`/v1/state/letters/letters/k?${name}=1`);
      expect([answer.statusCode, answer.headers['ledger-height']], name).toEqual([200, '1']);
    }
    for (const [height, status] of [
      ['99', 404],
      ['-1', 400],
      ['1e3', 400],
      ['9007199254740993', 400],
    ] as const) {
      const answer = await node.app.inject(`/v1/state/letters/letters/k?height=${height}`);
      expect(answer.statusCode, height).toBe(status);
    }
  });

  it('works for addresses of modules, as far back as what they read from', async () => {
    const head = node.chain.reader.head().height;
    const state = (height: number): string => `/v1/letters/k?height=${height}`;
    expect((await node.app.inject(state(1))).json()).toEqual({ text: 't' });
    expect((await node.app.inject(state(1))).headers['ledger-height']).toBe('1');
    expect((await node.app.inject(state(0))).statusCode).toBe(404);
    const rows = await node.app.inject(`/v1/letters?height=${head}`);
    expect([rows.statusCode, rows.headers['ledger-height']]).toEqual([200, String(head)]);
    const past = await node.app.inject(`/v1/letters?height=${head - 1}`);
    expect([past.statusCode, past.json<{ code: string }>().code]).toEqual([410, 'height-pruned']);
    const ahead = await node.app.inject(`/v1/letters?height=${head + 1}`);
    expect([ahead.statusCode, ahead.json<{ code: string }>().code]).toEqual([
      404,
      'height-not-reached',
    ]);
    expect((await node.app.inject('/v1/letters?height=x')).statusCode).toBe(400);
  });
});
