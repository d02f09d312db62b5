import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Context, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';
import type { ChainHost, LedgerPort } from '../chain-host.ts';
import type { Logger } from '../logging/logger.ts';
import { BlockSpans } from './block-spans.ts';
import { nodeSampler } from './sampler.ts';
import type { TracedCall, Tracing, TracingOptions } from './tracing.ts';

/** Asked every few seconds by whoever watches the node, and about nothing. */
const UNTRACED_ROUTES: ReadonlySet<string> = new Set(['/metrics', '/livez', '/readyz']);
/** Longest time that a stop waits for the last spans to be taken. */
const FLUSH_MS_MAX = 2_000;
const EXPORT_MS_MAX = 5_000;
const SERVER_ERROR_MIN = 500;

const propagator = new W3CTraceContextPropagator();

/** Spans by OpenTelemetry's SDK, sent by OTLP over HTTP as JSON. Loaded only by nodes that trace. */
export function openTelemetry(options: TracingOptions): Tracing {
  tellFaults(options.logger);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.serviceName,
      'service.version': options.version,
    }),
    sampler: nodeSampler(options.sampleRatio),
    forceFlushTimeoutMillis: FLUSH_MS_MAX,
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: options.endpoint, timeoutMillis: EXPORT_MS_MAX }),
      ),
    ],
  });
  return new NodeTracing(provider, provider.getTracer('hefu', options.version));
}

/** What the SDK has to say goes to the log: above all that nobody takes the spans. */
function tellFaults(logger: Logger): void {
  const tell = (reason: string): void => logger.warn({ reason }, 'traces could not be sent');
  const silent = (): void => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

class NodeTracing implements Tracing {
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;
  readonly #current = new AsyncLocalStorage<Context>();
  readonly #requests = new WeakMap<FastifyRequest, Span>();
  readonly #blocks = new Map<string, BlockSpans>();

  constructor(provider: BasicTracerProvider, tracer: Tracer) {
    this.#provider = provider;
    this.#tracer = tracer;
  }

  request(request: FastifyRequest): void {
    const route = request.routeOptions.url;
    if (route !== undefined && UNTRACED_ROUTES.has(route)) return;
    const { headers, method } = request;
    const parent = propagator.extract(ROOT_CONTEXT, headers, {
      keys: (carrier) => Object.keys(carrier as object),
      get: (carrier, key) => (carrier as typeof headers)[key],
    });
    // The route as it is declared: what a caller puts into a path or a query stays with the caller.
    const name = route === undefined ? method : `${method} ${route}`;
    const span = this.#tracer.startSpan(
      name,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': method,
          'url.scheme': request.protocol,
          ...(route === undefined ? {} : { 'http.route': route }),
        },
      },
      parent,
    );
    this.#requests.set(request, span);
    headers['traceparent'] = traceparentOf(span.spanContext());
  }

  within(request: FastifyRequest, next: () => void): void {
    const span = this.#requests.get(request);
    if (span === undefined) next();
    else this.#current.run(trace.setSpan(ROOT_CONTEXT, span), next);
  }

  requestEnded(request: FastifyRequest, status: number): void {
    const span = this.#requests.get(request);
    if (span === undefined) return;
    span.setAttribute('http.response.status_code', status);
    if (status >= SERVER_ERROR_MIN) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  chain(host: ChainHost): ChainHost {
    const blocks = new BlockSpans(this.#tracer, host);
    this.#blocks.set(host.chain, blocks);
    return { ...host, ledger: this.#ledger(host, blocks) };
  }

  async webhook(chain: string, height: number): Promise<TracedCall> {
    const block = await this.#blocks.get(chain)?.contextOf(height);
    const parent = block === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, block);
    const span = this.#tracer.startSpan(
      'webhook call',
      {
        kind: SpanKind.CLIENT,
        attributes: { 'hefu.chain': chain, 'hefu.block.height': height },
      },
      parent,
    );
    return {
      headers: { traceparent: traceparentOf(span.spanContext()) },
      end(status) {
        if (status !== undefined) span.setAttribute('http.response.status_code', status);
        if (status === undefined || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  #ledger({ ledger }: ChainHost, blocks: BlockSpans): LedgerPort {
    return {
      stageAttachment: (bytes, sender) => ledger.stageAttachment(bytes, sender),
      status: () => ledger.status(),
      submit: async (statements) => {
        const parent = this.#current.getStore();
        if (parent === undefined) return ledger.submit(statements);
        const span = this.#tracer.startSpan(
          'ledger admission',
          { attributes: { 'hefu.statements': statements.length } },
          parent,
        );
        try {
          const results = await ledger.submit(statements);
          blocks.submitted(span, results);
          return results;
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
          throw error;
        }
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const blocks of this.#blocks.values()) blocks[Symbol.dispose]();
    await this.#provider.shutdown().catch(() => undefined);
  }
}

/** W3C Trace Context §3.2. */
function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
