import type { FastifyRequest } from 'fastify';
import type { ChainHost } from '../chain-host.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../logging/logger.ts';

/** The end of a call to somebody else. */
export interface TracedCall {
  /** What goes along, so that the other side goes on with the trace (W3C Trace Context). */
  readonly headers: Readonly<Record<string, string>>;
  /** `status`: of the answer; undefined when there was none. */
  end(status: number | undefined): void;
}

/** Spans of one node. Absent from a node that sends them nowhere, which then does nothing for them. */
export interface Tracing extends AsyncDisposable {
  /** Begins the span of a request. Its `traceparent` becomes the span's own, so that problems and log lines name the same trace. */
  request(request: FastifyRequest): void;
  /** Runs what is done for a request within its span. */
  within(request: FastifyRequest, next: () => void): void;
  requestEnded(request: FastifyRequest, status: number): void;
  /** The chain with a ledger whose submissions have spans, as have its blocks and their projection. */
  chain(host: ChainHost): ChainHost;
  /** A webhook that is called about an event of this height. */
  webhook(chain: string, height: number): Promise<TracedCall>;
}

export interface TracingOptions {
  readonly endpoint: string;
  readonly serviceName: string;
  readonly sampleRatio: number;
  readonly version: string;
  readonly logger: Logger;
}

/** Where OTLP over HTTP takes traces, below the base address. */
const TRACES_PATH = 'v1/traces';

/**
 * The address that traces go to: the setting's, else that of OpenTelemetry's own variables; undefined where nobody has named one, or
 * OTEL_SDK_DISABLED is true.
 */
export function tracesEndpoint(
  { endpoint }: Config['tracing'],
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  const traces = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? '';
  if (endpoint === '' && traces !== '') return traces;
  const base = endpoint === '' ? (environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') : endpoint;
  return base === '' ? undefined : `${base.replace(/\/+$/, '')}/${TRACES_PATH}`;
}

/** Starts tracing where it is configured. Its libraries are loaded only then. */
export async function startTracing(
  config: Config['tracing'],
  environment: Readonly<Record<string, string | undefined>>,
  { version, logger }: Pick<TracingOptions, 'version' | 'logger'>,
): Promise<Tracing | undefined> {
  const endpoint = tracesEndpoint(config, environment);
  if (endpoint === undefined) return undefined;
  const named = environment['OTEL_SERVICE_NAME'] ?? '';
  const serviceName = named === '' ? config.serviceName : named;
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry({
    endpoint,
    serviceName,
    sampleRatio: config.sampleRatio,
    version,
    logger,
  });
}
