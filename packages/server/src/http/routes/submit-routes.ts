import { fromBase64 } from '@hefu/bytes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SubmitResult } from '@hefu/ledger';
import type { ChainHost } from '../../chain-host.ts';
import type { Config } from '../../config/schema.ts';
import { DISK_LOW_RETRY_SECONDS } from '../../disk/disk-watch.ts';
import type { NodeMetrics } from '../../metrics/node-metrics.ts';
import type { Language } from '../../problems/definition.ts';
import { chooseLanguage } from '../../problems/language.ts';
import { ProblemError, refusalError } from '../../problems/problem-error.ts';
import type { FieldError, ProblemData } from '../../problems/problem-error.ts';
import { problemItem } from '../../problems/render.ts';
import { parseJson, takeBytes } from '../body.ts';
import { BATCH_STATEMENTS_MAX, splitSequence } from '../cbor-sequence.ts';
import { toJsonValue } from '../json-value.ts';
import { preferredWaitMs } from '../prefer.ts';
import { json } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import { problemSchema } from '../openapi/problem-schema.ts';
import { ADMISSION_PROBLEMS } from '../../problems/admission-problems.ts';
import type { ProblemCode } from '../../problems/catalogue.ts';
import { OUTCOME_PROBLEMS } from '../../problems/outcome-problems.ts';
import type { App } from '../zod-provider.ts';
import { digestText } from './statement-id.ts';

const COSE = 'application/cose';
const CBOR_SEQUENCE = 'application/cbor-seq';
const JSON_TYPE = 'application/json';

/** Seconds after which a full disk is worth another try: somebody has to make room first. */
const STORE_FULL_RETRY_SECONDS = 30;
/** Seconds to wait for what only the operator can change. */
const RETRY_SECONDS: Readonly<Record<string, number>> = {
  'store-full': STORE_FULL_RETRY_SECONDS,
  'disk-low': DISK_LOW_RETRY_SECONDS,
  'chain-read-only': STORE_FULL_RETRY_SECONDS,
};

const committedView = z.strictObject({
  id: digestText,
  status: z.literal('committed'),
  height: z.int(),
  index: z.int(),
  position: z.int(),
  code: z.string(),
  data: z.unknown().optional(),
  duplicate: z.literal(true).optional(),
});
export const committedSchema = committedView.meta({ id: 'Committed' });
const resultsSchema = z.strictObject({
  results: z.array(
    z.union([
      committedView.extend({ ok: z.literal(true) }),
      z.looseObject({
        ok: z.literal(false),
        id: digestText.optional(),
        ...problemSchema.shape,
      }),
    ]),
  ),
});

const base64Statement = z.base64();
const ID_EXAMPLE = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const API: ApiOperation = {
  tag: 'statements',
  summary: 'Submits one statement, or up to 1,000.',
  description: '202 means durable: each statement with an entry is in a committed block on disk.',
  access: 'reader',
  headers: [{ name: 'Prefer', description: '`wait=10` bounds the wait in seconds (RFC 7240).' }],
  body: {
    [COSE]: { schema: 'bytes' },
    [CBOR_SEQUENCE]: { schema: 'bytes' },
    [JSON_TYPE]: {
      schema: z.union([
        z.strictObject({ statement: base64Statement }),
        z.strictObject({
          statements: z.array(base64Statement).min(1).max(BATCH_STATEMENTS_MAX),
        }),
      ]),
    },
  },
  answers: {
    202: {
      description: 'What became of it; of several, a list in their order.',
      headers: [
        { name: 'Location', description: 'Where the one statement can be read.' },
        { name: 'Preference-Applied', description: '`wait`, when `Prefer` asked for it.' },
        { name: 'Retry-After', description: 'When some of several were refused for want of room.' },
      ],
      content: json(z.union([committedSchema, resultsSchema]), {
        id: ID_EXAMPLE,
        status: 'committed',
        height: 12,
        index: 40,
        position: 0,
        code: 'ok',
      }),
    },
  },
  problems: [
    'json-malformed',
    'batch-empty',
    'batch-malformed',
    'batch-too-large',
    ...(Object.keys(ADMISSION_PROBLEMS) as ProblemCode[]),
    ...(Object.keys(OUTCOME_PROBLEMS) as ProblemCode[]),
  ],
};

export interface SubmitRoutesOptions {
  readonly chain: ChainHost;
  readonly config: Config;
  readonly metrics: NodeMetrics;
}

/** What a body holds: one statement, answered alone, or several, answered as a list. */
interface Submission {
  readonly statements: readonly Uint8Array[];
  readonly single: boolean;
}

/**
 * `POST /v1/statements`: one statement or up to a thousand in one body. 202 means durable. This is the hottest route of
 * the node: bodies are taken as bytes and looked at by hand, no schema and no child logger on the way.
 */
export async function addSubmitRoutes(
  app: App,
  { chain, config, metrics }: SubmitRoutesOptions,
): Promise<void> {
  const location = `${app.prefix}/v1/statements/`;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    takeBytes(scope, [COSE, CBOR_SEQUENCE, JSON_TYPE]);
    scope.post(
      '/v1/statements',
      { bodyLimit: config.http.statementsBodyBytesMax, config: { api: API, guard: 'signed' } },
      async (request, reply) => {
        const submission = readSubmission(request);
        const waitMs = preferredWaitMs(request.headers['prefer'], config.http.waitMsMax);
        const submitted = chain.ledger.submit(submission.statements);
        const results = await (waitMs === undefined ? submitted : within(submitted, waitMs));
        metrics.statementsSubmitted(chain.chain, results, reply.elapsedTime);
        if (waitMs !== undefined) void reply.header('preference-applied', 'wait');
        return submission.single
          ? sendOne(reply, results[0], location)
          : sendMany(request, reply, results);
      },
    );
  });
}

