import { ProblemError } from '../../problems/problem-error.ts';
import type { App } from '../zod-provider.ts';

/** What of bodies is taken (RFC 9110 §12.5.3): a body that were unpacked could be a thousand times what was sent. */
const TAKEN = { 'accept-encoding': 'identity' };

const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses bodies that came packed, before they are read (RFC 9110 §15.5.16). */
export function refuseEncodedBodies(app: App): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return done();
    // The body of these is never read.
    if (BODILESS.has(request.method)) return done();
    return done(new ProblemError('body-encoding-unsupported', { headers: TAKEN }));
  });
}
