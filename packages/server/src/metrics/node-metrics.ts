import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { ChainHost, NodeHost } from '../chain-host.ts';
import { DISABLED_REASONS } from '../webhooks/webhook-store.ts';
import { METRICS } from './definitions.ts';
import type { MetricName } from './definitions.ts';

/** What the routes count. */
export interface NodeMetrics {
  requestAnswered(method: string, route: string, status: number, durationMs: number): void;
  statementsSubmitted(
    chain: string,
    results: readonly { readonly code: string }[],
    durationMs: number,
  ): void;
  /** Tells of the event streams from now on. */
  watchStreams(streams: { readonly count: number; readonly slowCount: number }): void;
  webhookCalled(chain: string, taken: boolean): void;
  readonly contentType: string;
  /** The text format of Prometheus. */
  render(): Promise<string>;
}

/** Codes are ours or a contract's; a made-up name in a statement never becomes a label, but this bounds the rest too. */
const CODE_LABELS_MAX = 500;
const MS_PER_SECOND = 1000;

/** Metrics of one node, in a registry of its own, so that two nodes in one process do not mix. */
export function createNodeMetrics(
  host: NodeHost,
  clock: { nowMs(): number },
  options: { readonly processMetrics: boolean },
): NodeMetrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const requests = new Counter(configuration('hefu_http_requests_total', registry));
  const durations = new Histogram(histogram('hefu_http_request_duration_seconds', registry));
  const statements = new Counter(configuration('hefu_ledger_statements_total', registry));
  const submits = new Histogram(histogram('hefu_ledger_submit_duration_seconds', registry));
  const calls = new Counter(configuration('hefu_webhooks_calls_total', registry));
  const codesSeen = new Set<string>();
  addInfo(host, registry);
  addDisabledWebhooks(host, registry);
  addDiskGauges(host, registry);
  addUpkeepGauges(host, clock, registry);
  addChainGauges(host, clock, registry);
  observeBlocks(host, registry);

  function codeLabel(code: string): string {
    if (!codesSeen.has(code) && codesSeen.size >= CODE_LABELS_MAX) return 'other';
    codesSeen.add(code);
    return code;
  }

  return {
    contentType: registry.contentType,
    requestAnswered(method, route, status, durationMs) {
      requests.inc({ method, route, status: String(status) });
      durations.observe({ method, route }, durationMs / MS_PER_SECOND);
    },
    statementsSubmitted(chain, results, durationMs) {
      for (const { code } of results) statements.inc({ chain, code: codeLabel(code) });
      submits.observe({ chain }, durationMs / MS_PER_SECOND);
    },
    webhookCalled(chain, taken) {
      calls.inc({ chain, outcome: taken ? 'taken' : 'failed' });
    },
    watchStreams: (streams) => watchStreams(streams, registry),
    render: async () => registry.metrics(),
  };
}

function addInfo(host: NodeHost, registry: Registry): void {
  const { version, runtime } = host.version;
  new Gauge(configuration('hefu_node_info', registry)).set({ version, runtime }, 1);
  void new Gauge({
    ...configuration('hefu_node_ready', registry),
    collect() {
      this.set(host.state() === 'ready' ? 1 : 0);
    },
  });
}

function addDisabledWebhooks(host: NodeHost, registry: Registry): void {
  void new Gauge({
    ...configuration('hefu_webhooks_disabled', registry),
    collect() {
      for (const { chain, webhooks } of host.chains) {
        const reasons = webhooks.list().map(({ disabled }) => disabled);
        for (const reason of DISABLED_REASONS) {
          this.set({ chain, reason }, reasons.filter((each) => each === reason).length);
        }
      }
    },
  });
}

function watchStreams(
  streams: { readonly count: number; readonly slowCount: number },
  registry: Registry,
): void {
  void new Gauge({
    ...configuration('hefu_events_streams_open', registry),
    collect() {
      this.set(streams.count);
    },
  });
  void new Counter({
    ...configuration('hefu_events_streams_cut_total', registry),
    collect() {
      this.reset();
      this.inc(streams.slowCount);
    },
  });
}

