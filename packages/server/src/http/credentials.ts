import { hash, timingSafeEqual } from 'node:crypto';

/** Knows the operator's token without keeping it. */
export interface Credentials {
  /** Compares in a time that says nothing about the token. */
  check(token: string): boolean;
}

/** `Bearer` and one token68 (RFC 6750 §2.1). */
const BEARER_PATTERN = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** Digests have one length whatever the tokens are, so that the comparison takes the same time for every guess. */
export function createCredentials(token: string): Credentials {
  const wanted = digestOf(token);
  return { check: (given) => timingSafeEqual(digestOf(given), wanted) };
}

/** The token of an `Authorization` header; undefined when it is not a bearer token. */
export function bearerToken(header: string): string | undefined {
  return BEARER_PATTERN.exec(header)?.[1];
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
