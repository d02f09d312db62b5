import type { Viewer } from '@hefu/contract';
import type { CloudEvent } from '../http/events/cloud-event.ts';
import type { EventHub } from '../http/events/event-hub.ts';
import { BLOCK_END } from '../http/events/position.ts';
import type { EventPosition } from '../http/events/position.ts';
import { audienceOf } from '../http/events/prepared-block.ts';
import type { Logger } from '../logging/logger.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { SendResult, SendWebhook } from './send-webhook.ts';
import { signWebhook, webhookSecret } from './sign-webhook.ts';
import type { DisabledReason, Webhook, WebhookStore } from './webhook-store.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses after failures, as Standard Webhooks has them: three days in all, then the webhook is switched off. */
export const RETRY_PAUSES_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const;
/** Pauses are longer by up to this share, so that what failed together does not come back together. */
const JITTER = 0.2;
/** A receiver may ask for more time, but not for ever. */
const RETRY_AFTER_MS_MAX = 24 * HOUR_MS;
/** How often it is looked whether a pause is over. */
const TICK_MS = 1_000;
/** Blocks passed over without an event for a webhook before its place is written down. */
const PASSED_BLOCKS_MAX = 256;

export interface WebhookCallerOptions {
  readonly hub: EventHub;
  readonly store: WebhookStore;
  readonly send: SendWebhook;
  /** Makes the webhooks' secrets. */
  readonly key: Uint8Array;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** Told of each call, whether the event was taken. */
  readonly onCalled: (taken: boolean) => void;
  /** Told of each call, and heard on what goes along. */
  readonly tracing?: Pick<Tracing, 'webhook'>;
  /** 0 to 1. */
  readonly random: () => number;
}

/**
 * Calls the webhooks of one chain: each gets its events in order, one at a time, the next when it has taken the last
 * (2xx). The place each has come to is on disk, so a restart repeats at most the event that was under way.
 */
export class WebhookCaller implements AsyncDisposable {
  readonly #options: WebhookCallerOptions;
  readonly #viewer: Viewer;
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #stop = new AbortController();
  #closed = false;

  constructor(options: WebhookCallerOptions) {
    this.#options = options;
    this.#viewer = { kind: 'organisation', organisation: options.hub.chain.organisation };
    this.#unsubscribe = options.hub.onMore(() => this.wake());
    this.#timer = setInterval(() => this.wake(), TICK_MS).unref();
    this.wake();
  }

