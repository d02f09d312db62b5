import type { ChainHost, NodeHost } from '../../chain-host.ts';
import { z } from 'zod';
import type { NodeMetrics } from '../../metrics/node-metrics.ts';
import { toTimeText } from '../json-value.ts';
import { json, NOT_MODIFIED, plainText } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';

const checksView = z.strictObject({
  ready: z.boolean(),
  checks: z.array(
    z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string().optional() }),
  ),
});
const versionView = z.strictObject({
  name: z.literal('hefu'),
  version: z.string(),
  runtime: z.string(),
});
const chainsView = z.strictObject({
  items: z.array(
    z.strictObject({
      chain: z.string(),
      slug: z.string(),
      suite: z.enum(['international', 'gm']),
      path: z.string().describe("Where the chain's addresses stand."),
      isDefault: z.boolean().describe('Whether they also stand at the root.'),
      height: z.int(),
    }),
  ),
});

const READY_EXAMPLE = { ready: true, checks: [{ name: 'node', ok: true, detail: 'ready' }] };

const API = {
  livez: {
    tag: 'node',
    summary: 'Whether the process answers.',
    access: 'public',
    answers: { 200: { description: 'It does.', content: plainText('ok') } },
  },
  readyz: {
    tag: 'node',
    summary: 'Whether the node takes requests; `?verbose` lists the checks as JSON.',
    access: 'public',
    answers: {
      200: {
        description: 'Ready.',
        content: { ...plainText('ok'), ...json(checksView, READY_EXAMPLE) },
      },
      503: {
        description: 'Not ready.',
        content: { ...plainText('not ready'), ...json(checksView) },
      },
    },
  },
  metrics: {
    tag: 'node',
    summary: 'Metrics in the text format of Prometheus.',
    access: 'public',
    answers: { 200: { description: 'The metrics.', content: plainText() } },
  },
  version: {
    tag: 'node',
    summary: 'What runs.',
    access: 'public',
    answers: {
      200: {
        description: 'Name, version, runtime.',
        content: json(versionView, { name: 'hefu', version: '0.1.0', runtime: 'node 26.10.0' }),
      },
      304: NOT_MODIFIED,
    },
  },
  chains: {
    tag: 'node',
    summary: 'The chains of this node and where their addresses stand.',
    access: 'public',
    answers: { 200: { description: 'The chains.', content: json(chainsView) }, 304: NOT_MODIFIED },
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** One thing that must hold for the node to be ready. */
interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** `/livez`, `/readyz`, `/metrics`, `/version`, `/v1/chains`: no credentials, no secrets. */
export function addNodeRoutes(app: App, node: NodeHost, metrics: NodeMetrics): void {
  app.get('/livez', { config: { api: API.livez } }, (_request, reply) =>
    reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send('ok\n'),
  );
  const readyQuery = z.looseObject({
    verbose: z.string().optional().describe('Lists the checks.'),
  });
  const readySchema = { querystring: readyQuery };
  app.get('/readyz', { schema: readySchema, config: { api: API.readyz } }, (request, reply) => {
    const checks = readinessChecks(node);
    const ready = checks.every((check) => check.ok);
    void reply.code(ready ? 200 : 503).header('cache-control', 'no-store');
    if (!ready) void reply.header('retry-after', '1');
    const verbose = Object.hasOwn(request.query, 'verbose');
    if (verbose) return reply.send({ ready, checks });
    return reply.type('text/plain; charset=utf-8').send(ready ? 'ok\n' : 'not ready\n');
  });
  app.get('/metrics', { config: { api: API.metrics } }, async (_request, reply) =>
    reply
      .header('content-type', metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.render()),
  );
  app.get('/version', { config: { api: API.version } }, (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(node.version),
  );
  app.get('/v1/chains', { config: { api: API.chains } }, (_request, reply) =>
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
  const disk = node.disk?.state();
  if (disk !== undefined) {
    const { freeBytes, reserveBytes, isLow } = disk;
    const detail = `${freeBytes} bytes free, ${reserveBytes} kept`;
    checks.push({ name: 'disk', ok: !isLow, detail });
  }
  for (const chain of node.chains) checks.push(...chainChecks(chain));
  return checks;
}

/** A halted ledger makes the node unready: it serves reads, but a proxy should prefer another one. */
function chainChecks(chain: ChainHost): Check[] {
  const { height, timeMs } = chain.reader.head();
  const { halted } = chain.ledger.status();
  const reached = chain.readModel.height();
  const webhooks = chain.webhooks.list();
  const dead = webhooks.filter(({ disabled = 'operator' }) => disabled !== 'operator').length;
  return [
    {
      name: `chain ${chain.chain}`,
      // One that was given up on purpose is as it should be.
      ok: halted === undefined || halted.code === 'chain-broken',
      detail: halted?.code ?? `height ${height} at ${toTimeText(timeMs)}`,
    },
    {
      name: `read model of ${chain.chain}`,
      // Read models may lag or be off: queries say so themselves, and all else works.
      ok: true,
      detail: reached === undefined ? 'off' : `height ${reached}`,
    },
    {
      name: `webhooks of ${chain.chain}`,
      // A receiver that is dead is no fault of the node, but somebody should hear of it.
      ok: true,
      detail: `${webhooks.length}, of which ${dead} switched off after failures`,
    },
  ];
}
