/** Name over TLS: browsers take it only with Secure, Path=/ and no Domain, so that no other host can plant one (RFC 6265bis §4.1.3). */
const SECURE_NAME = '__Host-hefu-session';
/** Name on the machine itself, where there is no TLS. */
const LOCAL_NAME = 'hefu-session';

/** The token of the session in a `Cookie` header; undefined when there is none, or more than one: one was planted. */
export function sessionCookie(header: string | undefined, secure: boolean): string | undefined {
  if (header === undefined) return undefined;
  const name = `${secure ? SECURE_NAME : LOCAL_NAME}=`;
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
