import type { Viewer } from '@hefu/contract';
import type { FastifyRequest } from 'fastify';
import type { ChainHost } from '../chain-host.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { Credentials } from './credentials.ts';
import { bearerToken } from './credentials.ts';

const PUBLIC_VIEWER: Viewer = { kind: 'public' };

/** The challenge that goes with every 401 (RFC 9110 §11.6.1). */
const CHALLENGE = { 'www-authenticate': 'Bearer realm="hefu"' };

/** Whether the request carries the operator's token. A wrong one is refused, never taken for none: 401 `credential-wrong`. */
export function isOperator(request: FastifyRequest, credentials: Credentials): boolean {
  const { authorization } = request.headers;
  if (authorization === undefined) return false;
  const token = bearerToken(authorization);
  if (token === undefined || !credentials.check(token)) {
    throw new ProblemError('credential-wrong', { headers: CHALLENGE });
  }
  return true;
}

/** Throws `credential-required` unless the operator asks. */
export function requireOperator(request: FastifyRequest, credentials: Credentials): void {
  if (isOperator(request, credentials)) return;
  throw new ProblemError('credential-required', { headers: CHALLENGE });
}

/** Who asks: the public, or with the operator's token the node's own organisation. */
export function viewerOf(
  request: FastifyRequest,
  chain: ChainHost,
  credentials: Credentials,
): Viewer {
  return isOperator(request, credentials)
    ? { kind: 'organisation', organisation: chain.organisation }
    : PUBLIC_VIEWER;
}
