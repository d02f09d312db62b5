import type { Accounts } from '@hefu/accounts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { IdentityProvider, ProviderVisit } from '../../accounts/identity-provider.ts';
import type { NodeHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { beginCookie, endVisitCookie, visitCookie, visitSetCookie } from '../auth/cookie.ts';
import { actorOf } from '../auth/guard.ts';
import { requireSameOrigin } from '../auth/same-origin.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { createChallenges, randomKey } from './challenges.ts';
import { orProblem } from './problem-of.ts';
import { placeOf, requireFreshSession } from './session-routes.ts';

const CALLBACK = '/v1/session/oidc/callback';

const startSchema = z.strictObject({
  url: z.string().describe('Where to go: the page of the provider.'),
});

const API = {
  begin: {
    tag: 'accounts',
    summary: 'Begins to sign in by the organisation’s provider (OpenID Connect).',
    access: 'public',
    answers: { 200: { description: 'Where to go.', content: json(startSchema) } },
    problems: ['request-cross-site', 'oidc-not-configured', 'oidc-unreachable'],
  },
  link: {
    tag: 'accounts',
    summary: 'Begins to bind oneself to whoever one is at the organisation’s provider.',
    access: 'account',
    answers: { 200: { description: 'Where to go.', content: json(startSchema) } },
    problems: ['session-needed', 'sign-in-again', 'oidc-not-configured', 'oidc-unreachable'],
  },
  callback: {
    tag: 'accounts',
    summary: 'Where the provider sends people back to.',
    access: 'public',
    answers: {
      303: {
        description: 'To the sign-in page, signed in.',
        headers: [
          { name: 'Location', description: 'The sign-in page.' },
          { name: 'Set-Cookie', description: 'The session.' },
        ],
      },
    },
    problems: ['oidc-not-configured', 'oidc-not-proven', 'oidc-not-linked', 'sign-in-failed'],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** A visit to the provider: what it is for, and the browser that it belongs to. */
interface Visit {
  readonly provider: ProviderVisit;
  /** Digest of the cookie of the browser that began: another one cannot end it (login CSRF). */
  readonly browser: Buffer;
  /** Who binds themselves; absent when somebody signs in. */
  readonly userId?: string;
}

/** `/v1/session/oidc`: signing in as whoever one is elsewhere. Only who was bound before, by themselves, comes in. */
export function addOidcRoutes(
  app: App,
  node: NodeHost,
  accounts: Accounts,
  clock: { nowMs(): number },
): void {
  const { credentials, identityProvider } = node;
  const visits = createChallenges<Visit>(clock);

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    userId?: string,
  ): Promise<FastifyReply> {
    const provider = requireProvider(identityProvider);
    const browser = randomKey();
    const state = randomKey();
    const redirectUri = `${request.protocol}://${request.host}${CALLBACK}`;
    const start = await provider.begin(redirectUri, state);
    if (start === undefined) throw new ProblemError('oidc-unreachable');
    visits.put(state, {
      provider: start.visit,
      browser: digestOf(browser),
      ...(userId === undefined ? {} : { userId }),
    });
    return reply
      .header('cache-control', 'no-store')
      .header('set-cookie', visitSetCookie(browser, request.protocol === 'https'))
      .send({ url: start.url });
  }

  app.post(
    '/v1/session/oidc/offer',
    { config: { api: API.begin, guard: 'self' } },
    async (request, reply) => {
      requireSameOrigin(request);
      return begin(request, reply);
    },
  );
  app.post(
    '/v1/accounts/identities/offer',
    { config: { api: API.link, guard: 'self', needs: 'read' } },
    async (request, reply) =>
      begin(request, reply, requireFreshSession(request, credentials, accounts).principal.id),
  );
  app.get(
    CALLBACK,
    { config: { api: API.callback }, exposeHeadRoute: false },
    async (request, reply) => {
      const provider = requireProvider(identityProvider);
      const secure = request.protocol === 'https';
      const callback = new URL(request.url, `${request.protocol}://${request.host}`);
      const visit = visits.take(callback.searchParams.get('state') ?? '');
      const browser = visitCookie(request.headers.cookie, secure);
      if (visit === undefined || browser === undefined || !isBrowser(browser, visit)) {
        throw new ProblemError('oidc-not-proven');
      }
      const identity = await provider.finish(callback, visit.provider);
      if (identity === undefined) throw new ProblemError('oidc-not-proven');
      void reply.code(303).header('cache-control', 'no-store').header('location', '/sign-in');
      if (visit.userId !== undefined) {
        const user = accounts.users.get(visit.userId);
        if (user === undefined || user.disabled) throw new ProblemError('sign-in-failed');
        const { address } = actorOf(request, credentials);
        const by = { kind: 'user', id: user.id, name: user.name } as const;
        accounts.identities.link(
          address === undefined ? by : { ...by, address },
          user.id,
          identity,
        );
        return reply.header('set-cookie', endVisitCookie(secure)).send();
      }
      const userId = accounts.identities.find(identity);
      if (userId === undefined) throw new ProblemError('oidc-not-linked');
      const signedIn = orProblem(accounts.signIn.proven(userId, 'oidc', placeOf(request)));
      return reply
        .header('set-cookie', [beginCookie(signedIn.token, secure), endVisitCookie(secure)])
        .send();
    },
  );
}

function requireProvider(provider: IdentityProvider | undefined): IdentityProvider {
  if (provider === undefined) throw new ProblemError('oidc-not-configured');
  return provider;
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** Whether this is the key of the browser that began. */
function isBrowser(key: string, { browser }: Visit): boolean {
  return timingSafeEqual(digestOf(key), browser);
}