function addDiskGauges(host: NodeHost, registry: Registry): void {
  void new Gauge({
    ...configuration('hefu_node_disk_free_bytes', registry),
    collect() {
      if (host.disk !== undefined) this.set(host.disk.state().freeBytes);
    },
  });
  void new Gauge({
    ...configuration('hefu_node_disk_low', registry),
    collect() {
      if (host.disk !== undefined) this.set(host.disk.state().isLow ? 1 : 0);
    },
  });
}

/** What is not known is not told: an age of nothing would be a lie, and an alert on it too. */
function addUpkeepGauges(host: NodeHost, clock: { nowMs(): number }, registry: Registry): void {
  const { upkeep } = host;
  const reads: Readonly<Partial<Record<MetricName, () => number | undefined>>> = {
    hefu_node_backup_age_seconds: () => {
      const madeMs = upkeep?.newestBackupMs();
      return madeMs === undefined ? undefined : (clock.nowMs() - madeMs) / MS_PER_SECOND;
    },
    hefu_node_backup_failed: () => {
      const failed = upkeep?.backupFailed;
      return failed === undefined ? undefined : Number(failed);
    },
    hefu_http_certificate_remaining_seconds: () => {
      const endMs = upkeep?.certificateEndMs;
      return endMs === undefined ? undefined : (endMs - clock.nowMs()) / MS_PER_SECOND;
    },
  };
  for (const [name, read] of Object.entries(reads)) {
    void new Gauge({
      ...configuration(name as MetricName, registry),
      collect() {
        const value = read();
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  }
}

/** Stages of the ledger, as its worker reports them block by block. */
function observeBlocks(host: NodeHost, registry: Registry): void {
  const blocks = new Counter(configuration('hefu_ledger_blocks_total', registry));
  const entries = new Counter(configuration('hefu_ledger_entries_total', registry));
  const executed = new Histogram(histogram('hefu_ledger_execute_duration_seconds', registry));
  const committed = new Histogram(histogram('hefu_ledger_commit_duration_seconds', registry));
  for (const chain of host.chains) {
    const labels = { chain: chain.chain };
    chain.onBlock((block) => {
      blocks.inc(labels);
      entries.inc(labels, block.statements);
      executed.observe(labels, block.executeSeconds);
      committed.observe(labels, block.commitSeconds);
    });
  }
}

/** What a gauge tells of a chain; undefined leaves the chain out. */
type ReadChain = (chain: ChainHost, nowMs: number) => number | undefined;

/** Read when they are asked for, so that they cost nothing in between. */
const CHAIN_GAUGES: Readonly<Partial<Record<MetricName, ReadChain>>> = {
  hefu_ledger_height_blocks: ({ reader }) => reader.head().height,
  hefu_ledger_log_size_entries: ({ reader }) => reader.head().size,
  hefu_ledger_head_age_seconds: ({ reader }, nowMs) =>
    Math.max(0, nowMs - reader.head().timeMs) / MS_PER_SECOND,
  hefu_ledger_statements_waiting: ({ ledger }) => ledger.status().queued,
  hefu_ledger_halted: ({ ledger }) => (ledger.status().halted === undefined ? 0 : 1),
  hefu_readmodel_height_blocks: ({ readModel }) => readModel.height(),
};

function addChainGauges(host: NodeHost, clock: { nowMs(): number }, registry: Registry): void {
  for (const [name, read] of Object.entries(CHAIN_GAUGES)) {
    // Made for its effect: it enters itself into the registry.
    void new Gauge({
      ...configuration(name as MetricName, registry),
      collect() {
        for (const chain of host.chains) {
          const value = read(chain, clock.nowMs());
          if (value !== undefined) this.set({ chain: chain.chain }, value);
        }
      },
    });
  }
}

function configuration(
  name: MetricName,
  registry: Registry,
): { name: string; help: string; labelNames: string[]; registers: Registry[] } {
  const { help, labels } = METRICS[name];
  return { name, help, labelNames: [...labels], registers: [registry] };
}

type HistogramName = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends 'histogram' ? N : never;
}[MetricName];

function histogram(
  name: HistogramName,
  registry: Registry,
): ReturnType<typeof configuration> & { buckets: number[] } {
  return { ...configuration(name, registry), buckets: [...METRICS[name].buckets] };
}
