import type { App } from './zod-provider.ts';

/** Pages have policies of their own; whatever else comes back shows and runs nothing, should a browser open it. */
const POLICY =
  "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; sandbox";
/** Two years, as browsers' lists want it: whoever came by TLS once never goes without again. */
const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains';

/** What every answer has. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** Headers of every answer that tell browsers to be careful with it (OWASP ASVS 5.0 §3.4). */
export function setSecurityHeaders(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS);
    if (request.protocol === 'https') {
      void reply.header('strict-transport-security', STRICT_TRANSPORT);
    }
    done();
  });
}
