// Goal: who asks too fast is told so and when to go on, nobody else notices, and ten thousand requests at once hurt nothing.
// Method: the limiter by itself with a clock of ours; a test node by injection from many addresses; a listening one under a
// burst over real sockets.
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { keyHeaders, makeSignedIn, OWN_MEMBER } from '../../testing/people.ts';
import { createTestNode, OPERATOR } from '../../testing/test-node.ts';
import {
  ADDRESSES_MAX,
  addressGroup,
  isLoopback,
  LOCAL_FACTOR,
  RateLimiter,
} from './rate-limit.ts';

describe('a bucket', () => {
  it('gives its burst, then as many as flow in, and never more than the burst', () => {
    let nowMs = 1_000;
    const limiter = new RateLimiter(() => nowMs);
    const rate = { perSecond: 2, burst: 3 };
    const takeAll = (): number => {
      let taken = 0;
      while (taken < 100 && limiter.take('a', rate) === 0) taken++;
      return taken;
    };
    expect(takeAll()).toBe(3);
    expect(limiter.take('a', rate)).toBe(500);
    expect(limiter.take('b', rate)).toBe(0);
    nowMs += 1_000;
    expect(takeAll()).toBe(2);
    nowMs += 1_000_000;
    expect(takeAll()).toBe(3);
    nowMs -= 5_000;
    expect(takeAll()).toBe(0);
  });

  it('is one of a bounded number, and the quiet ones are forgotten first', () => {
    const limiter = new RateLimiter(() => 0);
    const rate = { perSecond: 1, burst: 1 };
    for (let i = 0; i < ADDRESSES_MAX; i++) {
      limiter.take(`address ${i}`, rate);
      limiter.take('busy', rate);
    }
    expect(limiter.size).toBe(ADDRESSES_MAX);
    expect(limiter.take('busy', rate)).toBeGreaterThan(0);
    expect(limiter.take('address 0', rate)).toBe(0);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['unknown', 'unknown'],
  ])('%s is of the group %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });

  it('knows this machine', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).toBe(true);
    expect(['10.0.0.1', '128.0.0.1', '::2', '', 'localhost'].some(isLoopback)).toBe(false);
  });
});

