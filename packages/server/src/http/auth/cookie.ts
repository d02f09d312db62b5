/** Name over TLS: browsers take it only with Secure, Path=/ and no Domain, so that no other host can plant one (RFC 6265bis §4.1.3). */
const SECURE_NAME = '__Host-hefu-session';
/** Name on the machine itself, where there is no TLS. */
const LOCAL_NAME = 'hefu-session';
const SECURE_VISIT_NAME = '__Host-hefu-visit';
const LOCAL_VISIT_NAME = 'hefu-visit';
/** As long as a visit is waited for. */
const VISIT_SECONDS = 300;

/** The token of the session in a `Cookie` header; undefined when there is none, or more than one: one was planted. */
export function sessionCookie(header: string | undefined, secure: boolean): string | undefined {
  return cookieOf(header, secure ? SECURE_NAME : LOCAL_NAME);
}

/** The key of a browser that has gone to a provider of identities. */
export function visitCookie(header: string | undefined, secure: boolean): string | undefined {
  return cookieOf(header, secure ? SECURE_VISIT_NAME : LOCAL_VISIT_NAME);
}

/** `Set-Cookie` of a visit. Lax, because the browser comes back from another site. */
export function visitSetCookie(key: string, secure: boolean): string {
  return `${secure ? SECURE_VISIT_NAME : LOCAL_VISIT_NAME}=${key}; Path=/; Max-Age=${VISIT_SECONDS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** `Set-Cookie` of a visit that is over. */
export function endVisitCookie(secure: boolean): string {
  return `${secure ? SECURE_VISIT_NAME : LOCAL_VISIT_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

function cookieOf(header: string | undefined, cookieName: string): string | undefined {
  if (header === undefined) return undefined;
  const name = `${cookieName}=`;
  const found = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(name));
  return found.length === 1 ? found[0]?.slice(name.length) : undefined;
}

/** `Set-Cookie` of a session that begins; it lives as long as the browser's, and on the node as long as the node says. */
export function beginCookie(token: string, secure: boolean): string {
  return `${secure ? SECURE_NAME : LOCAL_NAME}=${token}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** `Set-Cookie` of a session that has ended. */
export function endCookie(secure: boolean): string {
  return `${secure ? SECURE_NAME : LOCAL_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
