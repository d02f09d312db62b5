import { entityTag, matchesTag } from './entity-tag.ts';
import type { App } from './zod-provider.ts';

/**
 * Gives every whole answer that a client may keep an entity tag of its bytes, and answers 304 to who has them (RFC 9110
 * §13.1.2). A route that knows a tag of its own sets it itself; what must not be stored has none; streams have none.
 */
export function answerConditionally(app: App): void {
  // Called back and not awaited, as all hooks that every answer goes through: a promise each would cost more than their work.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode !== 200 || reply.hasHeader('etag')) return done(null, payload);
    if (request.method !== 'GET' && request.method !== 'HEAD') return done(null, payload);
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return done(null, payload);
    const control = reply.getHeader('cache-control');
    if (typeof control !== 'string' || control.includes('no-store')) return done(null, payload);
    const tag = entityTag(payload);
    void reply.header('etag', tag);
    if (!matchesTag(request.headers['if-none-match'], tag)) return done(null, payload);
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return done(null, '');
  });
}
