import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { ChainHost, NodeHost } from '../chain-host.ts';
import { eventFilterShape, wantsBlocks } from '../http/events/event-filter.ts';
import type { EventHub } from '../http/events/event-hub.ts';
import { BLOCK_END, formatPosition, parsePosition } from '../http/events/position.ts';
import type { EventPosition } from '../http/events/position.ts';
import { toTimeText } from '../http/json-value.ts';
import { json, NOT_MODIFIED } from '../http/openapi/operation.ts';
import type { ApiOperation } from '../http/openapi/operation.ts';
import { requireOperator } from '../http/viewer.ts';
import type { App } from '../http/zod-provider.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { checkWebhookUrl, WEBHOOK_URL_CHARS_MAX } from './address-guard.ts';
import { formatSecret, webhookSecret } from './sign-webhook.ts';
import type { WebhookCaller } from './webhook-caller.ts';
import { DISABLED_REASONS } from './webhook-store.ts';
import type { Webhook, WebhookStore } from './webhook-store.ts';

/** Bytes of a webhook's id: enough that none is ever given twice. */
const ID_BYTES = 9;

const webhookParams = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{12}$/, { error: 'That is not an id of a webhook.' }),
});

const webhookBody = z
  .strictObject({
    url: z.string().max(WEBHOOK_URL_CHARS_MAX).describe('Where events are posted to; https.'),
    ...eventFilterShape,
    blocks: z.boolean().optional().describe('Whether blocks are told of too.'),
    since: z
      .string()
      .max(32)
      .optional()
      .describe('Begins after this id or height, or at the `start`; without it, now.'),
  })
  .meta({ id: 'NewWebhook' });

const webhookShape = {
  id: z.string(),
  url: z.string(),
  contract: z.string().optional(),
  event: z.string().optional(),
  organisation: z.string().optional(),
  blocks: z.boolean(),
  created: z.iso.datetime(),
  position: z.string().describe('After the last event that was taken or passed over.'),
  state: z.enum(['active', 'waiting', 'disabled']).describe('`waiting`: a call failed.'),
  reason: z.enum(DISABLED_REASONS).optional(),
  failures: z.int().describe('Calls that failed since the last that did not.'),
  lastFailure: z.string().optional().describe('A status, or what went wrong.'),
  nextCall: z.iso.datetime().optional(),
  delivered: z.iso.datetime().optional().describe('When an event was last taken.'),
} as const;
const webhookView = z.strictObject(webhookShape).meta({ id: 'Webhook' });
type WebhookView = z.output<typeof webhookView>;
const secretText = z.string().describe('Checks the signatures; told this once.');
const newWebhookView = z.strictObject({ ...webhookShape, secret: secretText });

const NOT_FOUND = ['webhook-not-found'] as const;

