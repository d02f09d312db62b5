import type { NodeHost } from '../chain-host.ts';
import { DISK_LOW_RETRY_SECONDS } from '../disk/disk-watch.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { App } from './zod-provider.ts';

/** Routes whose bodies go to disk as they come in. */
const STORING = /^(\/chains\/[^/]+)?\/v1\/(vault|attachments|statements)(\/|$)/;

/** Refuses large bodies before they are sent while the disk is low. */
export function refuseWhileLow(app: App, host: NodeHost): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const stores = request.method === 'PUT' || request.method === 'POST';
    if (!stores || host.disk?.state().isLow !== true) return done();
    const path = request.url.split('?', 1)[0] ?? '';
    if (!STORING.test(path)) return done();
    return done(new ProblemError('disk-low', { retryAfterSeconds: DISK_LOW_RETRY_SECONDS }));
  });
}
