// Goal: a statement reaches the log once, whatever becomes of connections, nodes and the client's own process meanwhile. Method: a
// real node behind a wire that loses requests and answers; nodes that are gone or busy beside one that is there.
import { hash } from '@hefu/crypto/hash';
import { HefuClient, ProblemError } from '@hefu/sdk';
import type { HefuClientOptions, LedgerEvent, Retry, SignedStatement, Signer } from '@hefu/sdk';
import type { Trust } from '@hefu/protocol';
import type { RunningNode } from '@hefu/server';
import { toHex } from '@hefu/bytes';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startProxy } from '../e2e/proxy.ts';
import type { Proxy } from '../e2e/proxy.ts';
import { honest, problem, startLiar } from './liar.ts';
import type { Liar } from './liar.ts';
import { RealNodes, trustOf } from './real-node.ts';

const nodes = new RealNodes();
let node: RunningNode;
let wire: Proxy;
let liar: Liar;
let trust: Trust;
let signer: Signer;

function client(url: string | readonly string[], options: Partial<HefuClientOptions> = {}) {
  return new HefuClient({ url, trust, ...options } as HefuClientOptions);
}

async function signed(name: string, expires?: number): Promise<SignedStatement> {
  const item = { kind: 'digest', sha256: hash('sha256', new TextEncoder().encode(name)) } as const;
  return client(node.url).sign(signer, {
    contract: 'evidence',
    method: 'deposit',
    args: { item, readers: 'public' },
    ...(expires === undefined ? {} : { expires }),
  });
}

/** How often the log has a statement. */
async function timesInLog(id: Uint8Array): Promise<number> {
  let count = 0;
  for await (const { entry } of client(node.url).entries()) {
    if (entry?.kind === 'statement' && toHex(entry.statementId) === toHex(id)) count++;
  }
  return count;
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

beforeAll(async () => {
  nodes.make('one');
  signer = nodes.signer('one');
  node = await nodes.start('one');
  trust = await trustOf(node.url);
  wire = await startProxy(node.url);
  liar = await startLiar(node.url);
});
afterEach(() => {
  wire.fate = () => 'pass';
  liar.lie = honest;
});
afterAll(async () => {
  await wire[Symbol.asyncDispose]();
  await liar[Symbol.asyncDispose]();
  await nodes[Symbol.asyncDispose]();
});

describe('a lost connection', () => {
  it.each(['lose-request', 'lose-answer'] as const)(
    '%s: the statement is sent again, and said once',
    async (fate) => {
      let lost = 0;
      wire.fate = (method) => (method === 'POST' && lost++ < 2 ? fate : 'pass');
      const { bytes, id } = await signed(fate);
      const retries: Retry[] = [];
      const onRetry = (retry: Retry): number => retries.push(retry);
      const committed = await client(wire.url).submitAndWait(bytes, { onRetry });
      expect(committed).toMatchObject({ id: toHex(id), code: 'ok' });
      expect(retries.map((retry) => [retry.attempt, retry.problem.code])).toEqual([
        [1, 'node-unreachable'],
        [2, 'node-unreachable'],
      ]);
      expect(await timesInLog(id)).toBe(1);
    },
  );

  it('of a process: another one goes on with the bytes, or waits with the id alone', async () => {
    const { bytes, id } = await signed('crash');
    wire.fate = (method) => (method === 'POST' ? 'lose-answer' : 'pass');
    const first = client(wire.url).submitAndWait(bytes, { timeoutMs: 1 });
    expect(await failureOf(first)).toMatchObject({ code: 'wait-timeout', retryable: true });
    wire.fate = () => 'pass';
    const later = client(wire.url);
    const waited = await later.waitFor(toHex(id));
    expect(waited).toMatchObject({ code: 'ok' });
    expect(await later.submitAndWait(bytes)).toMatchObject({ ...waited, duplicate: true });
    expect(await timesInLog(id)).toBe(1);
    const never = later.waitFor('00'.repeat(32), { timeoutMs: 1 });
    expect(await failureOf(never)).toMatchObject({ code: 'wait-timeout' });
  });

  it('until it is too late to say it again: what was in time is found', async () => {
    const { bytes, id } = await signed('in time');
    await client(node.url).submit(bytes);
    liar.lie = ({ method }, truth) => (method === 'POST' ? problem(422, 'expired') : truth);
    expect(await client(liar.url).submitAndWait(bytes)).toMatchObject({
      id: toHex(id),
      code: 'ok',
    });
    const late = await signed('too late', Date.now() - 1_000);
    expect(await failureOf(client(node.url).submitAndWait(late.bytes))).toMatchObject({
      code: 'expired',
    });
  });
});

describe('an end', () => {
  it('is a refusal, with all that the node says of it', async () => {
    const bad = await client(node.url).sign(signer, {
      contract: 'evidence',
      method: 'deposit',
      args: { readers: 'public' },
    });
    const failure = await failureOf(client(node.url).submitAndWait(bad.bytes));
    if (!(failure instanceof ProblemError)) throw new Error('no problem', { cause: failure });
    expect(failure).toMatchObject({ code: 'args-invalid', retryable: false });
    expect(failure.problem.errors?.map(({ pointer }) => pointer)).toContain('/item');
  });

  it('is the caller’s signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    wire.fate = (method) => {
      if (method === 'POST') controller.abort(reason);
      return 'lose-answer';
    };
    const { bytes } = await signed('aborted');
    const work = client(wire.url).submitAndWait(bytes, { signal: controller.signal });
    expect(await failureOf(work)).toBe(reason);
  });

  it('is a node that does not answer in time', async () => {
    liar.lie = async (_asked, truth) => {
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      return truth;
    };
    const slow = client(liar.url, { timeoutMs: 50 });
    expect(await failureOf(slow.chainInfo())).toMatchObject({
      code: 'node-timeout',
      retryable: true,
    });
  });
});

