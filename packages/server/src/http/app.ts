import { fastify } from 'fastify';
import type { FastifyRequest } from 'fastify';
import type { ChainHost, NodeHost } from '../chain-host.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../logging/logger.ts';
import type { TlsMaterial } from '../node/tls.ts';
import type { NodeMetrics } from '../metrics/node-metrics.ts';
import { createNodeMetrics } from '../metrics/node-metrics.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { addAccountRoutes } from './accounts/account-routes.ts';
import { guardRoutes } from './auth/guard.ts';
import { parseJson } from './body.ts';
import { compressAnswers } from './compression.ts';
import { answerConditionally } from './conditional.ts';
import { answerClientError } from './client-error.ts';
import { refuseWhileLow } from './refuse-while-low.ts';
import { handleFaults, refuseUnknownAddresses, sendFault } from './faults.ts';
import { takeIdempotencyKeys } from './idempotency.ts';
import { completeMethods } from './methods.ts';
import { collectRoutes } from './openapi/collect.ts';
import { addApiRoutes } from './routes/api-routes.ts';
import { refuseEncodedBodies } from './limits/encoded-body.ts';
import { limitRates } from './limits/rate-limit.ts';
import { cutStalledAnswers } from './limits/stalled-answer.ts';
import { SECURITY_HEADERS, setSecurityHeaders } from './security-headers.ts';
import { EventHub } from './events/event-hub.ts';
import { addEventRoutes } from './events/event-routes.ts';
import { StreamKeeper } from './events/stream-keeper.ts';
import { addAttachmentRoutes } from './routes/attachment-routes.ts';
import { addCallRoutes } from './routes/call-routes.ts';
import { addChainRoutes } from './routes/chain-routes.ts';
import { addLogRoutes } from './routes/log-routes.ts';
import { addModuleRoutes } from './routes/module-routes.ts';
import { addNodeRoutes } from './routes/node-routes.ts';
import { addReceiptRoutes } from './routes/receipt-routes.ts';
import { addScittRoutes } from './scitt/scitt-routes.ts';
import { addStateRoutes } from './routes/state-routes.ts';
import { addStatementRoutes } from './routes/statement-routes.ts';
import { addSubmitRoutes } from './routes/submit-routes.ts';
import { addVaultRoutes } from './routes/vault-routes.ts';
import { addVerifyPageRoutes } from './routes/verify-page-routes.ts';
import { createSender } from '../webhooks/send-webhook.ts';
import { WebhookCaller } from '../webhooks/webhook-caller.ts';
import { addWebhookRoutes } from '../webhooks/webhook-routes.ts';
import { traceRequests } from '../tracing/trace-requests.ts';
import { useZod } from './zod-provider.ts';
import type { App } from './zod-provider.ts';

export interface AppOptions {
  readonly host: NodeHost;
  readonly config: Config;
  readonly logger: Logger;
  /** Speaks HTTPS with this, HTTP without. */
  readonly tls?: TlsMaterial;
  readonly clock: { nowMs(): number };
  /** Whether `/metrics` also tells of the process (memory, event loop): one app in a process should. */
  readonly processMetrics?: boolean;
}

/** Body limit of routes that take none or a small one. */
const BODY_BYTES_MAX_DEFAULT = 64 * 1024;
/** Longest path parameter: a state key of 200 bytes, each percent-encoded. */
const PARAM_CHARS_MAX = 600;
/** How often slow requests are looked for; Node's own half minute would make the timeouts meaningless. */
const TIMEOUT_CHECK_MS_MAX = 1_000;
/** Whatever the Node that runs it was told: older versions are broken (RFC 8996). */
const TLS_VERSION_MIN = 'TLSv1.2';
/** Header section of a request; ours are small, and the parser holds it in memory. */
const HEADER_BYTES_MAX = 16 * 1024;

/** Builds the HTTP side of a node; nothing listens yet. Testable by `inject`. */
export async function createApp(options: AppOptions): Promise<App> {
  const { host, config, logger } = options;
  const app = createFastify(options);
  const metrics = createNodeMetrics(host, options.clock, {
    processMetrics: options.processMetrics ?? false,
  });
  useZod(app);
  traceRequests(app, host.tracing);
  handleFaults(app, logger);
  const methods = completeMethods(app);
  const routes = collectRoutes(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => parseJson(body),
  );
  setSecurityHeaders(app);
  refuseWhileStopping(app, host);
  refuseWhileLow(app, host);
  observeRequests(app, metrics, logger);
  limitRates(app, host, config, options.clock);
  cutStalledAnswers(app, config.http.stalledTimeoutMs);
  guardRoutes(app, host.credentials, host.accounts);
  refuseUnknownAddresses(app);
  refuseEncodedBodies(app);
  takeIdempotencyKeys(app, options.clock);
  answerConditionally(app);
  compressAnswers(app);
  const serving: Serving = { ...options, metrics, keeper: new StreamKeeper() };
  const events = eventsOf(serving);
  closeEvents(app, serving.keeper, [...events.values()]);
  metrics.watchStreams(serving.keeper);
  addNodeRoutes(app, host, metrics);
  addApiRoutes(app, host, routes);
  addAccountRoutes(app, host, options.clock);
  for (const chain of host.chains) {
    await app.register(async (scope) => addChain(scope as App, chain, serving, events), {
      prefix: `/chains/${chain.slug}`,
    });
  }
  const { defaultChain } = host;
  if (defaultChain !== undefined) {
    await app.register(async (scope) => addChain(scope as App, defaultChain, serving, events));
  }
  methods.complete();
  await app.ready();
  app.server.maxConnections = config.http.connectionsMax;
  ignoreExpectations(app);
  return app;
}

