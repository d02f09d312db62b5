// Goal: no answer goes out without the headers that make browsers careful, good or bad, from a route or from the parser. Method: every GET
// address of a test node, refusals of each layer, and raw bytes over a socket; HTTPS as a proxy says it.
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestNode } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';
import { routesOf } from './methods.ts';

let node: TestNode;

beforeAll(async () => {
  node = await createTestNode({
    flags: { 'http.behindProxy': true, 'http.trustedProxies': '127.0.0.1' },
  });
});
afterAll(async () => node[Symbol.asyncDispose]());

function lacking(headers: Readonly<Record<string, unknown>>): string[] {
  const policy = String(headers['content-security-policy']);
  return [
    headers['x-content-type-options'] === 'nosniff' ? '' : 'x-content-type-options',
    headers['referrer-policy'] === 'no-referrer' ? '' : 'referrer-policy',
    policy.includes("frame-ancestors 'none'") ? '' : 'frame-ancestors',
    policy.includes("default-src 'none'") ? '' : 'default-src',
    policy.includes("base-uri 'none'") ? '' : 'base-uri',
    headers['access-control-allow-origin'] === undefined ? '' : 'no cors',
  ].filter((name) => name !== '');
}

it('every address has them, and no other origin is let in', async () => {
  let asked = 0;
  for (const [route, methods] of routesOf(node.app)) {
    if (!methods.has('GET') || route.endsWith('/v1/events')) continue;
    const url = route.replaceAll(/:\w+/g, 'x').replace('*', 'x');
    const answer = await node.app.inject({ url, headers: { origin: 'https://evil.example' } });
    expect(lacking(answer.headers), url).toEqual([]);
    asked++;
  }
  expect(asked).toBeGreaterThan(40);
});

it.each(['/nothing', '/%', `/v1/members/${'a'.repeat(700)}/b`, '/chains/none/v1/chain'])(
  'a refusal has them: %s',
  async (url) => {
    const answer = await node.app.inject({ url });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(lacking(answer.headers)).toEqual([]);
  },
);

it('what is no HTTP is answered with them', async () => {
  await node.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = node.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  socket.write('NONSENSE\r\n\r\n');
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(text).toContain('x-content-type-options: nosniff');
  expect(text).toContain("frame-ancestors 'none'");
});

it('over TLS the browser is told to stay with it, subdomains too; without TLS it is not', async () => {
  const plain = await node.app.inject({ url: '/livez' });
  expect(plain.headers['strict-transport-security']).toBeUndefined();
  const secure = await node.app.inject({
    url: '/livez',
    headers: { 'x-forwarded-proto': 'https' },
  });
  const told = String(secure.headers['strict-transport-security']);
  expect(Number(/max-age=(\d+)/.exec(told)?.[1])).toBeGreaterThanOrEqual(31_536_000);
  expect(told).toContain('includeSubDomains');
});
