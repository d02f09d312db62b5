// The log's addresses as C2SP tlog-tiles fixes them, over a real chain in memory: contents, caching, and what is not there.
import { LogFrontier, parseTilePath } from '@hefu/merkle';
import { parseCheckpoint } from '@hefu/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNode } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';

const STATEMENTS = 300;

let node: TestNode;

beforeAll(async () => {
  node = await createTestNode();
  const statements = Array.from(
    { length: STATEMENTS },
    (_, i) =>
      node.mini.call({
        contract: 'letters',
        method: 'send',
        args: { key: `k${i}`, text: 't', readers: 'public' },
      }).bytes,
  );
  await node.chain.ledger.submit(statements);
});

afterAll(async () => node[Symbol.asyncDispose]());

function sizeNow(): number {
  return node.chain.reader.head().size;
}

describe('checkpoint and verifier keys', () => {
  it('serves the final checkpoint, never cached without asking', async () => {
    const answer = await node.app.inject('/log/checkpoint');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-cache');
    const parsed = parseCheckpoint(answer.body);
    expect(parsed.ok && parsed.checkpoint.size).toBe(sizeNow());
  });

  it('serves one verifier key a line', async () => {
    const answer = await node.app.inject('/log/vkeys');
    expect(answer.body).toBe(`${node.chain.reader.vkeys().join('\n')}\n`);
    expect(answer.body.split('\n')[0]).toMatch(/^mini\.example\/test\+[0-9a-f]{8}\+/);
  });
});

describe('tiles', () => {
  it('serves full and partial hash tiles from which the root follows', async () => {
    const size = sizeNow();
    expect(size).toBeGreaterThan(256);
    const full = await node.app.inject('/log/tile/0/000');
    const partial = await node.app.inject(`/log/tile/0/001.p/${size - 256}`);
    expect([full.rawPayload.length, partial.rawPayload.length]).toEqual([8192, (size - 256) * 32]);
    const frontier = new LogFrontier(node.mini.spec.hasher);
    const leaves = Buffer.concat([full.rawPayload, partial.rawPayload]);
    for (let i = 0; i < size; i++) frontier.append(leaves.subarray(i * 32, (i + 1) * 32));
    const parsed = parseCheckpoint((await node.app.inject('/log/checkpoint')).body);
    expect(parsed.ok && Buffer.from(parsed.checkpoint.root)).toEqual(Buffer.from(frontier.root()));
    for (const answer of [full, partial]) {
      expect(answer.headers['content-type']).toBe('application/octet-stream');
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  it('serves entry bundles, whole and partial', async () => {
    const full = await node.app.inject('/log/tile/entries/000');
    const one = await node.app.inject('/log/tile/entries/000.p/1');
    expect(full.statusCode).toBe(200);
    const length = one.rawPayload.readUInt16BE(0);
    expect(one.rawPayload.length).toBe(2 + length);
    expect(full.rawPayload.subarray(0, 2 + length)).toEqual(one.rawPayload);
  });

  it('answers 304 to a client that has the tile, and a HEAD without a body', async () => {
    const first = await node.app.inject('/log/tile/0/000');
    const { etag } = first.headers;
    expect(etag).toMatch(/^"[A-Za-z0-9_-]+"$/);
    const again = await node.app.inject({
      url: '/log/tile/0/000',
      headers: { 'if-none-match': `W/${String(etag)}, "other"` },
    });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    const head = await node.app.inject({ method: 'HEAD', url: '/log/tile/0/000' });
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', '8192']);
  });

  it('serves the same under the chain’s own prefix', async () => {
    const answer = await node.app.inject('/chains/mini.example__test/log/tile/0/000');
    expect(answer.rawPayload).toEqual((await node.app.inject('/log/tile/0/000')).rawPayload);
    expect(answer.headers['ledger-height']).toBe(String(node.chain.reader.head().height));
  });
});

describe('addresses that name no tile', () => {
  const bad = [
    ['beyond the log', '/log/tile/0/002'],
    ['a full tile that is not full yet', '/log/tile/0/001'],
    ['a wider part than there is', '/log/tile/0/001.p/255'],
    ['a level without tiles', '/log/tile/3/000'],
    ['a level that no log has', '/log/tile/64/000'],
    ['leading zero in the level', '/log/tile/00/000'],
    ['two digits', '/log/tile/0/00'],
    ['four digits', '/log/tile/0/0000'],
    ['needless x000', '/log/tile/0/x000/000'],
    ['width 0', '/log/tile/0/000.p/0'],
    ['width 256', '/log/tile/0/000.p/256'],
    ['no width', '/log/tile/0/000.p/'],
    ['an index beyond 2^53', `/log/tile/0/${'x999/'.repeat(6)}999`],
    ['an endless index', `/log/tile/0/${'x001/'.repeat(400)}000`],
    ['path traversal', '/log/tile/../../../../etc/passwd'],
    ['encoded traversal', '/log/tile/%2e%2e%2f%2e%2e%2fetc%2fpasswd'],
    ['an encoded slash', '/log/tile/0%2F000'],
    ['an encoded digit', '/log/tile/0/%30%30%30'],
    ['a query', '/log/tile/0/000?x=1'],
    ['a null byte', '/log/tile/0/000%00'],
    ['capitals', '/log/tile/ENTRIES/000'],
    ['an empty path', '/log/tile/'],
    ['a trailing slash', '/log/tile/0/000/'],
  ] as const;

  it.each(bad)('%s', async (_name, url) => {
    const answer = await node.app.inject(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(['tile-not-found', 'route-not-found']).toContain(answer.json<{ code: string }>().code);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('agrees with the parser of paths about every one of them', () => {
    const parsed = bad.filter(([, url]) => parseTilePath(url.replace('/log/', '')) !== undefined);
    // Those that name a tile which this log does not have.
    expect(parsed.map(([name]) => name)).toEqual([
      'beyond the log',
      'a full tile that is not full yet',
      'a wider part than there is',
      'a level without tiles',
    ]);
  });
});