function readSubmission(request: FastifyRequest): Submission {
  const body = request.body;
  // No body at all leaves no bytes and no media type to judge by.
  if (!(body instanceof Uint8Array) || body.length === 0) throw new ProblemError('batch-empty');
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === COSE) return { statements: [body], single: true };
  if (type === CBOR_SEQUENCE) {
    const split = splitSequence(body);
    if (!split.ok) throw new ProblemError(split.code);
    return { statements: split.items, single: false };
  }
  return readJsonSubmission(parseJson(body));
}

function readJsonSubmission(value: unknown): Submission {
  const members = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const { statement, statements } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (members.length !== 1 || (statement === undefined && statements === undefined)) {
    const detail = 'Expected {"statement": …} or {"statements": […]}, and nothing else.';
    throw invalid([{ pointer: '', code: 'invalid-type', detail }]);
  }
  if (statement !== undefined) {
    const bytes = base64Bytes(statement);
    if (bytes === undefined) throw invalid([notBase64('/statement')]);
    return { statements: [bytes], single: true };
  }
  if (!Array.isArray(statements)) {
    throw invalid([{ pointer: '/statements', code: 'invalid-type', detail: 'Expected a list.' }]);
  }
  if (statements.length === 0) throw new ProblemError('batch-empty');
  if (statements.length > BATCH_STATEMENTS_MAX) throw new ProblemError('batch-too-large');
  const errors: FieldError[] = [];
  const decoded = statements.map((text, index) => {
    const bytes = base64Bytes(text);
    if (bytes === undefined) errors.push(notBase64(`/statements/${index}`));
    return bytes ?? new Uint8Array();
  });
  if (errors.length > 0) throw invalid(errors);
  return { statements: decoded, single: false };
}

function base64Bytes(text: unknown): Uint8Array | undefined {
  return typeof text === 'string' ? fromBase64(text) : undefined;
}

function notBase64(pointer: string): FieldError {
  return { pointer, code: 'invalid-format', detail: 'Expected base64 with padding (RFC 4648 §4).' };
}

function invalid(errors: readonly FieldError[]): ProblemError {
  return new ProblemError('request-invalid', { errors });
}

/** The results, or 504 `commit-timeout`; the statements stay submitted either way. */
async function within<T>(submitted: Promise<T>, waitMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new ProblemError('commit-timeout')), waitMs);
  try {
    return await Promise.race([submitted, late]);
  } finally {
    clearTimeout(timer);
    // Whichever lost the race is still settled by somebody.
    submitted.catch(() => undefined);
  }
}

/** Answers with what became of one statement. */
export function sendOne(
  reply: FastifyReply,
  result: SubmitResult | undefined,
  location: string,
): FastifyReply {
  if (result === undefined) throw new Error('the ledger answered too few statements');
  if (!result.ok) throw refusalError(result.code, refusalData(result));
  return reply
    .code(202)
    .header('location', location + result.id)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(committed(result)));
}

function sendMany(
  request: FastifyRequest,
  reply: FastifyReply,
  results: readonly SubmitResult[],
): FastifyReply {
  const language = chooseLanguage(request.headers['accept-language']);
  const full = results.find((result) => !result.ok && Object.hasOwn(RETRY_SECONDS, result.code));
  const busy = results.find((result) => !result.ok && result.code === 'queue-full');
  if (full !== undefined) void reply.header('retry-after', String(STORE_FULL_RETRY_SECONDS));
  else if (busy !== undefined) void reply.header('retry-after', '1');
  return reply
    .code(202)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ results: results.map((result) => resultItem(result, language)) }));
}

function resultItem(result: SubmitResult, language: Language): unknown {
  if (result.ok) return { ok: true, ...committed(result) };
  const id = result.id === undefined ? {} : { id: result.id };
  return { ok: false, ...id, ...problemItem(result.code, refusalData(result), language) };
}

function committed(result: SubmitResult & { readonly ok: true }): object {
  return {
    id: result.id,
    status: 'committed',
    height: result.height,
    index: result.logIndex,
    position: result.position,
    code: result.code,
    ...(result.data === undefined ? {} : { data: toJsonValue(result.data as never) }),
    ...(result.duplicate === undefined ? {} : { duplicate: true }),
  };
}

/** Faults of a schema become `errors`; what a contract said of its refusal becomes `data`. */
function refusalData(result: SubmitResult & { readonly ok: false }): ProblemData {
  const errors = result.data?.['errors'];
  const retry = RETRY_SECONDS[result.code];
  return {
    ...(Array.isArray(errors) ? { errors: errors as readonly FieldError[] } : {}),
    ...(result.data === undefined || Array.isArray(errors)
      ? {}
      : { extensions: { data: toJsonValue(result.data as never) } }),
    ...(retry === undefined ? {} : { retryAfterSeconds: retry }),
  };
}
