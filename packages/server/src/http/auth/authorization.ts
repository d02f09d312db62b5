/** `Bearer` and one token68 (RFC 6750 §2.1). */
const BEARER_PATTERN = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
/** `Basic` and base64 (RFC 7617 §2). */
const BASIC_PATTERN = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;
/** Longest header looked at. */
const HEADER_CHARS_MAX = 2_048;

/** The token of a bearer token. */
export function bearerToken(header: string): string | undefined {
  return BEARER_PATTERN.exec(header)?.[1];
}

/**
 * The token of an `Authorization` header: a bearer token, or the password of Basic, whose user name says nothing.
 * Undefined when it is neither.
 */
export function authorizationToken(header: string): string | undefined {
  if (header.length > HEADER_CHARS_MAX) return undefined;
  const bearer = bearerToken(header);
  if (bearer !== undefined) return bearer;
  const encoded = BASIC_PATTERN.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}
