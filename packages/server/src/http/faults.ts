import { AccountsError } from '@hefu/accounts';
import { SignerError } from '@hefu/keystore';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import { chooseLanguage } from '../problems/language.ts';
import { ProblemError } from '../problems/problem-error.ts';
import type { ProblemData } from '../problems/problem-error.ts';
import { renderProblem } from '../problems/render.ts';
import { traceIdOf } from '../problems/trace-id.ts';
import type { App } from './zod-provider.ts';

/** Fastify's own errors (its catalogue is node_modules/fastify/lib/errors.js) by our codes. */
const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body-incomplete',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'json-malformed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'json-malformed',
  FST_ERR_BAD_URL: 'url-malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'route-not-found',
  FST_ERR_ASYNC_CONSTRAINT: 'route-not-found',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'unsupported-media-type',
};

/** Operating-system errors that mean the client went away in the middle of its body. */
const CLIENT_GONE_CODES = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);
/** Operating-system errors that mean there is no room left. */
const DISK_FULL_CODES = new Set(['ENOSPC', 'EDQUOT']);

/** What a ledger says that ended by itself or is being closed; statements it had not answered may yet be on disk. */
const LEDGER_GONE_CODES = new Set(['ledger-failed', 'closed']);

/** Somebody has to make room, or mend the disk. */
const ACCOUNTS_RETRY_SECONDS = 10;

/** Makes every failure of the app a problem document, and tells the log of those that are ours. */
export function handleFaults(app: App, logger: Logger): void {
  app.setErrorHandler<FastifyError | ProblemError>((error, request, reply) =>
    sendFault(error, request, reply, logger),
  );
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, notFoundCode(request), {}),
  );
}

/** Where nothing is, nothing is read: the body of such a request is not looked at. */
export function refuseUnknownAddresses(app: App): void {
  app.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? new ProblemError(notFoundCode(request)) : undefined);
  });
}

function notFoundCode(request: FastifyRequest): 'chain-not-found' | 'route-not-found' {
  return request.url.startsWith('/chains/') ? 'chain-not-found' : 'route-not-found';
}

/** Answers whatever was thrown. */
export function sendFault(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  if (error instanceof ProblemError) return sendProblem(request, reply, error.code, error.data);
  if (error instanceof SignerError) {
    // The detail (which token, what it said) is the operator's.
    logger.error({ code: error.code, reason: error.message }, 'key on a device could not sign');
    return sendProblem(request, reply, 'signer-unavailable', { retryAfterSeconds: 5 });
  }
  if (error instanceof AccountsError && isAccountsProblem(error.code)) {
    logger.error({ err: error, code: error.code }, 'accounts cannot be written');
    return sendProblem(request, reply, error.code, { retryAfterSeconds: ACCOUNTS_RETRY_SECONDS });
  }
  const code = codeOf(error);
  const known = FASTIFY_CODES[code];
  if (known !== undefined) return sendProblem(request, reply, known, {});
  if (DISK_FULL_CODES.has(code)) return sendProblem(request, reply, 'store-full', {});
  if (LEDGER_GONE_CODES.has(code)) return sendProblem(request, reply, 'halted', {});
  if (CLIENT_GONE_CODES.has(code)) return sendProblem(request, reply, 'body-incomplete', {});
  const traceId = traceIdOf(request.headers['traceparent']);
  logger.error(
    { err: error, traceId, method: request.method, route: request.routeOptions.url ?? '' },
    'request failed inside the node',
  );
  return sendProblem(request, reply, 'internal-error', {}, traceId);
}

/** Answers with a problem document in the reader's language. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  code: string,
  data: ProblemData,
  traceId: string = traceIdOf(request.headers['traceparent']),
): FastifyReply {
  const language = chooseLanguage(request.headers['accept-language']);
  const { status, headers, document } = renderProblem(code, data, { language, traceId });
  // What the route had set for its own answer does not describe the problem.
  for (const name of ['etag', 'accept-ranges', 'content-range', 'content-length', 'location']) {
    reply.removeHeader(name);
  }
  // Bytes, because Fastify would add a charset to text, and RFC 9457 registers none.
  return reply
    .code(status)
    .headers(headers)
    .send(Buffer.from(JSON.stringify(document), 'utf8'));
}

/** Those that a disk is to blame for; the rest stops a node from starting. */
function isAccountsProblem(code: string): code is 'accounts-storage-full' | 'accounts-unavailable' {
  return code === 'accounts-storage-full' || code === 'accounts-unavailable';
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
