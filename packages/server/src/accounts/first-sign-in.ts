import type { Accounts, Actor, User } from '@hefu/accounts';

/** The node itself, where it does something with accounts. */
export const NODE_ACTOR: Actor = { kind: 'machine', id: 'node', name: 'node' };

/** What the first user is called. */
const FIRST_USER_NAME = 'admin';

/** Where a sign-in link leads. Behind the #, so that the token is in no log of a server or proxy. */
export function signInUrl(origin: string, token: string): string {
  return `${origin}/sign-in#${token}`;
}

/**
 * The token of a link for the first user, as long as nobody has ever signed in; the user is made at the first start.
 * It is good once and for an hour, and each start makes a new one.
 */
export function firstSignIn(
  accounts: Accounts,
  organisation: string | undefined,
): string | undefined {
  const user = firstUser(accounts, organisation);
  if (user === undefined) return undefined;
  const made = accounts.links.add(NODE_ACTOR, user.id);
  return made.ok ? made.link.token : undefined;
}

function firstUser(accounts: Accounts, organisation: string | undefined): User | undefined {
  if (accounts.users.count() === 0) {
    const added = accounts.users.add(NODE_ACTOR, {
      name: FIRST_USER_NAME,
      ...(organisation === undefined
        ? { roles: ['admin', 'operator'] }
        : { roles: ['admin', 'operator', 'member'], member: `${organisation}/admin` }),
    });
    if (!added.ok) throw new Error(`the first user could not be made: ${added.code}`);
    return added.user;
  }
  const [only, another] = accounts.users.list({ limit: 2 });
  const isWaiting = only !== undefined && another === undefined && only.signedInMs === undefined;
  return isWaiting && !only.disabled && !only.hasPassword ? only : undefined;
}
