// Goal: the client believes a node only as far as it must: answers of another form, problems, cut streams and receipts that do
// not hold are told apart. Method: a `fetch` that answers as it is told.
import { readVectors } from '@hefu/bytes/testing';
import { parseTrust } from '@hefu/protocol';
import { describe, expect, it } from 'vitest';
import { HefuClient } from './client.ts';
import { ProblemError } from './problem.ts';

const CHAIN = {
  chain: 'a.example',
  suite: 'international',
  slug: 'a.example',
  organisation: 'acme',
  height: 1,
  time: '2026-01-01T00:00:00Z',
  size: 4,
  root: '00',
  stateRoot: '00',
  prunedHeight: 0,
  genesisDigest: '00',
  modules: [],
  organisations: [],
};

function clientOf(answer: (url: string) => Response): HefuClient {
  return new HefuClient({ url: 'http://node/', verify: false, fetch: async (url) => answer(url) });
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

const json = (value: unknown, status: number = 200): Response =>
  new Response(JSON.stringify(value), { status });

describe('the client', () => {
  it('reads what has the right form, and lets through what is new', async () => {
    const client = clientOf(() => json({ ...CHAIN, more: 1 }));
    expect(await client.chainInfo()).toMatchObject({ chain: 'a.example', more: 1 });
    expect(await client.hashName()).toBe('sha256');
  });

  it.each([
    ['no JSON', () => new Response('<html>')],
    ['another form', () => json({ ...CHAIN, size: 'many' })],
    ['a status without a problem', () => new Response('no', { status: 500 })],
  ])('%s is not understood', async (_name, answer) => {
    expect(await codeOf(clientOf(answer).chainInfo())).toBe('answer-not-understood');
  });

  it('gives the node’s problem as it is', async () => {
    const problem = { type: '/problems/x', title: 'X.', status: 409, code: 'x', retryable: false };
    expect(await codeOf(clientOf(() => json(problem, 409)).chainInfo())).toBe('x');
  });

  it('says so when nobody answers', async () => {
    const client = clientOf(() => {
      throw new TypeError('fetch failed', { cause: new Error('refused') });
    });
    expect(await codeOf(client.chainInfo())).toBe('node-unreachable');
  });

  it('refuses results that are fewer than the statements', async () => {
    const client = clientOf(() => json({ results: [] }));
    expect(await codeOf(client.submitMany([new Uint8Array(1)]))).toBe('answer-not-understood');
  });

  it('refuses a stream of receipts that was cut', async () => {
    const client = clientOf(() => new Response('{"format":"hefu-receipt/1"}\n{"form'));
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const receipt of client.evidence.receipts('00')) count += receipt === null ? 0 : 1;
      return count;
    };
    expect(await codeOf(read())).toBe('answer-not-understood');
  });
});

describe('with a trust file', () => {
  interface TrustVectors {
    readonly shared: Readonly<Record<string, unknown>>;
  }

  function anyTrust() {
    const { shared } = readVectors('trust.json') as TrustVectors;
    const verdict = parseTrust(shared['trust-international']);
    if (verdict.ok) return verdict.trust;
    throw new Error(verdict.code);
  }

  it('returns no receipt that does not hold, and refuses another chain', async () => {
    const trust = anyTrust();
    const client = new HefuClient({
      url: 'http://node',
      trust,
      fetch: async (url) => (url.endsWith('/v1/chain') ? json(CHAIN) : json({ format: 'x' })),
    });
    expect(await codeOf(client.receipt('00'))).toBe('receipt-not-verified');
    expect(await codeOf(client.chainInfo())).toBe('foreign-chain');
  });
});
