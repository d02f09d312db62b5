import { allows } from '@hefu/accounts';
import type { Accounts, Principal } from '@hefu/accounts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { NodeHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { actorOf } from '../auth/guard.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import { identityOf, requirePermission } from '../viewer.ts';
import type { App } from '../zod-provider.ts';
import { orProblem } from './problem-of.ts';
import { sessionSchema, sessionView } from './views.ts';

const ID_CHARS_MAX = 64;
const userQuery = z.strictObject({
  user: z
    .string()
    .max(ID_CHARS_MAX)
    .optional()
    .describe('Whose; one’s own unless given. Admins may name others.'),
});
const sessionParams = z.object({ id: z.string().max(ID_CHARS_MAX) });
const endedSchema = z.strictObject({ ended: z.int() });
const sessionsSchema = z.strictObject({ items: z.array(sessionSchema) });

const API = {
  list: {
    tag: 'accounts',
    summary: 'Sessions of a user, newest first.',
    access: 'account',
    answers: { 200: { description: 'All of them.', content: json(sessionsSchema) } },
    problems: ['role-insufficient', 'session-needed'],
  },
  end: {
    tag: 'accounts',
    summary: 'Ends a session.',
    access: 'account',
    answers: { 204: { description: 'It has ended.' } },
    problems: ['role-insufficient', 'session-needed', 'session-not-found', 'request-cross-site'],
  },
  endAll: {
    tag: 'accounts',
    summary: 'Ends all sessions of a user, but the one that asks.',
    access: 'account',
    answers: { 200: { description: 'How many have ended.', content: json(endedSchema) } },
    problems: ['role-insufficient', 'session-needed', 'request-cross-site'],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** `/v1/accounts/sessions`: one's own, and for admins everybody's. */
export function addSessionListRoutes(app: App, node: NodeHost, accounts: Accounts): void {
  const { credentials } = node;
  app.get(
    '/v1/accounts/sessions',
    { schema: { querystring: userQuery }, config: { api: API.list, needs: 'read' } },
    (request, reply) => {
      const principal = requirePermission(request, credentials, 'read');
      const userId = subjectOf(principal, request.query.user);
      const items = accounts.sessions.list(userId).map(sessionView);
      return reply.header('cache-control', 'no-store').send({ items });
    },
  );
  app.delete(
    '/v1/accounts/sessions',
    {
      schema: { querystring: userQuery },
      config: { api: API.endAll, guard: 'self', needs: 'read' },
    },
    (request: FastifyRequest<{ Querystring: { user?: string } }>, reply) => {
      const principal = requirePermission(request, credentials, 'read');
      const userId = subjectOf(principal, request.query.user);
      const identity = identityOf(request, credentials);
      const own = identity.kind === 'known' ? identity.session?.id : undefined;
      const ended = accounts.sessions.endAll(actorOf(request, credentials), userId, own);
      return reply.header('cache-control', 'no-store').send({ ended });
    },
  );
  app.delete(
    '/v1/accounts/sessions/:id',
    {
      schema: { params: sessionParams, querystring: userQuery },
      config: { api: API.end, guard: 'self', needs: 'read' },
    },
    (
      request: FastifyRequest<{ Params: { id: string }; Querystring: { user?: string } }>,
      reply,
    ) => {
      const principal = requirePermission(request, credentials, 'read');
      const userId = subjectOf(principal, request.query.user);
      const by = actorOf(request, credentials);
      orProblem(accounts.sessions.end(by, userId, request.params.id));
      return reply.code(204).header('cache-control', 'no-store').send();
    },
  );
}

/** Whose sessions are meant. Only who signed in has some; only who manages accounts may name another. */
function subjectOf(principal: Principal, named: string | undefined): string {
  if (named !== undefined && named !== principal.id) {
    if (!allows(principal.roles, 'manage')) throw new ProblemError('role-insufficient');
    return named;
  }
  if (principal.kind !== 'user') throw new ProblemError('session-needed');
  return principal.id;
}
