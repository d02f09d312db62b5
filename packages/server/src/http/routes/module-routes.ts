import { decodeCbor, fromHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type {
  ModuleDefinition,
  RouteContext,
  RouteDefinition,
  RouteRequest,
  Viewer,
} from '@hefu/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChainHost, NodeHost, StateQuery } from '../../chain-host.ts';
import type { Logger } from '../../logging/logger.ts';
import { chooseLanguage } from '../../problems/language.ts';
import { ProblemError, refusalError } from '../../problems/problem-error.ts';
import { traceIdOf } from '../../problems/trace-id.ts';
import { createCursorSeal } from '../cursor.ts';
import type { CursorSeal } from '../cursor.ts';
import { heightText } from '../height.ts';
import { sendChunks } from '../send-chunks.ts';
import type { Chunk } from '../send-chunks.ts';
import { viewerOf } from '../viewer.ts';
import { moduleOperation } from '../openapi/module-operation.ts';
import type { App } from '../zod-provider.ts';
import { parseRequestPart } from '../zod-provider.ts';

/** Largest body of a module's own POST route. */
const MODULE_BODY_BYTES_MAX = 1024 * 1024;

/** Mounts the addresses that the modules of a chain declare. */
export function addModuleRoutes(app: App, chain: ChainHost, node: NodeHost, logger: Logger): void {
  const cursors = createCursorSeal(node.cursorKey);
  for (const module of chain.modules) {
    for (const definition of module.routes) {
      addModuleRoute(app, { chain, node, module, definition, cursors, logger });
    }
  }
}

interface Mounted {
  readonly chain: ChainHost;
  readonly node: NodeHost;
  readonly module: ModuleDefinition;
  readonly definition: RouteDefinition;
  readonly cursors: CursorSeal;
  readonly logger: Logger;
}

function addModuleRoute(app: App, mounted: Mounted): void {
  const { definition, chain, node } = mounted;
  app.route({
    method: definition.method,
    url: definition.path.replaceAll(/\{([A-Za-z]+)\}/g, ':$1'),
    bodyLimit: MODULE_BODY_BYTES_MAX,
    config: { api: moduleOperation(mounted.module, definition) },
    handler: async (request, reply) => {
      const viewer = viewerOf(request, chain, node.credentials);
      const scope = cursorScope(request, chain);
      const input: RouteRequest<unknown, unknown, unknown> = {
        params: parseRequestPart(definition.params, request.params, 'path'),
        query: parseRequestPart(
          definition.query,
          openCursor(withoutHeight(request.query), scope, mounted.cursors),
          'query',
        ),
        body: parseRequestPart(definition.body, request.body, undefined),
      };
      const height = heightOf(request.query);
      if (height !== undefined) requireReached(chain, height);
      const seen: Seen = { height: undefined, wanted: height };
      const context = routeContext(mounted, viewer, request, seen);
      const answer = await definition.handler(context, input);
      void reply
        .header('ledger-height', String(height ?? seen.height ?? context.height))
        .header('vary', 'Authorization')
        .header('cache-control', 'private, no-cache');
      if (isAsyncIterable(answer)) return sendStream(reply, answer, mounted.logger);
      return sendAnswer(reply, request, answer, scope, mounted.cursors);
    },
  });
}

/** The lowest height at which something of the answer was read. */
interface Seen {
  height: number | undefined;
  /** The height that was asked for: nothing of another one may go into the answer. */
  readonly wanted: number | undefined;
}

const heightQuery = z.object({ height: heightText.optional() });

/** `?height=`, which every address of a module takes beside its own query. */
function heightOf(query: unknown): number | undefined {
  const parsed = parseRequestPart(heightQuery, query, 'query') as z.output<typeof heightQuery>;
  return parsed.height;
}

function withoutHeight(query: unknown): unknown {
  const { height: _height, ...rest } = query as Readonly<Record<string, unknown>>;
  return rest;
}

function requireReached(chain: ChainHost, wanted: number): void {
  if (wanted > chain.reader.head().height) throw new ProblemError('height-not-reached');
}

/** Rows tell the present alone: a read model keeps no past, and may be behind. */
function requireHeight(wanted: number | undefined, reached: number): void {
  if (wanted === undefined || wanted === reached) return;
  throw new ProblemError(wanted < reached ? 'height-pruned' : 'height-not-reached');
}

/** What the handler may use. Everything it can reach has passed the gate for this viewer. */
function routeContext(
  mounted: Mounted,
  viewer: Viewer,
  request: FastifyRequest,
  seen: Seen,
): RouteContext {
  const { chain, module, definition } = mounted;
  return {
    viewer,
    height: seen.wanted ?? chain.readModel.height() ?? chain.reader.head().height,
    async query(sql, parameters) {
      if (chain.readModel.height() === undefined) throw new ProblemError('read-model-unavailable');
      const { height, rows } = await chain.readModel.query(module.name, sql, parameters);
      requireHeight(seen.wanted, height);
      seen.height = Math.min(seen.height ?? height, height);
      return chain.gate.rows(rows, viewer);
    },
    state: async (contract, collection, key) =>
      readState(chain, { contract, collection, key, ...atHeight(seen.wanted) }, viewer),
    receipt: async (statementId) => readReceipt(chain, statementId, viewer),
    problem(code, data) {
      const own = definition.problems?.[code];
      const extensions = data === undefined ? {} : { extensions: { data } };
      if (own === undefined) throw refusalError(code, extensions);
      const language = chooseLanguage(request.headers['accept-language']);
      const title = module.texts[language]?.[`problem.${code}`] ?? own.title;
      throw refusalError(code, {
        ...extensions,
        definition: {
          status: own.status,
          retryable: false,
          title: { en: title, zh: title, ru: title },
        },
      });
    },
  };
}

function atHeight(wanted: number | undefined): { readonly height?: number } {
  return wanted === undefined ? {} : { height: wanted };
}

async function readState(
  chain: ChainHost,
  place: StateQuery,
  viewer: Viewer,
): Promise<CborValue | undefined> {
  const verdict = chain.reader.stateValue(place);
  if (!verdict.ok) throw new ProblemError(verdict.code);
  const gated = chain.gate.state(place, verdict.value, viewer);
  if (!gated.ok || gated.value === undefined) return undefined;
  const decoded = decodeCbor(gated.value, { maps: 'object' });
  if (!decoded.ok) throw new Error(`the state holds a value that is ${decoded.code}`);
  return decoded.value;
}

async function readReceipt(
  chain: ChainHost,
  statementId: string,
  viewer: Viewer,
): Promise<object | undefined> {
  const id = fromHex(statementId);
  const record = id === undefined ? undefined : chain.reader.lookup(id);
  if (record === undefined) return undefined;
  const answer = chain.reader.receipt(record.id);
  return answer.ok ? chain.gate.receipt(record, answer.receipt, viewer) : undefined;
}

/** A cursor belongs to the chain, the address and all the rest of the query. */
function cursorScope(request: FastifyRequest, chain: ChainHost): string {
  const path = request.url.split('?')[0] ?? '';
  const route = path.slice(path.indexOf('/v1/'));
  const rest = Object.entries(request.query as Readonly<Record<string, unknown>>)
    .filter(([name]) => name !== 'cursor' && name !== 'limit')
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([chain.chain, route, rest]);
}

/** Handlers see their own positions; clients see sealed cursors. */
function openCursor(query: unknown, scope: string, cursors: CursorSeal): unknown {
  const { cursor, ...rest } = query as Readonly<Record<string, unknown>>;
  if (cursor === undefined) return rest;
  const position = typeof cursor === 'string' ? cursors.open(scope, cursor) : undefined;
  if (position === undefined) throw new ProblemError('cursor-invalid');
  return { ...rest, cursor: position };
}

/** Lines of JSON as they are made. */
async function sendStream(
  reply: FastifyReply,
  chunks: AsyncIterable<Chunk>,
  logger: Logger,
): Promise<FastifyReply> {
  void reply.header('content-type', 'application/x-ndjson; charset=utf-8');
  try {
    await sendChunks(reply, chunks);
  } catch (error) {
    // Before its first chunk it is answered as a problem, like any other.
    if (!reply.sent) throw error;
    const { method, headers, routeOptions } = reply.request;
    const traceId = traceIdOf(headers['traceparent']);
    logger.error(
      { err: error, traceId, method, route: routeOptions.url ?? '' },
      'answer broke off inside the node',
    );
  }
  return reply;
}

function sendAnswer(
  reply: FastifyReply,
  request: FastifyRequest,
  answer: unknown,
  scope: string,
  cursors: CursorSeal,
): FastifyReply {
  if (typeof answer !== 'object' || answer === null || !('nextCursor' in answer)) {
    return reply.send(answer);
  }
  const { nextCursor, ...rest } = answer as { readonly nextCursor: unknown };
  if (typeof nextCursor !== 'string') return reply.send({ ...rest, nextCursor: null });
  const sealed = cursors.seal(scope, nextCursor);
  const next = new URL(request.url, 'http://node');
  next.searchParams.set('cursor', sealed);
  return reply
    .header('link', `<${next.pathname}${next.search}>; rel="next"`)
    .send({ ...rest, nextCursor: sealed });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<Chunk> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
