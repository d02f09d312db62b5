import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../../problems/problem-error.ts';

/** A header that no form and no other site can set without asking first, and nobody answers that question. */
export const REQUEST_HEADER = 'hefu-request';

/**
 * Throws `request-cross-site` when a browser says that another site made it ask (Fetch Metadata, Origin: RFC 6454 §7).
 * What is no browser sends neither header.
 */
export function requireSameOrigin(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw new ProblemError('request-cross-site');
  const { origin } = request.headers;
  if (origin === undefined) return;
  // Both as the platform writes them: without the port that goes without saying.
  const own = URL.parse(`${request.protocol}://${request.host}`)?.origin;
  if (own === undefined || URL.parse(origin)?.origin !== own) {
    throw new ProblemError('request-cross-site');
  }
}

/** The same for what a cookie speaks for, which has to carry our header too. */
export function requireOwnPage(request: FastifyRequest): void {
  requireSameOrigin(request);
  if (request.headers[REQUEST_HEADER] === undefined) throw new ProblemError('request-cross-site');
}
