import { allows } from '@hefu/accounts';
import type { Accounts, Actor, Permission } from '@hefu/accounts';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../../problems/problem-error.ts';
import type { Credentials } from '../credentials.ts';
import { addressGroup } from '../limits/rate-limit.ts';
import { identityOf, principalOf, requirePermission } from '../viewer.ts';
import type { App } from '../zod-provider.ts';
import { requireOwnPage } from './same-origin.ts';

/** What the guard has to know of a route. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `self`: the route looks at its principal by itself, and tells the audit trail what was done. `signed`: what it takes is
     * signed, and the ledger is its trail. Else whoever shows a credential must be allowed to change things at all.
     */
    readonly guard?: 'self' | 'signed';
    /** What whoever asks must be allowed; looked at before any body is read. */
    readonly needs?: Permission;
  }
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Told to the trail where they are decided, with more than is known here. */
const TOLD_CODES = new Set([
  'sign-in-failed',
  'sign-in-throttled',
  'sign-in-busy',
  'sign-in-link-invalid',
  'password-wrong',
]);

/** Refusals of rights, wherever. */
const REFUSAL_CODES = new Set([
  'credential-required',
  'credential-wrong',
  'role-insufficient',
  'request-cross-site',
  'not-readable',
  'rate-limited',
  'session-needed',
  'sign-in-again',
]);
/** What is no refusal but a slip in the form. */
const FORM_CODES = new Set([
  'request-invalid',
  'json-malformed',
  'unsupported-media-type',
  'body-too-large',
  'body-incomplete',
  'method-not-allowed',
]);

/**
 * Stands before every route. Requests that change something are refused when a browser was made to send them by another
 * site, and when whoever sends them may only read. What is refused, and what principals change, goes to the audit trail.
 */
export function guardRoutes(app: App, credentials: Credentials, accounts: Accounts): void {
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      if (!SAFE_METHODS.has(request.method)) checkChange(request, credentials);
      const { needs } = request.routeOptions.config;
      if (needs !== undefined) requirePermission(request, credentials, needs);
      if (!SAFE_METHODS.has(request.method)) requireTrail(request);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  app.addHook('onError', (request, _reply, error, done) => {
    if (error instanceof ProblemError) noteRefusal(request, error.code);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const changed = !SAFE_METHODS.has(request.method) && reply.statusCode < 400;
    const { guard } = request.routeOptions.config;
    if (changed && guard === undefined) noteChange(request);
    done();
  });

  /** What is done is told; while that cannot be, nothing is done. */
  function requireTrail(request: FastifyRequest): void {
    const { api, guard } = request.routeOptions.config;
    if (guard === 'signed' || api?.access === 'public') return;
    if (identityOf(request, credentials).kind === 'known') accounts.requireRoom();
  }

  function noteRefusal(request: FastifyRequest, code: string): void {
    const isChange =
      !SAFE_METHODS.has(request.method) && request.routeOptions.config.guard === 'self';
    const refused = REFUSAL_CODES.has(code) || (isChange && !FORM_CODES.has(code));
    if (!refused || TOLD_CODES.has(code)) return;
    const actor = actorOf(request, credentials);
    if (code === 'rate-limited') {
      // One line a minute for whoever floods, whatever they ask for: a flood is one thing.
      const flooding = { ...actor, address: addressGroup(request.ip) };
      accounts.note({ actor: flooding, action: 'request', target: '*', outcome: 'refused', code });
      return;
    }
    accounts.note({ actor, action: 'request', target: routeOf(request), outcome: 'refused', code });
  }

  function noteChange(request: FastifyRequest): void {
    const identity = identityOf(request, credentials);
    if (identity.kind !== 'known') return;
    const detail = JSON.stringify(request.params ?? {});
    const actor = actorOf(request, credentials);
    const target = routeOf(request);
    accounts.note({ actor, action: 'request', target, outcome: 'done', code: 'ok', detail });
  }
}

function checkChange(request: FastifyRequest, credentials: Credentials): void {
  const { authorization, cookie } = request.headers;
  if (authorization === undefined && cookie === undefined) return;
  const { api, guard } = request.routeOptions.config;
  // What is for the public is the same for everybody: nobody is looked at.
  if (api?.access === 'public') return;
  const identity = identityOf(request, credentials);
  if (identity.kind === 'known' && identity.session !== undefined) requireOwnPage(request);
  if (guard === 'self') return;
  const principal = principalOf(request, credentials);
  if (principal !== undefined && !allows(principal.roles, 'send')) {
    throw new ProblemError('role-insufficient');
  }
}

/** Whoever asks, as the audit trail tells it. */
export function actorOf(request: FastifyRequest, credentials: Credentials): Actor {
  const identity = identityOf(request, credentials);
  const address = request.ip;
  if (identity.kind !== 'known') return { kind: 'nobody', id: '', name: '', address };
  const { kind, id, name } = identity.principal;
  return { kind, id, name, address };
}

function routeOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? 'no such address'}`;
}