const API = {
  add: {
    tag: 'events',
    summary: 'Adds a webhook; the answer tells its secret, this once.',
    access: 'operator',
    headers: [{ name: 'Idempotency-Key', description: 'The same key adds one webhook alone.' }],
    answers: {
      201: {
        description: 'The webhook.',
        headers: [{ name: 'Location', description: 'Where it can be read.' }],
        content: json(newWebhookView),
      },
    },
    problems: [
      'webhook-address-refused',
      'webhooks-full',
      'height-not-reached',
      'idempotency-in-flight',
      'idempotency-key-reused',
    ],
  },
  list: {
    tag: 'events',
    summary: 'All webhooks, with the place each has come to and what fails.',
    access: 'operator',
    answers: {
      200: {
        description: 'The webhooks.',
        content: json(z.strictObject({ items: z.array(webhookView) })),
      },
      304: NOT_MODIFIED,
    },
  },
  read: {
    tag: 'events',
    summary: 'One webhook.',
    access: 'operator',
    answers: {
      200: { description: 'The webhook.', content: json(webhookView) },
      304: NOT_MODIFIED,
    },
    problems: NOT_FOUND,
  },
  remove: {
    tag: 'events',
    summary: 'Removes a webhook.',
    access: 'operator',
    answers: { 204: { description: 'It is gone.' } },
    problems: NOT_FOUND,
  },
  enable: {
    tag: 'events',
    summary: 'Goes on with a webhook at once, from the place it had come to.',
    access: 'operator',
    answers: { 200: { description: 'The webhook.', content: json(webhookView) } },
    problems: NOT_FOUND,
  },
  disable: {
    tag: 'events',
    summary: 'Stops a webhook; it keeps its place.',
    access: 'operator',
    answers: { 200: { description: 'The webhook.', content: json(webhookView) } },
    problems: NOT_FOUND,
  },
  secret: {
    tag: 'events',
    summary: 'Renews the secret of a webhook; the old one counts no more.',
    access: 'operator',
    headers: [{ name: 'Idempotency-Key', description: 'The same key renews it once.' }],
    answers: {
      200: {
        description: 'The new secret.',
        content: json(z.strictObject({ secret: secretText })),
      },
    },
    problems: [...NOT_FOUND, 'idempotency-in-flight', 'idempotency-key-reused'],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

export interface WebhookRoutesOptions {
  readonly chain: ChainHost;
  readonly node: NodeHost;
  readonly hub: EventHub;
  readonly caller: WebhookCaller;
  readonly privateAllowed: boolean;
  readonly nowMs: () => number;
}

/** `/v1/webhooks`: for those who run the node, in whose organisation's name they see. */
export async function addWebhookRoutes(app: App, options: WebhookRoutesOptions): Promise<void> {
  const { chain, node, caller } = options;
  const store = chain.webhooks;
  const secretOf = ({ id, secretNumber }: Webhook): string =>
    formatSecret(webhookSecret(node.webhookKey, id, secretNumber));
  await app.register(async (plain) => {
    const scope = plain as App;
    scope.addHook('onRequest', async (request) => requireOperator(request, node.credentials));
    scope.get('/v1/webhooks', { config: { api: API.list } }, (_request, reply) =>
      reply.header('cache-control', 'private, no-cache').send({ items: store.list().map(viewOf) }),
    );
    scope.post(
      '/v1/webhooks',
      { schema: { body: webhookBody }, config: { api: API.add, idempotent: true } },
      async (request, reply) => {
        const webhook = newWebhook(request.body, options);
        if (!store.add(webhook)) throw new ProblemError('webhooks-full');
        caller.wake();
        return reply
          .code(201)
          .header('location', `${app.prefix}/v1/webhooks/${webhook.id}`)
          .header('cache-control', 'no-store')
          .send({ ...viewOf(webhook), secret: secretOf(webhook) });
      },
    );
    const one = { schema: { params: webhookParams } };
    scope.get('/v1/webhooks/:id', { ...one, config: { api: API.read } }, (request, reply) =>
      sendOne(reply, store, request.params.id),
    );
    scope.delete(
      '/v1/webhooks/:id',
      { ...one, config: { api: API.remove } },
      async (request, reply) => {
        if (!store.remove(request.params.id)) throw new ProblemError('webhook-not-found');
        return reply.code(204).send();
      },
    );
    scope.post(
      '/v1/webhooks/:id/enable',
      { ...one, config: { api: API.enable } },
      (request, reply) => {
        const { id } = find(store, request.params.id);
        store.update(id, { disabled: undefined, failures: 0, nextMs: 0 });
        caller.wake();
        return sendOne(reply, store, id);
      },
    );
    scope.post(
      '/v1/webhooks/:id/disable',
      { ...one, config: { api: API.disable } },
      (request, reply) => {
        const { id } = find(store, request.params.id);
        store.update(id, { disabled: 'operator' });
        return sendOne(reply, store, id);
      },
    );
    scope.post(
      '/v1/webhooks/:id/secret',
      { ...one, config: { api: API.secret, idempotent: true } },
      (request, reply) => {
        const { id, secretNumber } = find(store, request.params.id);
        store.update(id, { secretNumber: secretNumber + 1 });
        const secret = secretOf(find(store, id));
        return reply.header('cache-control', 'no-store').send({ secret });
      },
    );
  });
}

function newWebhook(body: z.output<typeof webhookBody>, options: WebhookRoutesOptions): Webhook {
  const { url, contract, event, organisation, blocks, since } = body;
  const checked = checkWebhookUrl(url, options.privateAllowed);
  if (!checked.ok) throw new ProblemError('webhook-address-refused', { detail: checked.reason });
  const narrow = { contract, event, organisation };
  return {
    id: randomBytes(ID_BYTES).toString('base64url'),
    url: checked.url.href,
    filter: { ...narrow, blocks: wantsBlocks(narrow, blocks) },
    createdMs: options.nowMs(),
    position: startOf(since, options.hub.headHeight()),
    disabled: undefined,
    secretNumber: 0,
    failures: 0,
    nextMs: 0,
    lastFailure: undefined,
    deliveredMs: undefined,
  };
}

function startOf(since: string | undefined, headHeight: number): EventPosition {
  if (since === undefined) return { height: headHeight, event: BLOCK_END };
  const position = parsePosition(since);
  if (position === undefined) {
    const detail = 'Expected the id of an event, such as 12-3, a height, or start.';
    throw new ProblemError('request-invalid', {
      errors: [{ pointer: '/since', code: 'invalid-format', detail }],
    });
  }
  if (position.height > headHeight) throw new ProblemError('height-not-reached');
  return position;
}

function find(store: WebhookStore, id: string): Webhook {
  const webhook = store.get(id);
  if (webhook === undefined) throw new ProblemError('webhook-not-found');
  return webhook;
}

function sendOne(reply: FastifyReply, store: WebhookStore, id: string): FastifyReply {
  return reply.header('cache-control', 'private, no-cache').send(viewOf(find(store, id)));
}

/** The webhook without its secret. */
function viewOf(webhook: Webhook): WebhookView {
  const { id, url, filter, position, disabled, failures, lastFailure, nextMs } = webhook;
  const { contract, event, organisation, blocks } = filter;
  const isWaiting = disabled === undefined && nextMs > 0;
  return {
    id,
    url,
    ...(contract === undefined ? {} : { contract }),
    ...(event === undefined ? {} : { event }),
    ...(organisation === undefined ? {} : { organisation }),
    blocks,
    created: toTimeText(webhook.createdMs),
    position: formatPosition(position),
    state: disabled === undefined ? (isWaiting ? 'waiting' : 'active') : 'disabled',
    ...(disabled === undefined ? {} : { reason: disabled }),
    failures,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    ...(isWaiting ? { nextCall: toTimeText(nextMs) } : {}),
    ...(webhook.deliveredMs === undefined ? {} : { delivered: toTimeText(webhook.deliveredMs) }),
  };
}