  /** Lets every webhook that has something to do and is not waiting go on. */
  wake(): void {
    if (this.#closed) return;
    const nowMs = this.#options.nowMs();
    for (const { id, disabled, nextMs } of this.#options.store.list()) {
      if (disabled === undefined && nextMs <= nowMs) this.#start(id);
    }
  }

  /** Waits until nobody is being called; for tests and for the end. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#stop.abort();
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.settled();
  }

  #start(id: string): void {
    if (this.#running.has(id)) {
      this.#again.add(id);
      return;
    }
    const { logger, hub } = this.#options;
    const run = this.#run(id)
      .catch((error: unknown) => {
        const fields = { err: error, chain: hub.chain.chain, component: id };
        logger.error(fields, 'webhook failed inside the node');
      })
      .finally(() => {
        this.#running.delete(id);
        if (this.#again.delete(id) && !this.#closed) this.#start(id);
      });
    this.#running.set(id, run);
  }

  /** Delivers until there is nothing more, a call fails, or the webhook is gone. */
  async #run(id: string): Promise<void> {
    while (!this.#closed) {
      const webhook = this.#options.store.get(id);
      if (webhook === undefined || webhook.disabled !== undefined) return;
      if (webhook.nextMs > this.#options.nowMs()) return;
      const event = await this.#nextEvent(webhook);
      if (event === undefined) return;
      const { position, said } = event;
      const result = await this.#call(webhook, position.height, said);
      if (!this.#record(webhook, position, result)) return;
    }
  }

  /** The next event for a webhook; what is passed over on the way is noted now and then. */
  async #nextEvent(
    webhook: Webhook,
  ): Promise<{ readonly position: EventPosition; readonly said: CloudEvent } | undefined> {
    const { hub, store } = this.#options;
    const audience = audienceOf(webhook.filter, this.#viewer);
    let { position } = webhook;
    let noted = position.height;
    for (;;) {
      const from = position.event === BLOCK_END ? position.height + 1 : position.height;
      const blocks = await hub.next(from);
      for (const block of blocks) {
        const after = block.height === position.height ? position.event : -1;
        for (const [number, said] of block.events(audience, after)) {
          return { position: { height: block.height, event: number }, said };
        }
        position = { height: block.height, event: BLOCK_END };
      }
      const isEnd = blocks.length === 0 || this.#closed;
      if (position.height - noted >= PASSED_BLOCKS_MAX) {
        store.update(webhook.id, { position });
        noted = position.height;
      }
      if (isEnd) return undefined;
    }
  }

  async #call(webhook: Webhook, height: number, event: CloudEvent): Promise<SendResult> {
    const { key, nowMs, send, hub, tracing } = this.#options;
    const body = JSON.stringify(event);
    const message = {
      id: `${hub.chain.slug}.${webhook.id}.${event.id}`,
      timeSeconds: Math.floor(nowMs() / SECOND_MS),
      body,
    };
    const secret = webhookSecret(key, webhook.id, webhook.secretNumber);
    const traced = await tracing?.webhook(hub.chain.chain, height);
    const result = await send(
      webhook.url,
      {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'user-agent': 'hefu-webhook/1',
        ...signWebhook(secret, message),
        ...traced?.headers,
      },
      body,
      this.#stop.signal,
    );
    traced?.end(result.kind === 'answered' ? result.status : undefined);
    return result;
  }

  /** Writes down what came of a call; whether to go on with the next event. */
  #record(webhook: Webhook, position: EventPosition, result: SendResult): boolean {
    const { store, nowMs, onCalled } = this.#options;
    const { id } = webhook;
    if (result.kind === 'answered' && result.status >= 200 && result.status < 300) {
      onCalled(true);
      const calm = { failures: 0, nextMs: 0, lastFailure: undefined };
      store.update(id, { position, ...calm, deliveredMs: nowMs() });
      return true;
    }
    // Our own stop is no failure of the receiver's.
    if (this.#closed) return false;
    onCalled(false);
    const failures = webhook.failures + 1;
    const lastFailure = result.kind === 'answered' ? String(result.status) : result.code;
    if (result.kind === 'answered' && result.status === GONE_STATUS) {
      this.#disable(webhook, 'gone', failures, lastFailure);
      return false;
    }
    const pauseMs = RETRY_PAUSES_MS[failures - 1];
    if (pauseMs === undefined) {
      this.#disable(webhook, 'failed-too-often', failures, lastFailure);
      return false;
    }
    const asked = result.kind === 'answered' ? (result.retryAfterMs ?? 0) : 0;
    const jittered = pauseMs * (1 + JITTER * this.#options.random());
    const nextMs = nowMs() + Math.max(jittered, Math.min(asked, RETRY_AFTER_MS_MAX));
    store.update(id, { failures, lastFailure, nextMs: Math.ceil(nextMs) });
    return false;
  }

  #disable({ id }: Webhook, reason: DisabledReason, failures: number, lastFailure: string): void {
    const { store, logger, hub } = this.#options;
    store.update(id, { disabled: reason, failures, lastFailure });
    // The address may hold a secret of the receiver's, so the log is told the id alone.
    const fields = { chain: hub.chain.chain, component: id, code: reason, reason: lastFailure };
    logger.warn(fields, 'webhook was switched off');
  }
}

/** The receiver wants no more (RFC 9110 §15.5.11). */
const GONE_STATUS = 410;
