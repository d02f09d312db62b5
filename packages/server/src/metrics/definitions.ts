/** One metric of ours: what `/metrics` says of it and what docs/reference/metrics.md says, which a test compares. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

/** From a tenth of a millisecond, which a cached read takes, to ten seconds, which nothing should. */
const SECONDS_BUCKETS = [
  0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
] as const;

/** Named `hefu_<subsystem>_<name>_<unit>`, base units, counters `_total`, few label values. */
export const METRICS = {
  hefu_node_info: {
    type: 'gauge',
    help: 'Always 1; the labels tell what runs.',
    labels: ['version', 'runtime'],
  },
  hefu_node_ready: {
    type: 'gauge',
    help: '1 while the node takes requests, else 0.',
    labels: [],
  },
  hefu_node_disk_free_bytes: {
    type: 'gauge',
    help: 'Room on the disk of the data folder.',
    labels: [],
  },
  hefu_node_disk_low: {
    type: 'gauge',
    help: '1 while the disk has less room than is kept free and nothing is taken in, else 0.',
    labels: [],
  },
  hefu_node_backup_age_seconds: {
    type: 'gauge',
    help: 'Time since the newest backup in `backup.folder`; not told while there is none.',
    labels: [],
  },
  hefu_node_backup_failed: {
    type: 'gauge',
    help: '1 when the last backup that the node tried by itself failed, 0 when it was made; not told before the first.',
    labels: [],
  },
  hefu_http_requests_total: {
    type: 'counter',
    help: 'Requests answered, by method, route and status.',
    labels: ['method', 'route', 'status'],
  },
  hefu_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the first byte of a request to the last of its answer.',
    labels: ['method', 'route'],
    buckets: SECONDS_BUCKETS,
  },
  hefu_http_certificate_remaining_seconds: {
    type: 'gauge',
    help: 'Time until the certificate in use ends; not told without TLS.',
    labels: [],
  },
  hefu_ledger_height_blocks: {
    type: 'gauge',
    help: 'Height of the last committed block.',
    labels: ['chain'],
  },
  hefu_ledger_log_size_entries: {
    type: 'gauge',
    help: 'Entries in the log.',
    labels: ['chain'],
  },
  hefu_ledger_head_age_seconds: {
    type: 'gauge',
    help: 'Time since the last block; more than twice the heartbeat means that the chain stands still.',
    labels: ['chain'],
  },
  hefu_ledger_statements_waiting: {
    type: 'gauge',
    help: 'Statements that wait for a block.',
    labels: ['chain'],
  },
  hefu_ledger_halted: {
    type: 'gauge',
    help: '1 when the ledger has stopped for safety and takes no statements, else 0.',
    labels: ['chain'],
  },
  hefu_ledger_statements_total: {
    type: 'counter',
    help: 'Statements submitted over HTTP, by the code of their entry or of their refusal.',
    labels: ['chain', 'code'],
  },
  hefu_ledger_submit_duration_seconds: {
    type: 'histogram',
    help: 'Time from handing a body of statements to the ledger until all are durable or refused.',
    labels: ['chain'],
    buckets: SECONDS_BUCKETS,
  },
  hefu_ledger_blocks_total: {
    type: 'counter',
    help: 'Blocks committed since the start, with heartbeats.',
    labels: ['chain'],
  },
  hefu_ledger_entries_total: {
    type: 'counter',
    help: 'Statements that got an entry since the start, however they came in.',
    labels: ['chain'],
  },
  hefu_ledger_execute_duration_seconds: {
    type: 'histogram',
    help: 'Time to execute and seal one block.',
    labels: ['chain'],
    buckets: SECONDS_BUCKETS,
  },
  hefu_ledger_commit_duration_seconds: {
    type: 'histogram',
    help: 'Time to bring one block to disk.',
    labels: ['chain'],
    buckets: SECONDS_BUCKETS,
  },
  hefu_readmodel_height_blocks: {
    type: 'gauge',
    help: 'Height that the read models have reached.',
    labels: ['chain'],
  },
  hefu_events_streams_open: {
    type: 'gauge',
    help: 'Event streams that are open.',
    labels: [],
  },
  hefu_events_streams_cut_total: {
    type: 'counter',
    help: 'Event streams cut off because their reader took nothing for half a minute.',
    labels: [],
  },
  hefu_webhooks_calls_total: {
    type: 'counter',
    help: 'Calls of webhooks, by what came of them: taken or failed.',
    labels: ['chain', 'outcome'],
  },
  hefu_webhooks_disabled: {
    type: 'gauge',
    help: 'Webhooks that are switched off, by why.',
    labels: ['chain', 'reason'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
