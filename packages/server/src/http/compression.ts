import type { FastifyReply, FastifyRequest } from 'fastify';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { CompressCallback } from 'node:zlib';
import { chooseMediaType } from './accept.ts';
import type { App } from './zod-provider.ts';

/** Smaller answers fit into one packet anyway. */
export const COMPRESS_BYTES_MIN = 1_400;
/** Larger whole answers would hold a thread of the pool for long; the few that exist are bytes that do not shrink. */
const COMPRESS_BYTES_MAX = 8 * 1024 * 1024;
/** Of eleven: a third of the time of the default for nearly its ratio on JSON. */
const BROTLI_QUALITY = 4;

const TYPES = /^(?:text\/(?!event-stream)|application\/(?:[a-z.+-]*json|x-ndjson)\b)/;

/**
 * Compresses whole answers of text for who takes that. Left alone are streams; what must not be stored, as answers with
 * secrets are; and whatever is not for everybody when a cookie came along, because a length tells of what stands beside
 * a stranger's text (BREACH), and only with cookies can a stranger make somebody else's browser ask.
 */
export function compressAnswers(app: App): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!isWorthIt(reply, payload)) return done(null, payload);
    addVary(reply, 'Accept-Encoding');
    const encoding = chosenEncoding(request);
    if (encoding === undefined || mayTell(request, reply)) return done(null, payload);
    const body = Buffer.from(payload as string | Buffer);
    compress(body, encoding, (error, compressed) => {
      if (error !== null) return done(error);
      void reply.header('content-encoding', encoding).removeHeader('content-length');
      // The bytes that go out are others now, so the tag says only that they mean the same (RFC 9110 §8.8.1).
      const tag = reply.getHeader('etag');
      if (typeof tag === 'string' && !tag.startsWith('W/')) void reply.header('etag', `W/${tag}`);
      return done(null, compressed);
    });
  });
}

function compress(body: Buffer, encoding: 'br' | 'gzip', done: CompressCallback): void {
  if (encoding === 'gzip') return gzip(body, done);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  return brotliCompress(body, { params }, done);
}

function isWorthIt(reply: FastifyReply, payload: unknown): boolean {
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return false;
  if (payload.length < COMPRESS_BYTES_MIN || payload.length > COMPRESS_BYTES_MAX) return false;
  if (reply.hasHeader('content-encoding')) return false;
  const type = reply.getHeader('content-type');
  return typeof type === 'string' && TYPES.test(type);
}

/** Whether the length of the answer could tell a stranger something. */
function mayTell(request: FastifyRequest, reply: FastifyReply): boolean {
  const control = String(reply.getHeader('cache-control') ?? '');
  if (control.includes('no-store') || control.includes('no-transform')) return true;
  return request.headers.cookie !== undefined && !control.includes('public');
}

/** Accept-Encoding has the form of Accept, but for the slash. */
function chosenEncoding(request: FastifyRequest): 'br' | 'gzip' | undefined {
  const header = request.headers['accept-encoding'];
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  return chooseMediaType(header, ['br', 'gzip']);
}

function addVary(reply: FastifyReply, name: string): void {
  const vary = reply.getHeader('vary');
  void reply.header('vary', typeof vary === 'string' && vary !== '' ? `${vary}, ${name}` : name);
}
