import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A year: what C2SP tlog-tiles names for tiles, and as long as RFC 9111 caches keep anything. */
export const CACHE_IMMUTABLE = 'public, max-age=31536000, immutable';

/** A strong entity tag (RFC 9110 §8.8.3) of the very bytes that are sent. */
export function entityTag(bytes: Uint8Array | string): string {
  return `"${hash('sha256', bytes, 'base64url')}"`;
}

/** Whether an If-None-Match header names the tag (weak comparison, RFC 9110 §13.1.2). */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag);
}

/** Sends bytes that never change, or 304 when the client has them. `tag` where it is known without hashing them. */
export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: Uint8Array | string,
  cacheControl: string,
  tag: string = entityTag(bytes),
): FastifyReply {
  void reply.header('etag', tag).header('cache-control', cacheControl);
  if (matchesTag(request.headers['if-none-match'], tag)) return reply.code(304).send();
  return reply.send(bytes);
}
