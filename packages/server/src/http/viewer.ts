import { allows } from '@hefu/accounts';
import type { Permission, Principal } from '@hefu/accounts';
import type { Viewer } from '@hefu/contract';
import type { FastifyRequest } from 'fastify';
import type { ChainHost } from '../chain-host.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { Credentials, Identity } from './credentials.ts';

const PUBLIC_VIEWER: Viewer = { kind: 'public' };

/** The challenges that go with every 401 (RFC 9110 §11.6.1). Basic is taken but not asked for: browsers would put up a box. */
const CHALLENGE = { 'www-authenticate': 'Bearer realm="hefu"' };

/** A request is looked at once, however many ask. */
const identities = new WeakMap<FastifyRequest, Identity>();

/** Who asks, by what the request shows. */
export function identityOf(request: FastifyRequest, credentials: Credentials): Identity {
  const known = identities.get(request);
  if (known !== undefined) return known;
  const { authorization, cookie } = request.headers;
  const secure = request.protocol === 'https';
  const identity = credentials.identify({ authorization, cookie, secure });
  identities.set(request, identity);
  return identity;
}

/** Who asks; undefined for the public. A wrong credential is refused, never taken for none: 401 `credential-wrong`. */
export function principalOf(
  request: FastifyRequest,
  credentials: Credentials,
): Principal | undefined {
  const identity = identityOf(request, credentials);
  if (identity.kind === 'wrong') throw new ProblemError('credential-wrong', { headers: CHALLENGE });
  return identity.kind === 'known' ? identity.principal : undefined;
}

/** Who asks. Throws `credential-required` for the public, `role-insufficient` for those without the permission. */
export function requirePermission(
  request: FastifyRequest,
  credentials: Credentials,
  permission: Permission,
): Principal {
  const principal = principalOf(request, credentials);
  if (principal === undefined) {
    throw new ProblemError('credential-required', { headers: CHALLENGE });
  }
  if (!allows(principal.roles, permission)) throw new ProblemError('role-insufficient');
  return principal;
}

/** Whether somebody asks who may run the node. */
export function isOperator(request: FastifyRequest, credentials: Credentials): boolean {
  const principal = principalOf(request, credentials);
  return principal !== undefined && allows(principal.roles, 'operate');
}

/** Throws `credential-required` or `role-insufficient` unless somebody asks who may run the node. */
export function requireOperator(request: FastifyRequest, credentials: Credentials): void {
  requirePermission(request, credentials, 'operate');
}

/** What may be seen: the public's, or what the organisation may read that the principal stands for. */
export function viewerOf(
  request: FastifyRequest,
  chain: ChainHost,
  credentials: Credentials,
): Viewer {
  const principal = principalOf(request, credentials);
  if (principal === undefined) return PUBLIC_VIEWER;
  const organisation = principal.member?.split('/')[0] ?? chain.organisation;
  return { kind: 'organisation', organisation };
}