describe('several nodes', () => {
  it('the one that is there gets the statement', async () => {
    const gone = await startProxy(node.url);
    await gone[Symbol.asyncDispose]();
    liar.lie = () => problem(503, 'not-ready');
    const own = client([gone.url, liar.url, node.url]);
    const { bytes, id } = await signed('failover');
    expect(await own.submitAndWait(bytes)).toMatchObject({ code: 'ok' });
    expect(own.http.url).toBe(node.url);
    const [first, second, third] = own.http.health();
    expect(first?.failures).toBe(1);
    expect(second?.failures).toBe(1);
    expect(third).toMatchObject({ failures: 0, restsUntil: 0 });
    // Those that failed rest: the next request goes to the one that is there.
    const before = liar.asked.length;
    expect(await own.receipt(toHex(id))).toMatchObject({ format: 'hefu-receipt/1' });
    expect(liar.asked.length).toBe(before);
  });

  it('a statement whose answer was lost goes to the next node, and is said once', async () => {
    wire.fate = (method) => (method === 'POST' ? 'lose-answer' : 'pass');
    const { bytes, id } = await signed('lost on the first');
    const committed = await client([wire.url, node.url]).submitAndWait(bytes);
    expect(committed).toMatchObject({ id: toHex(id), code: 'ok', duplicate: true });
    expect(await timesInLog(id)).toBe(1);
  });

  it('one that refuses is not passed over', async () => {
    liar.lie = () => problem(403, 'credential-wrong');
    const own = client([liar.url, node.url]);
    expect(await failureOf(own.chainInfo())).toMatchObject({ code: 'credential-wrong' });
  });

  it('all being gone is said', async () => {
    const gone = await startProxy(node.url);
    await gone[Symbol.asyncDispose]();
    const own = client([gone.url, gone.url.replace('127.0.0.1', '127.0.0.2')]);
    expect(await failureOf(own.chainInfo())).toMatchObject({ code: 'node-unreachable' });
    expect(own.http.health().map(({ failures }) => failures)).toEqual([1, 1]);
  });
});

describe('events of a real node', () => {
  it('go on behind the position of any of them, each once', async () => {
    const own = client(node.url);
    const { height } = await own.chainInfo();
    const ids: string[] = [];
    for (const name of ['x', 'y', 'z']) {
      const { bytes, id } = await signed(`event ${name}`);
      await own.submit(bytes);
      ids.push(toHex(id));
    }
    const take = async (since: string, count: number) => {
      const taken: LedgerEvent[] = [];
      for await (const event of own.events({ contract: 'evidence', event: 'deposited', since })) {
        taken.push(event);
        if (taken.length === count) break;
      }
      return taken;
    };
    const all = await take(String(height), 3);
    expect(all.map(({ event }) => event['ledgertx'])).toEqual(ids);
    expect(all.map(({ name }) => name)).toEqual(Array(3).fill('evidence/deposited'));
    const rest = await take(all[0]?.position ?? '', 2);
    expect(rest).toEqual(all.slice(1));
    const gone = own.events({ since: '999999999' }).next();
    expect(await failureOf(gone)).toMatchObject({ code: 'height-not-reached' });
  });
});