describe('a node', () => {
  const flags = { 'http.requestsPerSecondMax': 1, 'http.requestsBurstMax': 5 };

  it('refuses what comes too fast from one address, with Retry-After, and serves the others', async () => {
    await using node = await createTestNode({ flags });
    const ask = async (remoteAddress: string): Promise<number> =>
      (await node.app.inject({ url: '/v1/chain', remoteAddress })).statusCode;
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push(await ask('203.0.113.7'));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect(await ask('203.0.113.8')).toBe(200);
    const refused = await node.app.inject({ url: '/v1/chain', remoteAddress: '203.0.113.7' });
    expect(refused.json()).toMatchObject({ code: 'rate-limited', retryable: true });
    expect(refused.headers['retry-after']).toBe('1');
    // Nobody becomes somebody else by a header.
    const forged = { 'x-forwarded-for': '127.0.0.1' };
    const again = await node.app.inject({
      url: '/v1/chain',
      remoteAddress: '203.0.113.7',
      headers: forged,
    });
    expect(again.statusCode).toBe(429);
    // Whoever is known has a share of their own.
    const known = await node.app.inject({
      url: '/v1/chain',
      remoteAddress: '203.0.113.7',
      headers: OPERATOR,
    });
    expect(known.statusCode).toBe(200);
  });

  it('counts this machine as many, and its operator not at all', async () => {
    await using node = await createTestNode({ flags });
    const ask = async (headers = {}): Promise<number> =>
      (await node.app.inject({ url: '/version', headers })).statusCode;
    for (let i = 0; i < 5 * LOCAL_FACTOR; i++) expect(await ask(), String(i)).toBe(200);
    expect(await ask()).toBe(429);
    expect(await ask({ authorization: 'Bearer wrong' })).toBe(429);
    for (let i = 0; i < 20; i++) expect(await ask(OPERATOR)).toBe(200);
  });

  it('counts each user and key by themselves, wherever they ask from, and a user with the keys they made', async () => {
    await using node = await createTestNode({
      flags: {
        ...flags,
        'http.principalRequestsPerSecondMax': 1,
        'http.principalRequestsBurstMax': 3,
      },
    });
    const ask = async (headers: object, remoteAddress = '203.0.113.7'): Promise<number> =>
      (await node.app.inject({ url: '/v1/session', remoteAddress, headers: { ...headers } }))
        .statusCode;
    const first = keyHeaders(node, 'read-only');
    const second = keyHeaders(node, 'read-only');
    // Strangers of the same address use theirs up.
    for (let i = 0; i < 5; i++) expect(await ask({}), String(i)).toBe(401);
    expect(await ask({ authorization: 'Bearer wrong' })).toBe(429);
    for (let i = 0; i < 3; i++) expect(await ask(first, `198.51.100.${i}`), String(i)).toBe(200);
    expect(await ask(first, '198.51.100.9')).toBe(429);
    expect(await ask(second)).toBe(200);
    const cookie = makeSignedIn(node, 'li', ['member'], OWN_MEMBER);
    const own = node.host.accounts.users.named('li')?.id ?? '';
    const made = node.host.accounts.keys.add(
      { kind: 'user', id: own, name: 'li' },
      { name: 'own', roles: ['member'], member: OWN_MEMBER, userId: own },
    );
    if (!made.ok) throw new Error(made.code);
    const key = { authorization: `Bearer ${made.token}` };
    expect([await ask(cookie), await ask(key), await ask(cookie)]).toEqual([200, 200, 200]);
    expect([await ask(key), await ask(cookie)]).toEqual([429, 429]);
    const refused = await node.app.inject({ url: '/v1/session', headers: key });
    expect(refused.headers['retry-after']).toBe('1');
  });

  it('tells a flood by two lines of the audit trail: its begin, and how much more it was', async () => {
    let nowMs = 1_800_000_000_000;
    await using node = await createTestNode({ flags, clock: { nowMs: () => nowMs } });
    for (let i = 0; i < 400; i++) {
      const url = `/v1/statements/${i}`;
      await node.app.inject({ url, remoteAddress: `2001:db8:1:2::${i.toString(16)}` });
    }
    nowMs += 61_000;
    node.host.accounts.tick();
    const lines = node.host.accounts.audit.list({ limit: 100, outcome: 'refused' });
    const flood = lines.filter(({ code }) => code === 'rate-limited');
    expect(flood.map(({ count, target, actor }) => [count, target, actor.address])).toEqual([
      [394, '*', '2001:db8:1:2'],
      [1, '*', '2001:db8:1:2'],
    ]);
  });

  it('lives through ten thousand requests at once', async () => {
    await using node = await createTestNode({
      flags: { 'http.requestsPerSecondMax': 1, 'http.requestsBurstMax': 100 },
    });
    await node.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = node.app.server.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true, maxSockets: 200 });
    const ask = async (path: string, headers = {}): Promise<number> =>
      new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        }).on('error', reject);
      });
    const burst = Array.from({ length: 10_000 }, async () => ask('/v1/chain'));
    const operator = ask('/v1/chain', OPERATOR);
    const counts = new Map<number, number>();
    for (const status of await Promise.all(burst)) {
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted((left, right) => left - right)).toEqual([200, 429]);
    // The operator's own request takes one as well, and is served whatever is left.
    expect(counts.get(200)).toBeGreaterThanOrEqual(100 * LOCAL_FACTOR - 1);
    expect(counts.get(429)).toBeGreaterThan(4_000);
    expect(await operator).toBe(200);
    expect(await ask('/readyz', OPERATOR)).toBe(200);
    agent.destroy();
  }, 30_000);
});
