import type { RouteOptions } from 'fastify';
import type { z } from 'zod';
import type { App } from '../zod-provider.ts';
import type { ApiOperation } from './operation.ts';

/** One address and method of the node with what the reference says of it. */
export interface CollectedRoute {
  readonly method: string;
  /** As Fastify has it, without the prefix of a chain: `/v1/statements/:id`. */
  readonly url: string;
  /** Whether it stands under every chain's prefix. */
  readonly ofChain: boolean;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly api: ApiOperation;
}

/** Watches the routes as they are added. A route that stands under several chains is collected once. */
export function collectRoutes(app: App): () => readonly CollectedRoute[] {
  const collected = new Map<string, CollectedRoute>();
  app.addHook('onRoute', (route: RouteOptions) => {
    const api = route.config?.api;
    if (api === undefined) return;
    const chainPrefix = /^\/chains\/[^/]+/.exec(route.url)?.[0];
    const url = chainPrefix === undefined ? route.url : route.url.slice(chainPrefix.length);
    for (const method of [route.method].flat()) {
      // Fastify adds HEAD wherever GET is, with the same description; one that a route has to itself has its own.
      if (method === 'HEAD' && collected.get(`GET ${url}`)?.api === api) continue;
      const name = `${method} ${url}`;
      const known = collected.get(name);
      collected.set(name, {
        method,
        url,
        ofChain: (known?.ofChain ?? false) || chainPrefix !== undefined,
        ...schemasOf(route),
        api,
      });
    }
  });
  return () => [...collected.values()];
}

function schemasOf(route: RouteOptions): Pick<CollectedRoute, 'params' | 'query' | 'body'> {
  const { params, querystring, body } = (route.schema ?? {}) as Readonly<
    Record<string, z.ZodType | undefined>
  >;
  const { request } = route.config?.api ?? {};
  const found = {
    params: params ?? request?.params,
    query: querystring ?? request?.query,
    body,
  };
  return Object.fromEntries(Object.entries(found).filter(([, schema]) => schema !== undefined));
}
