// Goal: nothing that is sent is ever unpacked, and what no address wants is not read at all. Method: a test node by injection, with packed
// bodies of a megabyte of nothing, and bodies where there is nothing to take them.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestNode, OPERATOR } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';

let node: TestNode;

beforeAll(async () => {
  node = await createTestNode();
});
afterAll(async () => node[Symbol.asyncDispose]());

it.each([
  ['POST', '/v1/statements', 'application/json'],
  ['POST', '/v1/statements', 'application/cbor-seq'],
  ['POST', '/v1/session', 'application/json'],
  ['PUT', `/v1/vault/objects/${'a'.repeat(64)}`, 'application/octet-stream'],
  ['PUT', `/v1/attachments/${'a'.repeat(64)}`, 'application/octet-stream'],
] as const)(
  'a packed body is refused before it is read: %s %s as %s',
  async (method, url, type) => {
    const bomb = gzipSync(Buffer.alloc(1_000_000, '{'));
    for (const encoding of ['gzip', 'br', 'deflate', 'GZIP, identity', 'x']) {
      const answer = await node.app.inject({
        method,
        url,
        headers: { ...OPERATOR, 'content-type': type, 'content-encoding': encoding },
        payload: bomb,
      });
      expect([answer.statusCode, answer.json<{ code: string }>().code], encoding).toEqual([
        415,
        'body-encoding-unsupported',
      ]);
      expect(answer.headers['accept-encoding']).toBe('identity');
    }
  },
);

it('a body that says it is as it is goes on', async () => {
  const answer = await node.app.inject({
    method: 'POST',
    url: '/v1/statements',
    headers: { 'content-type': 'application/json', 'content-encoding': 'identity' },
    payload: '{"statement":"AA=="}',
  });
  expect(answer.json()).toMatchObject({ code: 'statement-malformed' });
});

it('where nothing is, no body is looked at', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'] as const) {
    const answer = await node.app.inject({
      method: method as 'POST',
      url: '/v1/nothing',
      headers: { 'content-type': 'application/json' },
      payload: '{"broken',
    });
    expect([answer.statusCode, answer.json<{ code: string }>().code], method).toEqual([
      404,
      'route-not-found',
    ]);
  }
});

it('a method that is known to the parser and not to the address is refused, with what it takes', async () => {
  const answer = await node.app.inject({ method: 'QUERY' as 'POST', url: '/v1/chain' });
  expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
});
