import type { HTTPMethods, RouteOptions } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import type { App } from './zod-provider.ts';

/** The methods an address can take; any other token is refused by the HTTP parser or finds no route. */
const ALL_METHODS = ['GET', 'HEAD', 'QUERY', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const routesByApp = new WeakMap<object, ReadonlyMap<string, ReadonlySet<string>>>();

/** The addresses of an app with the methods each takes, for the tests that walk them all and hold the reference to them. */
export function routesOf(app: App): ReadonlyMap<string, ReadonlySet<string>> {
  return routesByApp.get(app) ?? new Map();
}

/**
 * Watches the routes as they are added; `complete` then answers every other method at their addresses: OPTIONS with 204
 * and `Allow`, the rest with 405 and `Allow` (RFC 9110 §15.5.6), before any body is read.
 */
export function completeMethods(app: App): { complete(): void } {
  const methodsByUrl = new Map<string, Set<HTTPMethods>>();
  routesByApp.set(app, methodsByUrl);
  let completing = false;
  app.addHook('onRoute', (route: RouteOptions) => {
    if (completing) return;
    const methods = methodsByUrl.get(route.url) ?? new Set<HTTPMethods>();
    for (const method of [route.method].flat()) methods.add(method);
    methodsByUrl.set(route.url, methods);
  });
  return {
    complete() {
      completing = true;
      for (const [url, methods] of methodsByUrl) addRefusals(app, url, methods);
    },
  };
}

function addRefusals(app: App, url: string, methods: ReadonlySet<HTTPMethods>): void {
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (!methods.has('OPTIONS')) {
    app.route({
      method: 'OPTIONS',
      url,
      // Before any body is read, too.
      onRequest: async (_request, reply) => reply.code(204).header('allow', allow).send(),
      handler: () => undefined,
    });
  }
  const refused = ALL_METHODS.filter((method) => method !== 'OPTIONS' && !methods.has(method));
  app.route({
    method: refused,
    url,
    exposeHeadRoute: false,
    onRequest: () => {
      throw new ProblemError('method-not-allowed', { headers: { allow } });
    },
    handler: () => undefined,
  });
}
