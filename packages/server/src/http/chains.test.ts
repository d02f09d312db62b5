// Two chains on one node: each under its own prefix, one also at the root, and nothing of one under the other.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NodeHost } from '../chain-host.ts';
import { silentLogger } from '../logging/logger.ts';
import { createTestNode, testConfig } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';
import { createApp } from './app.ts';
import type { App } from './zod-provider.ts';

let international: TestNode;
let gm: TestNode;
let app: App;

beforeAll(async () => {
  international = await createTestNode();
  gm = await createTestNode({ suite: 'gm' });
  const first = { ...international.chain, slug: 'first' };
  const second = { ...gm.chain, slug: 'second' };
  const host: NodeHost = { ...international.host, chains: [first, second], defaultChain: second };
  app = await createApp({
    host,
    config: testConfig({}),
    logger: silentLogger(),
    clock: { nowMs: () => 0 },
  });
});

afterAll(async () => {
  await app.close();
  await international[Symbol.asyncDispose]();
  await gm[Symbol.asyncDispose]();
});

async function suiteAt(url: string): Promise<unknown> {
  return (await app.inject(url)).json<{ suite?: string }>().suite;
}

describe('a node with two chains', () => {
  it('serves each under its prefix and the default one at the root', async () => {
    expect(await suiteAt('/chains/first/v1/chain')).toBe('international');
    expect(await suiteAt('/chains/second/v1/chain')).toBe('gm');
    expect(await suiteAt('/v1/chain')).toBe('gm');
    const { items } = (await app.inject('/v1/chains')).json<{ items: unknown[] }>();
    expect(items).toMatchObject([
      { slug: 'first', suite: 'international', isDefault: false },
      { slug: 'second', suite: 'gm', isDefault: true },
    ]);
  });

  it('keeps them apart: a statement goes to the chain it is sent to, and is found there alone', async () => {
    const args = { key: 'k', text: 't', readers: 'public' };
    const { bytes } = international.mini.call({ contract: 'letters', method: 'send', args });
    const post = async (
      prefix: string,
    ): Promise<{ status: number; code?: string; id?: string }> => {
      const answer = await app.inject({
        method: 'POST',
        url: `${prefix}/v1/statements`,
        headers: { 'content-type': 'application/cose' },
        payload: Buffer.from(bytes),
      });
      return { ...answer.json<{ code: string; id?: string }>(), status: answer.statusCode };
    };
    const wrong = await post('/chains/second');
    // Both test chains have one name; the signature algorithm tells them apart.
    expect(wrong.status).toBe(422);
    expect(wrong.code).toBe('algorithm-not-admitted');
    const right = await post('/chains/first');
    expect(right.status).toBe(202);
    expect((await app.inject(`/chains/first/v1/statements/${right.id}`)).statusCode).toBe(200);
    expect((await app.inject(`/chains/second/v1/statements/${right.id}`)).statusCode).toBe(404);
    expect((await app.inject(`/v1/statements/${right.id}`)).statusCode).toBe(404);
  });
});
