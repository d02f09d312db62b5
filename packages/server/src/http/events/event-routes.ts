import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import type { FieldError } from '../../problems/problem-error.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import { viewerOf } from '../viewer.ts';
import type { App } from '../zod-provider.ts';
import { eventFilterShape, wantsBlocks } from './event-filter.ts';
import type { EventHub } from './event-hub.ts';
import { EventStream } from './event-stream.ts';
import { BLOCK_END, parsePosition } from './position.ts';
import type { EventPosition } from './position.ts';
import { audienceOf } from './prepared-block.ts';
import type { StreamKeeper } from './stream-keeper.ts';

const eventQuery = z.strictObject({
  ...eventFilterShape,
  blocks: z.enum(['0', '1']).optional().describe('`1` tells of blocks too, `0` does not.'),
  since: z
    .string()
    .max(32)
    .optional()
    .describe('Goes on after this id (`12-3`), after a whole block (`12`), or from the `start`.'),
});
type EventQuery = z.output<typeof eventQuery>;

const API: ApiOperation = {
  tag: 'events',
  summary: 'Events of contracts and blocks as they happen, as server-sent events.',
  description:
    'Each is a CloudEvent in the field `data`; docs/reference/events.md has their forms. Without `Last-Event-ID` or `since` it begins now.',
  access: 'reader',
  streams: true,
  headers: [
    { name: 'Last-Event-ID', description: 'The id after which to go on; stands over `since`.' },
  ],
  answers: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: 'text' } } },
  },
  problems: ['height-not-reached', 'streams-full', 'request-invalid'],
};

export interface EventRoutesOptions {
  readonly chain: ChainHost;
  readonly node: NodeHost;
  readonly hub: EventHub;
  readonly keeper: StreamKeeper;
  readonly nowMs: () => number;
}

/** `GET /v1/events`: what happens on the chain, as far as the viewer may read it. */
export function addEventRoutes(app: App, options: EventRoutesOptions): void {
  app.get(
    '/v1/events',
    { schema: { querystring: eventQuery }, config: { api: API } },
    (request, reply) => openStream(request, request.query, reply, options),
  );
}

function openStream(
  request: FastifyRequest,
  query: EventQuery,
  reply: FastifyReply,
  { chain, node, hub, keeper, nowMs }: EventRoutesOptions,
): FastifyReply {
  const viewer = viewerOf(request, chain, node.credentials);
  const position = startOf(request, query, hub);
  const { contract, event, organisation, blocks } = query;
  const narrow = { contract, event, organisation };
  const asked = blocks === undefined ? undefined : blocks === '1';
  const audience = audienceOf({ ...narrow, blocks: wantsBlocks(narrow, asked) }, viewer);
  const isPublic = viewer.kind === 'public';
  if (!keeper.hasRoom(isPublic)) throw new ProblemError('streams-full', { retryAfterSeconds: 10 });
  const { raw } = reply;
  void reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('vary', 'Authorization')
    .header('ledger-height', String(hub.headHeight()))
    // Proxies that hold answers back until they are whole would never let this one go.
    .header('x-accel-buffering', 'no');
  reply.hijack();
  raw.writeHead(200, reply.getHeaders() as Record<string, string>);
  if (request.method === 'HEAD') {
    raw.end();
    return reply;
  }
  raw.flushHeaders();
  keeper.add(isPublic, (onEnd) => new EventStream({ raw, hub, audience, position, nowMs, onEnd }));
  return reply;
}

/** Where the stream begins; a place that the chain has not reached is refused, because it may be another chain's. */
function startOf(request: FastifyRequest, { since }: EventQuery, hub: EventHub): EventPosition {
  const last = request.headers['last-event-id'];
  const head = hub.headHeight();
  const text = typeof last === 'string' && last !== '' ? last : since;
  if (text === undefined) return { height: head, event: BLOCK_END };
  const position = parsePosition(text);
  if (position === undefined) throw malformed(text === since ? 'query' : 'header');
  if (position.height > head) throw new ProblemError('height-not-reached');
  return position;
}

function malformed(place: NonNullable<FieldError['in']>): ProblemError {
  const pointer = place === 'query' ? '/since' : '/last-event-id';
  const detail = 'Expected the id of an event, such as 12-3, a height, or start.';
  return new ProblemError('request-invalid', {
    errors: [{ in: place, pointer, code: 'invalid-format', detail }],
  });
}
