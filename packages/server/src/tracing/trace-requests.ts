import type { App } from '../http/zod-provider.ts';
import type { Tracing } from './tracing.ts';

/** A span for every request, around everything that is done for it. Before all other hooks, so that their refusals are in it. */
export function traceRequests(app: App, tracing: Tracing | undefined): void {
  if (tracing === undefined) return;
  app.addHook('onRequest', (request, _reply, done) => {
    tracing.request(request);
    done();
  });
  // Only here: a body that has been read in between is an event of its socket, which knows of no request.
  app.addHook('preHandler', (request, _reply, done) => {
    tracing.within(request, done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    tracing.requestEnded(request, reply.statusCode);
    done();
  });
}
