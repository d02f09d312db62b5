import type { App } from '../http/zod-provider.ts';

interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>
    >
  >;
}

/** What the node counted of one kind of answer. */
const COUNTED = /^hefu_http_requests_total\{method="([A-Z]+)",route="([^"]+)",status="(\d+)"\} /gm;

/**
 * Throws when a node has answered with a status that its OpenAPI document does not have, as far as it has counted: so every
 * test that asks a node anything also tests the document.
 */
export async function checkDocumented(app: App): Promise<void> {
  const metrics = await app.inject('/metrics');
  const document = await app.inject('/openapi.json');
  // A node that is made to stop or to fail has no more to say.
  if (metrics.statusCode !== 200 || document.statusCode !== 200) return;
  const { paths } = document.json<Described>();
  const byRoute = new Map(
    Object.entries(paths).map(([path, item]) => [path.replaceAll(/\{\w+\}/g, '{}'), item]),
  );
  for (const [, method = '', route = '', status = ''] of metrics.body.matchAll(COUNTED)) {
    // HEAD and OPTIONS are told once for all; 405 belongs to no operation.
    if (route === 'none' || method === 'OPTIONS' || status === '405') continue;
    const path = route
      .replace(/^\/chains\/[^/]+/, '')
      .replaceAll(/:\w+/g, '{}')
      .replace('*', '{}');
    const item = byRoute.get(path);
    const operation =
      item?.[method.toLowerCase()] ?? (method === 'HEAD' ? item?.['get'] : undefined);
    if (operation?.responses[status] === undefined) {
      throw new Error(`${method} ${route} answered ${status}, which is not in /openapi.json`);
    }
  }
}