function createFastify({ config, logger, tls }: AppOptions): App {
  const { http } = config;
  return fastify({
    ...(tls === undefined ? {} : { https: { ...tls, minVersion: TLS_VERSION_MIN } }),
    trustProxy: http.behindProxy ? http.trustedProxies.replaceAll(' ', '') : false,
    logger: false,
    bodyLimit: BODY_BYTES_MAX_DEFAULT,
    requestTimeout: http.requestTimeoutMs,
    keepAliveTimeout: http.keepAliveTimeoutMs,
    // Requests that are under way when the node stops are answered by our own hook, in our own form.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: http.headersTimeoutMs,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS_MAX, http.headersTimeoutMs),
    },
    frameworkErrors: (error, request, reply) => {
      // No hook has run for these.
      void reply.headers(SECURITY_HEADERS);
      sendFault(error, request, reply, logger);
    },
    clientErrorHandler: (error, socket) => {
      answerClientError(error, socket, logger);
    },
  });
}

/**
 * Node answers an `Expect` that it does not know with a bare 417, past all of ours; RFC 9110 §10.1.1 lets a server ignore
 * it.
 */
function ignoreExpectations(app: App): void {
  app.server.on('checkExpectation', (request, response) => {
    app.server.emit('request', request, response);
  });
}

/** What the routes of all chains share. */
interface Serving extends AppOptions {
  readonly metrics: NodeMetrics;
  readonly keeper: StreamKeeper;
}

interface ChainEvents {
  readonly hub: EventHub;
  readonly caller: WebhookCaller;
}

/** One of each for each chain, however many times its addresses are mounted. */
function eventsOf(serving: Serving): ReadonlyMap<ChainHost, ChainEvents> {
  const { host, config, logger, clock, metrics } = serving;
  const { chains, defaultChain, webhookKey } = host;
  const all = new Set([...chains, ...(defaultChain === undefined ? [] : [defaultChain])]);
  const send = createSender({ privateAllowed: config.webhooks.privateAddressesAllowed });
  return new Map(
    [...all].map((chain) => {
      const hub = new EventHub(chain);
      const caller = new WebhookCaller({
        hub,
        store: chain.webhooks,
        send,
        key: webhookKey,
        logger,
        nowMs: () => clock.nowMs(),
        onCalled: (taken) => metrics.webhookCalled(chain.chain, taken),
        ...(host.tracing === undefined ? {} : { tracing: host.tracing }),
        random: Math.random,
      });
      return [chain, { hub, caller }];
    }),
  );
}

/** Streams never end by themselves, so a stop ends them before it waits for the requests under way. */
function closeEvents(app: App, keeper: StreamKeeper, events: readonly ChainEvents[]): void {
  app.addHook('preClose', (done) => {
    keeper[Symbol.dispose]();
    for (const { hub } of events) hub[Symbol.dispose]();
    done();
  });
  app.addHook('onClose', async () => {
    for (const { caller } of events) await caller[Symbol.asyncDispose]();
  });
}

async function addChain(
  app: App,
  chain: ChainHost,
  { host, config, logger, clock, metrics, keeper }: Serving,
  events: ReadonlyMap<ChainHost, ChainEvents>,
): Promise<void> {
  const own = events.get(chain);
  if (own === undefined) throw new Error('a chain without its events');
  const { hub } = own;
  addLedgerHeight(app, chain);
  addLogRoutes(app, chain);
  addStatementRoutes(app, chain, host);
  addReceiptRoutes(app, chain, host);
  addStateRoutes(app, chain, host);
  addChainRoutes(app, chain);
  addVerifyPageRoutes(app, chain);
  addEventRoutes(app, { chain, node: host, hub, keeper, nowMs: () => performance.now() });
  addModuleRoutes(app, chain, host, logger);
  await addWebhookRoutes(app, {
    ...own,
    chain,
    node: host,
    privateAllowed: config.webhooks.privateAddressesAllowed,
    nowMs: () => clock.nowMs(),
  });
  await addSubmitRoutes(app, { chain, config, metrics });
  addCallRoutes(app, { chain, node: host, metrics, clock });
  await addAttachmentRoutes(app, chain, host, config);
  await addVaultRoutes(app, chain, host, config);
  await addScittRoutes(app, { chain, metrics });
}

/** Every read says at which height it was true; a route that read an older one has said so itself. */
function addLedgerHeight(app: App, chain: ChainHost): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads && reply.statusCode < 400 && !reply.hasHeader('ledger-height')) {
      void reply.header('ledger-height', String(chain.reader.head().height));
    }
    done(null, payload);
  });
}

function refuseWhileStopping(app: App, host: NodeHost): void {
  app.addHook('onRequest', (_request, reply, done) => {
    const state = host.state();
    if (state !== 'stopping') return done();
    void reply.header('connection', 'close');
    return done(new ProblemError('node-stopping'));
  });
}

/** Counts and times every answer; a line for each only at level debug. */
function observeRequests(app: App, metrics: NodeMetrics, logger: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    // Whatever a client makes up, methods included, must not make new labels.
    const known = reply.statusCode !== 404 && reply.statusCode !== 405;
    const route = known ? (request.routeOptions.url ?? 'none') : 'none';
    const durationMs = reply.elapsedTime;
    metrics.requestAnswered(request.method, route, reply.statusCode, durationMs);
    if (logger.requestLines) {
      const { method } = request;
      logger.debug({ method, route, status: reply.statusCode, durationMs }, 'request was answered');
    }
    done();
  });
}
