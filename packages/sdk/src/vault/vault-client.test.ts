// Goal: content goes and comes whole over connections that break, and nothing but the content of the digest is ever given whole. Method:
// a server that cuts, lies about ranges, swaps content and refuses; both digests; files that an earlier run has left.
import { toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HefuClient } from '../client.ts';
import { getVaultFile, putVaultFile } from '../node/vault-files.ts';
import { ProblemError } from '../problem.ts';
import { sendJson, sendProblem, startServer } from '../testing/http-server.ts';
import type { TestServer } from '../testing/http-server.ts';

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251));
const DIGEST = toHex(hash('sha256', CONTENT));
const PATH = `/v1/vault/objects/${DIGEST}`;
const folder = mkdtempSync(join(tmpdir(), 'hefu-sdk-'));

let served: TestServer;
/** What the server gives, and after how many bytes of an answer it breaks the connection. */
let given = { content: CONTENT, cutAfter: Infinity, cuts: Infinity };

beforeEach(async () => {
  given = { content: CONTENT, cutAfter: Infinity, cuts: Infinity };
  served = await startServer(serve);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function serve(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/v1/chain') return sendJson(response, CHAIN);
  const { content } = given;
  const [, from] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
  const [, , to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(from ?? 0);
  const end = to === undefined ? content.length : Number(to) + 1;
  const isPart = from !== undefined && request.headers['if-range'] !== '"other"';
  response.writeHead(isPart ? 206 : 200, {
    'content-length': end - start,
    ...(isPart ? { 'content-range': `bytes ${start}-${end - 1}/${content.length}` } : {}),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const part = content.subarray(start, end);
  if (part.length <= given.cutAfter || given.cuts <= 0) {
    response.end(part);
    return;
  }
  given.cuts--;
  response.write(part.subarray(0, given.cutAfter), () => setTimeout(() => response.destroy(), 20));
}

const CHAIN = {
  chain: 'a.example',
  suite: 'international',
  slug: 'a',
  organisation: 'acme',
  height: 1,
  time: '',
  size: 1,
  root: '',
  stateRoot: '',
  prunedHeight: 0,
  genesisDigest: '',
  modules: [],
  organisations: [],
};

function client(): HefuClient {
  return new HefuClient({ url: served.url, verify: false });
}

async function read(options: { start?: number; end?: number } = {}): Promise<Buffer> {
  return Buffer.from(await client().vault.bytes(DIGEST, options));
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

describe('reading', () => {
  it('goes on behind each break, and tells of its progress', async () => {
    given = { content: CONTENT, cutAfter: 70_000, cuts: 2 };
    const progress: number[] = [];
    const parts: Uint8Array[] = [];
    const onProgress = (done: number, total: number): void => {
      expect(total).toBe(CONTENT.length);
      progress.push(done);
    };
    for await (const part of client().vault.get(DIGEST, { onProgress })) parts.push(part);
    expect(Buffer.concat(parts).equals(CONTENT)).toBe(true);
    expect(progress.at(-1)).toBe(CONTENT.length);
    expect(progress).toEqual(progress.toSorted((left, right) => left - right));
    expect(served.asked.filter((asked) => asked === `GET ${PATH}`)).toHaveLength(3);
    await served[Symbol.asyncDispose]();
  });

  it('gives a range, and an empty one without asking', async () => {
    expect(await read({ start: 65_530, end: 65_550 })).toEqual(CONTENT.subarray(65_530, 65_550));
    expect((await read({ start: 199_990 })).equals(CONTENT.subarray(199_990))).toBe(true);
    const before = served.asked.length;
    expect((await read({ start: 5, end: 5 })).length).toBe(0);
    expect(served.asked.length).toBe(before + 1);
    await served[Symbol.asyncDispose]();
  });

  it.each([
    ['another content of the same size', Buffer.from(CONTENT).fill(1, 150_000, 150_001)],
    ['content that is shorter', CONTENT.subarray(0, -1)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is never given whole', async (_name, content) => {
    given = { content, cutAfter: Infinity, cuts: 0 };
    let came = 0;
    const reading = (async () => {
      for await (const part of client().vault.get(DIGEST)) came += part.length;
    })();
    expect(await codeOf(reading)).toBe('object-differs');
    expect(came).toBeLessThan(Math.max(content.length, 1));
    await served[Symbol.asyncDispose]();
  });

  it('ends with the node’s problem, or after failures without a byte', async () => {
    served.answer = (request, response) =>
      request.url === '/v1/chain'
        ? sendJson(response, CHAIN)
        : sendProblem(response, 410, 'object-erased');
    expect(await codeOf(read())).toBe('object-erased');
    served.answer = (request, response) => {
      if (request.url === '/v1/chain') sendJson(response, CHAIN);
      else response.writeHead(200).end(CONTENT);
    };
    // Chunked: it does not say how long it is.
    expect(await codeOf(read())).toBe('answer-not-understood');
    await served[Symbol.asyncDispose]();
  });
});

describe('files', () => {
  it('come whole, going on from what an earlier run has left', async () => {
    const path = join(folder, 'one.bin');
    writeFileSync(`${path}.part`, CONTENT.subarray(0, 120_000));
    const got = await getVaultFile(client(), DIGEST, path);
    expect(got).toEqual({ size: CONTENT.length, resumedFrom: 120_000 });
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
    expect(existsSync(`${path}.part`)).toBe(false);
    await served[Symbol.asyncDispose]();
  });

  it('do not come of what an earlier run has left wrong, and the next run begins anew', async () => {
    const path = join(folder, 'two.bin');
    writeFileSync(`${path}.part`, Buffer.alloc(120_000, 7));
    expect(await codeOf(getVaultFile(client(), DIGEST, path))).toBe('object-differs');
    expect(existsSync(path)).toBe(false);
    expect(await getVaultFile(client(), DIGEST, path)).toMatchObject({ resumedFrom: 0 });
    expect(statSync(path).mode & 0o077).toBe(0);
    writeFileSync(`${path}.part`, Buffer.alloc(CONTENT.length + 1));
    expect(await getVaultFile(client(), DIGEST, path)).toMatchObject({ resumedFrom: 0 });
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
    await served[Symbol.asyncDispose]();
  });

  it('go by their digest, are sent again when the connection breaks, and not when they are there', async () => {
    const path = join(folder, 'three.bin');
    writeFileSync(path, CONTENT);
    let there = false;
    let breaks = 1;
    const received: Buffer[] = [];
    served.answer = (request, response) => {
      if (request.url === '/v1/chain') return sendJson(response, CHAIN);
      if (request.method === 'HEAD') {
        response.writeHead(there ? 200 : 404, there ? { 'content-length': 200_000 } : {}).end();
        return;
      }
      received.length = 0;
      request.on('data', (part: Buffer) => {
        received.push(part);
        if (breaks-- > 0) request.socket.destroy();
      });
      request.on('end', () => {
        there = true;
        sendJson(response, { digest: DIGEST, size: CONTENT.length, sha256: '', sm3: '' }, 201);
      });
    };
    const sent: number[] = [];
    const onProgress = (done: number): void => void sent.push(done);
    expect(await putVaultFile(client(), path, { onProgress })).toMatchObject({
      digest: DIGEST,
      isNew: true,
    });
    expect(Buffer.concat(received).equals(CONTENT)).toBe(true);
    expect(sent.at(-1)).toBe(CONTENT.length);
    const puts = (): number => served.asked.filter((each) => each.startsWith('PUT')).length;
    expect(puts()).toBe(2);
    expect(await putVaultFile(client(), path)).toMatchObject({ isNew: false });
    expect(puts()).toBe(2);
    await served[Symbol.asyncDispose]();
  });
});
