import type { Accounts, SignedIn } from '@hefu/accounts';
import { PERMISSIONS, allows } from '@hefu/accounts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ProblemError } from '../../problems/problem-error.ts';
import { beginCookie, endCookie, sessionCookie } from '../auth/cookie.ts';
import { actorOf } from '../auth/guard.ts';
import { requireSameOrigin } from '../auth/same-origin.ts';
import type { Credentials, Identity } from '../credentials.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import { identityOf, requirePermission } from '../viewer.ts';
import type { App } from '../zod-provider.ts';
import { orProblem } from './problem-of.ts';
import { roleSchema, sessionSchema, sessionView, userSchema, userView } from './views.ts';

/** Room for 128 characters of any script, and nothing to make hashing of. */
const PASSWORD_CHARS_MAX = 1_024;
const NAME_CHARS_MAX = 200;
const LINK_CHARS_MAX = 100;

const password = z.string().max(PASSWORD_CHARS_MAX);

const signInBody = z.union([
  z.strictObject({ name: z.string().max(NAME_CHARS_MAX), password }),
  z.strictObject({ link: z.string().max(LINK_CHARS_MAX) }),
]);
const passwordBody = z.strictObject({
  password,
  current: password.optional().describe('Needed unless the session began by a link just now.'),
});

export const signedInSchema = z.strictObject({ user: userSchema, session: sessionSchema });
const whoSchema = z
  .strictObject({
    kind: z.enum(['user', 'api-key', 'token']),
    id: z.string(),
    name: z.string(),
    roles: z.array(roleSchema),
    permissions: z.array(z.enum(PERMISSIONS)),
    member: z.string().nullable(),
    session: sessionSchema.nullable(),
  })
  .meta({ id: 'Principal' });

const API = {
  begin: {
    tag: 'accounts',
    summary: 'Signs in with name and password, or with a link, and sets the cookie of a session.',
    access: 'public',
    answers: {
      201: {
        description: 'Signed in.',
        headers: [{ name: 'Set-Cookie', description: 'The session.' }],
        content: json(signedInSchema),
      },
    },
    problems: [
      'sign-in-failed',
      'sign-in-link-invalid',
      'sign-in-throttled',
      'sign-in-busy',
      'request-cross-site',
    ],
  },
  who: {
    tag: 'accounts',
    summary: 'Who asks, with what roles.',
    access: 'account',
    answers: { 200: { description: 'Whoever asks.', content: json(whoSchema) } },
    problems: ['role-insufficient'],
  },
  end: {
    tag: 'accounts',
    summary: 'Signs out.',
    access: 'account',
    answers: { 204: { description: 'The session has ended.' } },
    problems: ['session-needed', 'session-not-found', 'request-cross-site'],
  },
  password: {
    tag: 'accounts',
    summary: 'Sets one’s own password and ends one’s other sessions.',
    access: 'account',
    answers: { 204: { description: 'It is set.' } },
    problems: [
      'session-needed',
      'request-cross-site',
      'password-wrong',
      'password-too-short',
      'password-too-long',
      'password-guessable',
      'sign-in-throttled',
      'sign-in-busy',
      'user-not-found',
    ],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** `/v1/session`: signing in, who one is, signing out; and one's own password. */
export function addSessionRoutes(app: App, credentials: Credentials, accounts: Accounts): void {
  app.post(
    '/v1/session',
    { schema: { body: signInBody }, config: { api: API.begin, guard: 'self' } },
    async (request, reply) => {
      requireSameOrigin(request);
      const place = placeOf(request);
      const { body } = request;
      const result =
        'link' in body
          ? accounts.signIn.withLink(body.link, place)
          : await accounts.signIn.withPassword(body, place);
      return sendSignedIn(request, reply, orProblem(result));
    },
  );
  app.get('/v1/session', { config: { api: API.who, needs: 'read' } }, (request, reply) => {
    const principal = requirePermission(request, credentials, 'read');
    const identity = identityOf(request, credentials);
    const { kind, id, name, roles, member = null } = principal;
    const session = identity.kind === 'known' ? identity.session : undefined;
    return reply.header('cache-control', 'no-store').send({
      kind,
      id,
      name,
      roles,
      permissions: PERMISSIONS.filter((permission) => allows(roles, permission)),
      member,
      session: session === undefined ? null : sessionView(session),
    });
  });
  app.delete(
    '/v1/session',
    { config: { api: API.end, guard: 'self', needs: 'read' } },
    (request, reply) => {
      const { principal, session } = requireSession(request, credentials);
      orProblem(accounts.sessions.end(actorOf(request, credentials), principal.id, session.id));
      return (
        reply
          .code(204)
          .header('cache-control', 'no-store')
          .header('set-cookie', endCookie(request.protocol === 'https'))
          // What the browser has kept of us goes with the session.
          .header('clear-site-data', '"cache", "cookies", "storage"')
          .send()
      );
    },
  );
  app.post(
    '/v1/session/password',
    { schema: { body: passwordBody }, config: { api: API.password, guard: 'self', needs: 'read' } },
    async (request, reply) => {
      const { principal, session } = requireSession(request, credentials);
      const by = actorOf(request, credentials);
      const { password: wanted, current } = request.body;
      if (current === undefined && !accounts.sessions.mayReset(session)) {
        throw new ProblemError('password-wrong');
      }
      const set =
        current === undefined
          ? accounts.passwords.set(by, principal.id, wanted, session.id)
          : accounts.passwords.change(by, principal.id, { current, wanted }, session.id);
      orProblem(await set);
      return reply.code(204).header('cache-control', 'no-store').send();
    },
  );
}

/** Answers with who is in now, and gives them their cookie. */
export function sendSignedIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { user, session, token }: SignedIn,
): FastifyReply {
  return reply
    .code(201)
    .header('cache-control', 'no-store')
    .header('set-cookie', beginCookie(token, request.protocol === 'https'))
    .send({ user: userView(user), session: sessionView(session) });
}

/** Where a sign-in comes from, with the session that came along and ends by it. */
export function placeOf(request: FastifyRequest): {
  readonly address: string;
  readonly agent: string;
  readonly replaces?: string;
} {
  const replaces = sessionCookie(request.headers.cookie, request.protocol === 'https');
  return {
    address: request.ip,
    agent: request.headers['user-agent'] ?? '',
    ...(replaces === undefined ? {} : { replaces }),
  };
}

type SessionIdentity = Required<Extract<Identity, { readonly kind: 'known' }>>;

/** Who is signed in. Throws `credential-required`, `session-needed` for keys and tokens. */
export function requireSession(request: FastifyRequest, credentials: Credentials): SessionIdentity {
  requirePermission(request, credentials, 'read');
  const identity = identityOf(request, credentials);
  if (identity.kind !== 'known' || identity.session === undefined) {
    throw new ProblemError('session-needed');
  }
  return { ...identity, session: identity.session };
}

/** Who has just signed in. Throws `sign-in-again` for who did so longer ago, and what `requireSession` throws. */
export function requireFreshSession(
  request: FastifyRequest,
  credentials: Credentials,
  accounts: Accounts,
): SessionIdentity {
  const identity = requireSession(request, credentials);
  if (!accounts.sessions.isFresh(identity.session)) throw new ProblemError('sign-in-again');
  return identity;
}
