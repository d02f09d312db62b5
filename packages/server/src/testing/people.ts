import type { Principal, Role } from '@hefu/accounts';
import { ROLES } from '@hefu/accounts';
import { NODE_ACTOR } from '../accounts/first-sign-in.ts';
import { OPERATOR } from './test-node.ts';
import type { TestNode } from './test-node.ts';

export const GOOD_PASSWORD = 'correct horse battery';

/** Whoever can ask a node. */
export type Caller = 'nobody' | 'token' | Role;
export const CALLERS: readonly Caller[] = ['nobody', 'token', ...ROLES];

/** The member that those with the role `member` stand for. */
export const OWN_MEMBER = 'alpha/ann';

/** Makes an API key with one role; what to send with it. */
export function keyHeaders(
  node: TestNode,
  role: Role,
  member: string | undefined = role === 'member' ? OWN_MEMBER : undefined,
): { readonly authorization: string } {
  const added = node.host.accounts.keys.add(NODE_ACTOR, {
    name: `key of ${role}`,
    roles: [role],
    ...(member === undefined ? {} : { member }),
  });
  if (!added.ok) throw new Error(added.code);
  return { authorization: `Bearer ${added.token}` };
}

/** What a caller sends. */
export function headersOf(node: TestNode, caller: Caller): Readonly<Record<string, string>> {
  if (caller === 'nobody') return {};
  return caller === 'token' ? OPERATOR : keyHeaders(node, caller);
}

/** A user with a password and some roles. */
export async function makeUser(
  node: TestNode,
  name: string,
  roles: readonly Role[],
  member?: string,
): Promise<Principal['id']> {
  const { users, passwords } = node.host.accounts;
  const added = users.add(NODE_ACTOR, { name, roles, ...(member === undefined ? {} : { member }) });
  if (!added.ok) throw new Error(added.code);
  const set = await passwords.set(NODE_ACTOR, added.user.id, GOOD_PASSWORD);
  if (!set.ok) throw new Error(set.code);
  return added.user.id;
}

/** What the node's own page sends with what changes something. */
export const OWN_PAGE = { 'hefu-request': '1', 'sec-fetch-site': 'same-origin' } as const;

/** Signs in; the cookie to send from then on. */
export async function signIn(
  node: TestNode,
  name: string,
  password: string = GOOD_PASSWORD,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly cookie: string }> {
  const answer = await node.app.inject({
    method: 'POST',
    url: '/v1/session',
    headers,
    payload: { name, password },
  });
  if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`);
  return { cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' };
}

/** A user without a password who is signed in; the cookie to send. */
export function makeSignedIn(
  node: TestNode,
  name: string,
  roles: readonly Role[],
  member?: string,
): { readonly cookie: string } {
  const { users, signIn: accountsSignIn } = node.host.accounts;
  const added = users.add(NODE_ACTOR, { name, roles, ...(member === undefined ? {} : { member }) });
  if (!added.ok) throw new Error(added.code);
  const place = { address: '127.0.0.1', agent: 'a test' };
  const begun = accountsSignIn.proven(added.user.id, 'passkey', place);
  if (!begun.ok) throw new Error(begun.code);
  return { cookie: `hefu-session=${begun.token}` };
}
