// A listening socket under hostile bytes: each line of the tables is sent raw, and the node answers in its own form and stays up.
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNode } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';

let node: TestNode;
let port: number;

beforeAll(async () => {
  node = await createTestNode({
    flags: { 'http.requestTimeoutMs': 400, 'http.headersTimeoutMs': 300 },
  });
  await node.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = node.app.server.address() as AddressInfo);
});

afterAll(async () => node[Symbol.asyncDispose]());

/** Sends the bytes, and gives what came back until the node closed the connection. */
async function send(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    socket.on('close', () => {
      resolve(received);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // What is cut off while it is still sending has had its answer.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    for (const part of parts) socket.write(part);
  });
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

function problemOf(answer: string): { readonly code?: string; readonly traceId?: string } {
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  return JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as { code?: string };
}

const HOST = 'Host: x\r\nConnection: close\r\n';

describe('what is no request', () => {
  it.each([
    ['random bytes', '\u0000\u0001\u0002garbage\r\n\r\n', 400, 'http-malformed'],
    ['a TLS greeting', '\u0016\u0003\u0001\u0002\u0000\u0001', 400, 'http-malformed'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'http-malformed'],
    ['an unknown method', `EAT /livez HTTP/1.1\r\n${HOST}\r\n`, 400, 'http-malformed'],
    ['a space in the address', `GET /li vez HTTP/1.1\r\n${HOST}\r\n`, 400, 'http-malformed'],
    ['no Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400, undefined],
    [
      'two lengths',
      `POST /v1/statements HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
      'http-malformed',
    ],
    [
      'length and chunks',
      `POST /v1/statements HTTP/1.1\r\n${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'http-malformed',
    ],
    [
      'a negative length',
      `POST /v1/statements HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`,
      400,
      'http-malformed',
    ],
    [
      'a huge length',
      `POST /v1/statements HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999999\r\n\r\n`,
      400,
      'http-malformed',
    ],
    [
      'a broken chunk',
      `POST /v1/statements HTTP/1.1\r\n${HOST}Content-Type: application/cose\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
      'http-malformed',
    ],
    [
      'a line feed in a header',
      `GET /livez HTTP/1.1\r\n${HOST}X: a\nb\r\n\r\n`,
      400,
      'http-malformed',
    ],
    [
      'large headers',
      `GET /livez HTTP/1.1\r\n${HOST}X: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'many headers',
      `GET /livez HTTP/1.1\r\n${HOST}${'X: a\r\n'.repeat(4_000)}\r\n`,
      431,
      'headers-too-large',
    ],
    [
      'a long address',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`,
      431,
      'headers-too-large',
    ],
  ])('%s', async (_name, bytes, status, code) => {
    const answer = await send(Buffer.from(bytes, 'latin1'));
    expect(statusOf(answer)).toBe(status);
    if (code !== undefined) {
      expect(problemOf(answer)).toMatchObject({
        code,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
      expect(answer).toMatch(/content-type: application\/problem\+json\r\n/i);
    }
    expect((await node.app.inject('/livez')).statusCode).toBe(200);
  });
});

describe('what is sent badly', () => {
  it.each([
    ['headers that never end', 'GET /livez HTTP/1.1\r\nHost: x\r\n'],
    [
      'a body that never ends',
      'POST /v1/statements HTTP/1.1\r\nHost: x\r\nContent-Type: application/cose\r\nContent-Length: 10\r\n\r\nab',
    ],
  ])('%s: 408 in time', async (_name, bytes) => {
    const answer = await send(bytes);
    expect(statusOf(answer)).toBe(408);
    expect(problemOf(answer).code).toBe('request-timeout');
  });

  it('a body beyond the limit is refused by its length alone, before it is sent', async () => {
    const head = `POST /v1/statements HTTP/1.1\r\n${HOST}Content-Type: application/cose\r\n`;
    const answer = await send(`${head}Content-Length: 200000000\r\n\r\n`, 'ab');
    expect(statusOf(answer)).toBe(413);
    expect(problemOf(answer).code).toBe('body-too-large');
  });

  it('an encoded traversal reaches no file', async () => {
    for (const path of [
      '/log/../../../../etc/passwd',
      '/log/%2e%2e/%2e%2e/etc/passwd',
      '/../etc/passwd',
    ]) {
      const answer = await send(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`);
      expect(statusOf(answer), path).toBe(404);
      expect(answer).not.toContain('root:');
    }
  });

  it('the same header twice decides nothing twice', async () => {
    const twice = 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n';
    const answer = await send(
      `GET /v1/statements/${'0'.repeat(64)} HTTP/1.1\r\n${HOST}${twice}\r\n`,
    );
    expect([statusOf(answer), problemOf(answer).code]).toEqual([401, 'credential-wrong']);
    const accepts = 'Accept: image/png\r\nAccept: application/cose\r\n';
    const id = await node.say({ method: 'send', args: { key: 'k', text: 't', readers: 'public' } });
    const both = await send(`GET /v1/statements/${id} HTTP/1.1\r\n${HOST}${accepts}\r\n`);
    expect(statusOf(both)).toBe(200);
  });

  it('a client that goes away in the middle leaves the node as it was', async () => {
    const head = 'POST /v1/statements HTTP/1.1\r\nHost: x\r\nContent-Type: application/cose\r\n';
    await Promise.all(
      Array.from(
        { length: 20 },
        async () =>
          new Promise<void>((resolve) => {
            const socket = connect(port, '127.0.0.1', () => {
              socket.write(`${head}Content-Length: 100\r\n\r\nab`, () => {
                socket.destroy();
                resolve();
              });
            });
          }),
      ),
    );
    expect((await node.app.inject('/readyz')).statusCode).toBe(200);
  });

  it('requests one behind the other on one connection are answered in order', async () => {
    const one = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';
    const last = `GET /version HTTP/1.1\r\n${HOST}\r\n`;
    const answer = await send(one + one + last);
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(answer.lastIndexOf('ok\n')).toBeLessThan(answer.indexOf('0.0.0-test'));
  });
});
