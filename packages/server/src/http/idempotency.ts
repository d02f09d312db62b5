import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import type { App } from './zod-provider.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether `Idempotency-Key` is taken: for a POST that would do its work again each time. */
    readonly idempotent?: boolean;
  }
  interface FastifyRequest {
    /** Where the answer to this request is to be kept. */
    idempotencySlot?: string;
  }
}

/** How long an answer is given again. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Answers kept; of more, the oldest are forgotten. */
const ANSWERS_MAX = 1_000;
/** Longest key looked at; a UUID has 36 characters. */
const KEY_PATTERN = /^[\x21-\x7e]{1,128}$/;

interface Kept {
  readonly fingerprint: string;
  readonly untilMs: number;
  /** Absent while the first request is under way. */
  answer?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Buffer;
  };
}

const KEPT_HEADERS = ['content-type', 'location', 'cache-control', 'content-language'] as const;

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same key with the same request gets the first
 * answer again, with another request 422, while the first is under way 409. Answers may hold secrets, so they are kept
 * in memory alone and are gone after a restart.
 */
export function takeIdempotencyKeys(app: App, clock: { nowMs(): number }): void {
  const kept = new Map<string, Kept>();
  app.addHook('preHandler', (request, reply, done) => {
    const key = request.headers['idempotency-key'];
    if (request.routeOptions.config.idempotent !== true || key === undefined) return done();
    if (typeof key !== 'string' || !KEY_PATTERN.test(key)) return done(malformedKey());
    const slot = slotOf(request, key);
    const fingerprint = digest(JSON.stringify(request.body ?? null));
    const known = kept.get(slot);
    if (known === undefined || known.untilMs <= clock.nowMs()) {
      kept.delete(slot);
      forget(kept);
      kept.set(slot, { fingerprint, untilMs: clock.nowMs() + KEPT_MS });
      request.idempotencySlot = slot;
      return done();
    }
    if (known.fingerprint !== fingerprint) return done(new ProblemError('idempotency-key-reused'));
    const { answer } = known;
    if (answer === undefined) return done(new ProblemError('idempotency-in-flight'));
    // Answered: the handler is not reached.
    void reply
      .code(answer.status)
      .headers({ ...answer.headers, 'idempotency-replayed': 'true' })
      .send(answer.body);
    return undefined;
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const { idempotencySlot: slot } = request;
    const entry = slot === undefined ? undefined : kept.get(slot);
    if (entry === undefined || slot === undefined) return done(null, payload);
    // What failed on our side may be tried again, as if it had never been asked.
    if (reply.statusCode >= 500 || !(typeof payload === 'string' || Buffer.isBuffer(payload))) {
      kept.delete(slot);
    } else {
      entry.answer = { status: reply.statusCode, headers: keptHeaders(reply), body: payload };
    }
    return done(null, payload);
  });
  app.addHook('onRequestAbort', async ({ idempotencySlot: slot }) => {
    if (slot !== undefined && kept.get(slot)?.answer === undefined) kept.delete(slot);
  });
}

/** The same key of somebody else, or for another address, is another key. */
function slotOf(request: FastifyRequest, key: string): string {
  const { authorization, cookie } = request.headers;
  const who = authorization ?? cookie ?? request.ip;
  return digest(JSON.stringify([who, request.method, request.url, key]));
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}

function forget(kept: Map<string, Kept>): void {
  for (const [slot, { answer }] of kept) {
    if (kept.size < ANSWERS_MAX) return;
    if (answer !== undefined) kept.delete(slot);
  }
}

function keptHeaders(reply: FastifyReply): Readonly<Record<string, string>> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function malformedKey(): ProblemError {
  return new ProblemError('request-invalid', {
    errors: [
      {
        in: 'header',
        pointer: '/idempotency-key',
        code: 'invalid-format',
        detail: 'Expected 1 to 128 visible ASCII characters.',
      },
    ],
  });
}
