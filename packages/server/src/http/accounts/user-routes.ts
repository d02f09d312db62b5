import type { Accounts, UserChange } from '@hefu/accounts';
import { z } from 'zod';
import type { NodeHost } from '../../chain-host.ts';
import { signInUrl } from '../../accounts/first-sign-in.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { actorOf } from '../auth/guard.ts';
import { createCursorSeal } from '../cursor.ts';
import { toTimeText } from '../json-value.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { openPage, page, pageQuery } from './pages.ts';
import { orProblem } from './problem-of.ts';
import { roleSchema, userSchema, userView } from './views.ts';

const ID_CHARS_MAX = 64;
const TEXT_CHARS_MAX = 200;
const text = z.string().max(TEXT_CHARS_MAX);

const userParams = z.object({ id: z.string().max(ID_CHARS_MAX) });
const usersQuery = z.strictObject(pageQuery);
const newUserBody = z.strictObject({
  name: text.describe('What they sign in with: a–z 0–9 . _ @ + -'),
  display: text.optional(),
  roles: z.array(roleSchema).max(10),
  member: text.optional(),
});
const changeBody = z.strictObject({
  display: text.optional(),
  roles: z.array(roleSchema).max(10).optional(),
  member: text.nullable().optional(),
  disabled: z.boolean().optional(),
});
const linkSchema = z.strictObject({
  url: z.string().describe('Good once. Shown here alone.'),
  expires: z.iso.datetime(),
});
const usersSchema = z.strictObject({
  items: z.array(userSchema),
  nextCursor: z.string().nullable(),
});

const FIELDS = ['user-name-invalid', 'roles-invalid', 'member-invalid', 'member-missing'] as const;
const CHANGES = ['role-insufficient', 'request-cross-site'] as const;

const API = {
  list: {
    tag: 'accounts',
    summary: 'Users, by name.',
    access: 'account',
    answers: { 200: { description: 'A page of them.', content: json(usersSchema) } },
    problems: ['role-insufficient', 'cursor-invalid'],
  },
  get: {
    tag: 'accounts',
    summary: 'One user.',
    access: 'account',
    answers: { 200: { description: 'The user.', content: json(userSchema) } },
    problems: ['role-insufficient', 'user-not-found'],
  },
  add: {
    tag: 'accounts',
    summary: 'Adds a user, who signs in by a link first.',
    access: 'account',
    answers: { 201: { description: 'The user.', content: json(userSchema) } },
    problems: [...CHANGES, ...FIELDS, 'user-exists', 'accounts-full'],
  },
  change: {
    tag: 'accounts',
    summary: 'Changes a user; disabling one ends all their sessions and keys.',
    access: 'account',
    answers: { 200: { description: 'The user.', content: json(userSchema) } },
    problems: [...CHANGES, ...FIELDS, 'user-not-found', 'last-admin'],
  },
  link: {
    tag: 'accounts',
    summary: 'Makes a link that signs a user in once, within an hour.',
    access: 'account',
    answers: { 201: { description: 'The link.', content: json(linkSchema) } },
    problems: [...CHANGES, 'user-not-found'],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** `/v1/accounts/users`: who can sign in. Admins change, auditors look. */
export function addUserRoutes(app: App, node: NodeHost, accounts: Accounts): void {
  const { credentials } = node;
  const cursors = createCursorSeal(node.cursorKey);
  app.get(
    '/v1/accounts/users',
    { schema: { querystring: usersQuery }, config: { api: API.list, needs: 'audit' } },
    (request, reply) => {
      const { limit, cursor } = request.query;
      const after = openPage(cursors, 'users', cursor);
      const users = accounts.users.list({
        limit: limit + 1,
        ...(after === undefined ? {} : { after }),
      });
      const answer = page(users, limit, userView, ({ name }) => cursors.seal('users', name));
      return reply.header('cache-control', 'no-store').send(answer);
    },
  );
  app.get(
    '/v1/accounts/users/:id',
    { schema: { params: userParams }, config: { api: API.get, needs: 'audit' } },
    (request, reply) => {
      const user = accounts.users.get(request.params.id);
      if (user === undefined) throw new ProblemError('user-not-found');
      return reply.header('cache-control', 'no-store').send(userView(user));
    },
  );
  app.post(
    '/v1/accounts/users',
    { schema: { body: newUserBody }, config: { api: API.add, guard: 'self', needs: 'manage' } },
    (request, reply) => {
      const { name, display, roles, member } = request.body;
      const added = accounts.users.add(actorOf(request, credentials), {
        name,
        roles,
        ...(display === undefined ? {} : { display }),
        ...(member === undefined ? {} : { member }),
      });
      const { user } = orProblem(added);
      return reply
        .code(201)
        .header('location', `/v1/accounts/users/${user.id}`)
        .header('cache-control', 'no-store')
        .send(userView(user));
    },
  );
  app.patch(
    '/v1/accounts/users/:id',
    {
      schema: { params: userParams, body: changeBody },
      config: { api: API.change, guard: 'self', needs: 'manage' },
    },
    (request, reply) => {
      const by = actorOf(request, credentials);
      // What was left out is not there, so it is not there as undefined either.
      const change = request.body as UserChange;
      const { user } = orProblem(accounts.users.change(by, request.params.id, change));
      return reply.header('cache-control', 'no-store').send(userView(user));
    },
  );
  app.post(
    '/v1/accounts/users/:id/link',
    { schema: { params: userParams }, config: { api: API.link, guard: 'self', needs: 'manage' } },
    (request, reply) => {
      const by = actorOf(request, credentials);
      const { link } = orProblem(accounts.links.add(by, request.params.id));
      const url = signInUrl(`${request.protocol}://${request.host}`, link.token);
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ url, expires: toTimeText(link.expiresMs) });
    },
  );
}
