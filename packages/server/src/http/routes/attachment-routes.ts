import { concatBytes, toHex } from '@hefu/bytes';
import { createHasher } from '@hefu/crypto/hash';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import type { Config } from '../../config/schema.ts';
import { ProblemError, refusalError } from '../../problems/problem-error.ts';
import { addStreamRoutes, announcedSize, bounded } from '../body.ts';
import { sendTagged } from '../entity-tag.ts';
import { isOperator, viewerOf } from '../viewer.ts';
import { json, NOT_MODIFIED, octets } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { digestBytes, digestParams, digestText, findStatement } from './statement-id.ts';

const attachmentQuery = z.strictObject({
  statement: digestText.describe('The statement that names the attachment.'),
});

const API = {
  put: {
    tag: 'attachments',
    summary: 'Lays an attachment down, ahead of the statement that names it.',
    access: 'reader',
    body: octets,
    answers: {
      201: {
        description: 'It is kept until a statement names it, for ten minutes at the most.',
        content: json(z.strictObject({ digest: digestText, size: z.int() })),
      },
    },
    problems: [
      'attachment-mismatch',
      'attachment-too-large',
      'attachments-full',
      'attachments-share-full',
      'store-full',
      'halted',
    ],
  },
  get: {
    tag: 'attachments',
    summary: 'Gives an attachment to whoever may read the statement that names it.',
    access: 'reader',
    answers: { 200: { description: 'Its bytes.', content: octets }, 304: NOT_MODIFIED },
    problems: ['statement-not-found', 'not-readable', 'attachment-not-found'],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/** What anybody but the attachment's readers may keep of it: nothing. */
const CACHE_PRIVATE = 'private, max-age=31536000, immutable';

/** Room comes back when statements take their attachments along, or after minutes: asking each second is of no use. */
const FULL_RETRY_AFTER_SECONDS = 10;

/**
 * `PUT /v1/attachments/{digest}` lays an attachment beside the ledger, ahead of the statement that names it; one that no
 * statement names is dropped after a while. Anybody may, within a share of the room; the operator's token opens all of
 * it. `GET /v1/attachments/{digest}?statement={id}` gives it to whoever may read the statement that names it.
 */
export async function addAttachmentRoutes(
  app: App,
  chain: ChainHost,
  node: NodeHost,
  config: Config,
): Promise<void> {
  await addStreamRoutes(app, (scope) => {
    scope.put(
      '/v1/attachments/:digest',
      { schema: { params: digestParams }, config: { api: API.put, guard: 'signed' } },
      async (request, reply) => {
        const sender = isOperator(request, node.credentials) ? 'operator' : 'public';
        const { attachmentBytesMax } = config.http;
        announcedSize(request.headers['content-length'], attachmentBytesMax);
        const bytes = await readHashed(request, chain, attachmentBytesMax);
        const staged = await chain.ledger.stageAttachment(bytes, sender);
        if (!staged.ok) throw stagingError(staged.code);
        return reply.code(201).send({ digest: request.params.digest, size: bytes.length });
      },
    );
  });
  const schema = { params: digestParams, querystring: attachmentQuery };
  app.get('/v1/attachments/:digest', { schema, config: { api: API.get } }, (request, reply) => {
    const viewer = viewerOf(request, chain, node.credentials);
    const digest = digestBytes(request.params.digest);
    const record = findStatement(chain, request.query.statement);
    if (!chain.gate.statement(record, viewer).readable) throw new ProblemError('not-readable');
    const bytes = chain.gate.attachment(record, digest, viewer)
      ? chain.reader.attachment(digest)
      : undefined;
    if (bytes === undefined) throw new ProblemError('attachment-not-found');
    void reply
      .header('vary', 'Authorization')
      .header('content-type', 'application/octet-stream')
      .header('x-content-type-options', 'nosniff');
    return sendTagged(request, reply, bytes, CACHE_PRIVATE);
  });
}

function stagingError(code: string): ProblemError {
  const full = code === 'attachments-full' || code === 'attachments-share-full';
  return refusalError(code, full ? { retryAfterSeconds: FULL_RETRY_AFTER_SECONDS } : {});
}

/** The body, hashed as it comes in, so that a large one never stalls other requests; it must have the digest named. */
async function readHashed(
  request: FastifyRequest<{ Params: z.output<typeof digestParams> }>,
  chain: ChainHost,
  bytesMax: number,
): Promise<Uint8Array> {
  const hasher = createHasher(chain.hashName);
  const parts: Uint8Array[] = [];
  for await (const part of bounded(request.body, bytesMax)) {
    hasher.update(part);
    parts.push(part);
  }
  if (toHex(hasher.digest()) !== request.params.digest) {
    throw new ProblemError('attachment-mismatch');
  }
  return concatBytes(...parts);
}
