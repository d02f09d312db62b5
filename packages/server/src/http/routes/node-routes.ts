import type { ChainHost, NodeHost } from '../../chain-host.ts';
import type { NodeMetrics } from '../../metrics/node-metrics.ts';
import { isProblemCode, PROBLEMS } from '../../problems/catalogue.ts';
import { chooseLanguage } from '../../problems/language.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { problemType } from '../../problems/render.ts';
import { toTimeText } from '../json-value.ts';
import type { App } from '../zod-provider.ts';

/** One thing that must hold for the node to be ready. */
interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** `/livez`, `/readyz`, `/metrics`, `/version`, `/problems/{code}`: no credentials, no secrets. */
export function addNodeRoutes(app: App, node: NodeHost, metrics: NodeMetrics): void {
  app.get('/livez', (_request, reply) =>
    reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send('ok\n'),
  );
  app.get('/readyz', (request, reply) => {
    const checks = readinessChecks(node);
    const ready = checks.every((check) => check.ok);
    void reply.code(ready ? 200 : 503).header('cache-control', 'no-store');
    if (!ready) void reply.header('retry-after', '1');
    const verbose = Object.hasOwn(request.query as object, 'verbose');
    if (verbose) return reply.send({ ready, checks });
    return reply.type('text/plain; charset=utf-8').send(ready ? 'ok\n' : 'not ready\n');
  });
  app.get('/metrics', async (_request, reply) =>
    reply
      .header('content-type', metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.render()),
  );
  app.get('/version', (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(node.version),
  );
  app.get<{ Params: { code: string } }>('/problems/:code', (request, reply) => {
    const { code } = request.params;
    if (!isProblemCode(code)) throw new ProblemError('route-not-found');
    const { status, retryable, title } = PROBLEMS[code];
    const language = chooseLanguage(request.headers['accept-language']);
    return reply
      .header('vary', 'Accept-Language')
      .header('content-language', language)
      .header('cache-control', 'no-cache')
      .send({ type: problemType(code), code, status, retryable, title: title[language] });
  });
  app.get('/v1/chains', (_request, reply) =>
    reply.header('cache-control', 'no-cache').send({
      items: node.chains.map((chain) => ({
        chain: chain.chain,
        slug: chain.slug,
        suite: chain.suite,
        path: `/chains/${chain.slug}`,
        isDefault: chain === node.defaultChain,
        height: chain.reader.head().height,
      })),
    }),
  );
}

function readinessChecks(node: NodeHost): Check[] {
  const state = node.state();
  const checks: Check[] = [{ name: 'node', ok: state === 'ready', detail: state }];
  for (const chain of node.chains) checks.push(...chainChecks(chain));
  return checks;
}

/** A halted ledger makes the node unready: it serves reads, but a proxy should prefer another one. */
function chainChecks(chain: ChainHost): Check[] {
  const { height, timeMs } = chain.reader.head();
  const { halted } = chain.ledger.status();
  const reached = chain.readModel.height();
  return [
    {
      name: `chain ${chain.chain}`,
      ok: halted === undefined,
      detail: halted?.code ?? `height ${height} at ${toTimeText(timeMs)}`,
    },
    {
      name: `read model of ${chain.chain}`,
      // Read models may lag or be off: queries say so themselves, and all else works.
      ok: true,
      detail: reached === undefined ? 'off' : `height ${reached}`,
    },
  ];
}
