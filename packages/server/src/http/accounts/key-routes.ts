import { allows, API_KEY_LIFE_MS_MAX } from '@hefu/accounts';
import type { Accounts, ApiKey, Principal } from '@hefu/accounts';
import { z } from 'zod';
import type { NodeHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { actorOf } from '../auth/guard.ts';
import { createCursorSeal } from '../cursor.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import { requirePermission } from '../viewer.ts';
import type { App } from '../zod-provider.ts';
import { openPage, page, pageQuery } from './pages.ts';
import { orProblem } from './problem-of.ts';
import { requireFreshSession } from './session-routes.ts';
import { apiKeySchema, apiKeyView, roleSchema } from './views.ts';

const TEXT_CHARS_MAX = 200;
const text = z.string().max(TEXT_CHARS_MAX);
const SECONDS_MAX = API_KEY_LIFE_MS_MAX / 1000;

const keyParams = z.object({ id: z.string().max(64) });
const keysQuery = z.strictObject(pageQuery);
const newKeyBody = z.strictObject({
  name: text.describe('What it is for.'),
  roles: z.array(roleSchema).max(10),
  member: text.optional(),
  expiresInSeconds: z
    .int()
    .min(1)
    .max(SECONDS_MAX)
    .optional()
    .describe('A year unless given; five at most.'),
});
const addedSchema = z.strictObject({
  key: z.string().describe('The whole key. Shown here alone.'),
  about: apiKeySchema,
});
const keysSchema = z.strictObject({
  items: z.array(apiKeySchema),
  nextCursor: z.string().nullable(),
});

const API = {
  list: {
    tag: 'accounts',
    summary: 'API keys: all of them for admins and auditors, one’s own for others.',
    access: 'account',
    answers: { 200: { description: 'A page of them.', content: json(keysSchema) } },
    problems: ['cursor-invalid', 'role-insufficient'],
  },
  add: {
    tag: 'accounts',
    summary: 'Makes an API key. Who does not manage accounts makes keys for themselves alone.',
    access: 'account',
    answers: { 201: { description: 'The key.', content: json(addedSchema) } },
    problems: [
      'request-cross-site',
      'role-insufficient',
      'session-needed',
      'sign-in-again',
      'user-name-invalid',
      'roles-invalid',
      'member-invalid',
      'member-missing',
      'api-key-life-invalid',
      'user-not-found',
      'accounts-full',
    ],
  },
  revoke: {
    tag: 'accounts',
    summary: 'Revokes an API key: it counts no more from this moment on.',
    access: 'account',
    answers: { 200: { description: 'The key.', content: json(apiKeySchema) } },
    problems: ['request-cross-site', 'role-insufficient', 'api-key-not-found'],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** `/v1/accounts/keys`: keys of programs. Admins have all of them in hand, others their own. */
export function addKeyRoutes(app: App, node: NodeHost, accounts: Accounts): void {
  const { credentials } = node;
  const cursors = createCursorSeal(node.cursorKey);
  app.get(
    '/v1/accounts/keys',
    { schema: { querystring: keysQuery }, config: { api: API.list, needs: 'read' } },
    (request, reply) => {
      const principal = requirePermission(request, credentials, 'read');
      const all = allows(principal.roles, 'audit');
      const scope = all ? 'keys' : `keys of ${principal.userId ?? principal.id}`;
      const { limit, cursor } = request.query;
      const after = openPage(cursors, scope, cursor);
      const keys = accounts.keys.list({
        limit: limit + 1,
        ...(after === undefined ? {} : { after }),
        // A key that is nobody's sees no keys.
        ...(all ? {} : { userId: principal.userId ?? 'nobody' }),
      });
      const answer = page(keys, limit, apiKeyView, ({ id }) => cursors.seal(scope, id));
      return reply.header('cache-control', 'no-store').send(answer);
    },
  );
  app.post(
    '/v1/accounts/keys',
    { schema: { body: newKeyBody }, config: { api: API.add, guard: 'self', needs: 'read' } },
    (request, reply) => {
      const principal = requirePermission(request, credentials, 'read');
      const { name, roles, member, expiresInSeconds } = request.body;
      if (!allows(principal.roles, 'manage')) {
        requireFreshSession(request, credentials, accounts);
        requireOwn(principal, roles, member);
      }
      const own = !allows(principal.roles, 'manage') && principal.userId !== undefined;
      const added = accounts.keys.add(actorOf(request, credentials), {
        name,
        roles,
        ...(member === undefined ? {} : { member }),
        ...(own ? { userId: principal.userId } : {}),
        ...(expiresInSeconds === undefined ? {} : { lifeMs: expiresInSeconds * 1000 }),
      });
      const { token, key } = orProblem(added);
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ key: token, about: apiKeyView(key) });
    },
  );
  app.delete(
    '/v1/accounts/keys/:id',
    { schema: { params: keyParams }, config: { api: API.revoke, guard: 'self', needs: 'read' } },
    (request, reply) => {
      const principal = requirePermission(request, credentials, 'read');
      const key = accounts.keys.get(request.params.id);
      // To whom it is not theirs it is not there.
      if (key === undefined || !mayRevoke(principal, key)) {
        throw new ProblemError('api-key-not-found');
      }
      const revoked = orProblem(accounts.keys.revoke(actorOf(request, credentials), key.id));
      return reply.header('cache-control', 'no-store').send(apiKeyView(revoked.key));
    },
  );
}

/** Nobody hands on more than they have. */
function requireOwn(
  principal: Principal,
  roles: readonly string[],
  member: string | undefined,
): void {
  const ownRoles: readonly string[] = principal.roles;
  const ownMember = member === undefined || member === principal.member;
  if (!ownMember || !roles.every((role) => ownRoles.includes(role))) {
    throw new ProblemError('role-insufficient');
  }
}

function mayRevoke(principal: Principal, key: ApiKey): boolean {
  if (allows(principal.roles, 'manage') || key.id === principal.id) return true;
  return key.userId !== undefined && key.userId === principal.userId;
}
