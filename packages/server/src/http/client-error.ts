import type { Socket } from 'node:net';
import type { Logger } from '../logging/logger.ts';
import type { ProblemCode } from '../problems/catalogue.ts';
import { renderProblem } from '../problems/render.ts';
import { traceIdOf } from '../problems/trace-id.ts';
import { STATUS_CODES } from 'node:http';
import { SECURITY_HEADERS } from './security-headers.ts';

/** What Node's HTTP parser found, by our codes; everything else it finds is malformed HTTP. */
const PARSER_CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/**
 * Answers what never became a request: not HTTP, headers too large, too slow. There is no request object here, so the
 * answer is written by hand and the connection ends with it.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  logger: Logger,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = PARSER_CODES[error.code ?? ''] ?? 'http-malformed';
  const traceId = traceIdOf(undefined);
  logger.debug({ code, traceId, reason: error.code ?? '' }, 'request was not http');
  const { status, headers, document } = renderProblem(code, {}, { language: 'en', traceId });
  const body = Buffer.from(JSON.stringify(document), 'utf8');
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries({ ...SECURITY_HEADERS, ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]));
}
