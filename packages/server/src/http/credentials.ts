import { isApiKey } from '@hefu/accounts';
import type { Accounts, Principal, Session } from '@hefu/accounts';
import { hash, timingSafeEqual } from 'node:crypto';
import { authorizationToken, bearerToken } from './auth/authorization.ts';
import { sessionCookie } from './auth/cookie.ts';

/** What of a request says who asks. */
export interface Shown {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  /** Whether it came over TLS. */
  readonly secure: boolean;
}

/** Who asks. A cookie of a session that has ended is none; a wrong token or key is wrong. */
export type Identity =
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong' }
  | {
      readonly kind: 'known';
      readonly principal: Principal;
      /** There when a cookie said it. */
      readonly session?: Session;
    };

/** Knows who may be let in. */
export interface Credentials {
  /** Whether this is the operator's token. Compares in a time that says nothing about it. */
  check(token: string): boolean;
  identify(shown: Shown): Identity;
}

/** Whoever can read the data folder could take all rights; its token has those of running the node. */
const TOKEN_PRINCIPAL: Principal = {
  kind: 'token',
  id: 'operator-token',
  name: 'operator token',
  roles: ['admin', 'operator'],
};

const NONE: Identity = { kind: 'none' };
const WRONG: Identity = { kind: 'wrong' };

export { bearerToken };

/**
 * Whoever stands for a member of an organisation that is not the node's has a seat here, but no say: of their roles
 * only those count that see and sign for their own.
 */
function guestRoles(principal: Principal, organisations: readonly string[] | undefined): Principal {
  const organisation = principal.member?.split('/')[0];
  if (organisation === undefined || organisations === undefined) return principal;
  if (organisations.includes(organisation)) return principal;
  return { ...principal, roles: principal.roles.includes('member') ? ['member'] : ['read-only'] };
}

/** `organisations` are the node's own. Digests have one length whatever the tokens are, so that the comparison takes the same time for every guess. */
export function createCredentials(
  token: string,
  accounts?: Pick<Accounts, 'keys' | 'sessions'>,
  organisations?: readonly string[],
): Credentials {
  const wanted = digestOf(token);
  const check = (given: string): boolean => timingSafeEqual(digestOf(given), wanted);

  function byToken(given: string): Identity {
    // Only a key has the form of one: the operator's token is looked at for all else.
    const principal = isApiKey(given) ? accounts?.keys.find(given) : undefined;
    if (principal !== undefined) {
      return { kind: 'known', principal: guestRoles(principal, organisations) };
    }
    return check(given) ? { kind: 'known', principal: TOKEN_PRINCIPAL } : WRONG;
  }

  function bySession(given: string): Identity {
    const found = accounts?.sessions.find(given);
    if (found === undefined) return NONE;
    const { session, user } = found;
    const { id, name, roles, member } = user;
    const principal: Principal = {
      kind: 'user',
      id,
      name,
      roles,
      userId: id,
      ...(member === undefined ? {} : { member }),
    };
    return { kind: 'known', principal: guestRoles(principal, organisations), session };
  }

  return {
    check,
    identify({ authorization, cookie, secure }) {
      if (authorization !== undefined) {
        const given = authorizationToken(authorization);
        return given === undefined ? WRONG : byToken(given);
      }
      const given = sessionCookie(cookie, secure);
      return given === undefined ? NONE : bySession(given);
    },
  };
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
