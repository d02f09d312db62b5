import { allows } from '@hefu/accounts';
import type { Principal } from '@hefu/accounts';
import type { FastifyRequest } from 'fastify';
import { BlockList, isIP } from 'node:net';
import type { NodeHost } from '../../chain-host.ts';
import type { Config } from '../../config/schema.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { identityOf } from '../viewer.ts';
import type { App } from '../zod-provider.ts';

/**
 * How many times what one address may ask is allowed from this machine: behind loopback stand the machine's own programs,
 * or a proxy with everybody behind it, and the two cannot be told apart.
 */
export const LOCAL_FACTOR = 50;
/** Addresses and principals remembered; each costs some 100 bytes. Of more, those that were quiet longest begin anew. */
export const ADDRESSES_MAX = 20_000;

const MS_PER_SECOND = 1_000;

export interface Rate {
  readonly perSecond: number;
  /** What may come at once after a quiet time. */
  readonly burst: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Token buckets by name, bounded in number. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Takes one; gives the milliseconds until there is one again, 0 when there was. */
  take(name: string, rate: Rate): number {
    const nowMs = this.#nowMs();
    const known = this.#buckets.get(name);
    const bucket = known ?? { left: rate.burst, atMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - bucket.atMs);
    bucket.left = Math.min(rate.burst, bucket.left + (elapsedMs / MS_PER_SECOND) * rate.perSecond);
    bucket.atMs = nowMs;
    // The map is kept in the order of last use.
    if (known !== undefined) this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > ADDRESSES_MAX) this.#forgetOldest();
    if (bucket.left < 1) return ((1 - bucket.left) / rate.perSecond) * MS_PER_SECOND;
    bucket.left -= 1;
    return 0;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #forgetOldest(): void {
    for (const name of this.#buckets.keys()) {
      this.#buckets.delete(name);
      return;
    }
  }
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address is of this machine alone. */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && LOOPBACK.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** Addresses of one customer count as one: of IPv6 the first 64 bits, which is the least anybody is given. */
export function addressGroup(address: string): string {
  if (isIP(address) !== 6) return address;
  if (address.toLowerCase().startsWith('::ffff:')) return address.slice('::ffff:'.length);
  const [head = '', tail] = address.toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: gap }, () => '0'), ...back];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** Whose requests are counted together, and how many they may be; undefined: they are not counted. */
interface Share {
  readonly name: string;
  readonly rate: Rate;
}

/**
 * Refuses with 429 and Retry-After what comes too fast. Whoever the node knows has a rate of their own, from wherever they
 * ask, so that nobody beside them takes it away and many addresses give them no more; all others share that of their
 * address, those with a wrong credential too. The operator on this machine is not counted.
 */
export function limitRates(
  app: App,
  node: NodeHost,
  config: Config,
  clock: { nowMs(): number },
): void {
  const { http } = config;
  const limiter = new RateLimiter(() => clock.nowMs());
  const anyone = { perSecond: http.requestsPerSecondMax, burst: http.requestsBurstMax };
  const local = { perSecond: anyone.perSecond * LOCAL_FACTOR, burst: anyone.burst * LOCAL_FACTOR };
  const known = {
    perSecond: http.principalRequestsPerSecondMax,
    burst: http.principalRequestsBurstMax,
  };
  if (anyone.perSecond === 0 && known.perSecond === 0) return;

  function shareOf(request: FastifyRequest): Share | undefined {
    const identity = identityOf(request, node.credentials);
    const isLocal = isLoopback(request.ip);
    if (identity.kind === 'known') {
      const { principal } = identity;
      if (isLocal && allows(principal.roles, 'operate')) return undefined;
      return { name: principalName(principal), rate: known };
    }
    if (isLocal) return { name: 'local', rate: local };
    return { name: addressGroup(request.ip), rate: anyone };
  }

  app.addHook('onRequest', (request, _reply, done) => {
    const share = shareOf(request);
    if (share === undefined || share.rate.perSecond === 0) return done();
    const waitMs = limiter.take(share.name, share.rate);
    if (waitMs === 0) return done();
    return done(
      new ProblemError('rate-limited', {
        retryAfterSeconds: Math.max(1, Math.ceil(waitMs / MS_PER_SECOND)),
      }),
    );
  });
}

/** Keys that somebody made for themselves are theirs: more of them give no more. */
function principalName({ kind, id, userId }: Principal): string {
  return userId === undefined ? `${kind} ${id}` : `user ${userId}`;
}
