import { DatabaseSync } from 'node:sqlite';
import type { EventFilter } from '../http/events/event-filter.ts';
import { formatPosition, parsePosition } from '../http/events/position.ts';
import type { EventPosition } from '../http/events/position.ts';

/** Webhooks of one chain: each reads every block. */
export const WEBHOOKS_MAX = 100;

/** Why a webhook was switched off. */
export const DISABLED_REASONS = ['gone', 'failed-too-often', 'operator'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** A webhook as it stands. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly filter: EventFilter;
  readonly createdMs: number;
  /** After the last event that was delivered or passed over. */
  readonly position: EventPosition;
  readonly disabled: DisabledReason | undefined;
  /** Rises when the secret is renewed. */
  readonly secretNumber: number;
  /** Calls that failed since the last that did not. */
  readonly failures: number;
  /** Not called before. */
  readonly nextMs: number;
  /** What the last failed call came to: a status or a word. */
  readonly lastFailure: string | undefined;
  readonly deliveredMs: number | undefined;
}

/** Keeps the webhooks of a chain on disk, with the place each has come to. */
export interface WebhookStore extends Disposable {
  /** In the order of their making. */
  list(): readonly Webhook[];
  get(id: string): Webhook | undefined;
  /** False when there are as many as there may be. */
  add(webhook: Webhook): boolean;
  /** Nothing happens when it was removed meanwhile. */
  update(id: string, change: Partial<Omit<Webhook, 'id' | 'url' | 'filter' | 'createdMs'>>): void;
  remove(id: string): boolean;
}

const TABLE = `create table if not exists webhooks (
  id text primary key, url text not null, filter text not null, created_ms integer not null,
  position text not null, disabled text, secret_number integer not null,
  failures integer not null, next_ms integer not null, last_failure text, delivered_ms integer
) strict`;

/** Version of the file; rises when an older node could no longer read it. */
const FILE_VERSION = 1;

/** Opens the store in a SQLite file, made when absent; `:memory:` for tests. Throws for a file of a newer node. */
export function openWebhookStore(file: string): WebhookStore {
  const database = new DatabaseSync(file);
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000',
  );
  const { user_version: version } = database.prepare('pragma user_version').get() ?? {};
  if (typeof version === 'number' && version > FILE_VERSION) {
    database.close();
    throw new Error(`${file} is of version ${version}; this Hefu knows ${FILE_VERSION}`);
  }
  database.exec(`${TABLE}; pragma user_version = ${FILE_VERSION}`);
  const all = new Map<string, Webhook>();
  for (const row of database.prepare('select * from webhooks order by created_ms, id').iterate()) {
    const webhook = webhookOf(row as unknown as Row);
    all.set(webhook.id, webhook);
  }
  const save = database.prepare(`insert or replace into webhooks values
    (:id, :url, :filter, :created_ms, :position, :disabled, :secret_number, :failures, :next_ms,
     :last_failure, :delivered_ms)`);
  const drop = database.prepare('delete from webhooks where id = ?');
  return {
    list: () => [...all.values()],
    get: (id) => all.get(id),
    add(webhook) {
      if (all.size >= WEBHOOKS_MAX) return false;
      save.run(rowOf(webhook));
      all.set(webhook.id, webhook);
      return true;
    },
    update(id, change) {
      const known = all.get(id);
      if (known === undefined) return;
      const changed = { ...known, ...change };
      save.run(rowOf(changed));
      all.set(id, changed);
    },
    remove(id) {
      drop.run(id);
      return all.delete(id);
    },
    [Symbol.dispose]: () => database.close(),
  };
}

interface Row {
  readonly id: string;
  readonly url: string;
  readonly filter: string;
  readonly created_ms: number;
  readonly position: string;
  readonly disabled: DisabledReason | null;
  readonly secret_number: number;
  readonly failures: number;
  readonly next_ms: number;
  readonly last_failure: string | null;
  readonly delivered_ms: number | null;
}

function rowOf(webhook: Webhook): Record<string, string | number | null> {
  return {
    id: webhook.id,
    url: webhook.url,
    filter: JSON.stringify(webhook.filter),
    created_ms: webhook.createdMs,
    position: formatPosition(webhook.position),
    disabled: webhook.disabled ?? null,
    secret_number: webhook.secretNumber,
    failures: webhook.failures,
    next_ms: webhook.nextMs,
    last_failure: webhook.lastFailure ?? null,
    delivered_ms: webhook.deliveredMs ?? null,
  };
}

function webhookOf(row: Row): Webhook {
  const position = parsePosition(row.position);
  if (position === undefined) throw new Error(`webhook ${row.id} has no position`);
  return {
    id: row.id,
    url: row.url,
    filter: JSON.parse(row.filter) as EventFilter,
    createdMs: row.created_ms,
    position,
    disabled: row.disabled ?? undefined,
    secretNumber: row.secret_number,
    failures: row.failures,
    nextMs: row.next_ms,
    lastFailure: row.last_failure ?? undefined,
    deliveredMs: row.delivered_ms ?? undefined,
  };
}
