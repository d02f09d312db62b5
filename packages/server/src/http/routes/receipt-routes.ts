import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Viewer } from '@hefu/contract';
import type { StatementRecord } from '@hefu/ledger';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { chooseMediaType } from '../accept.ts';
import { AnswerCache } from '../answer-cache.ts';
import { sendTagged } from '../entity-tag.ts';
import { viewerOf } from '../viewer.ts';
import { NOT_MODIFIED } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { findStatement, statementParams } from './statement-id.ts';

/** The media types a receipt can be had in, by what `?format=` calls them. The first is the default. */
export const RECEIPT_TYPES = {
  json: ['application/vnd.hefu.receipt+json', 'application/json'],
  'tlog-proof': ['text/vnd.c2sp.tlog-proof', 'text/plain'],
  cose: ['application/scitt-receipt+cose', 'application/cose'],
} as const;

type ReceiptFormat = keyof typeof RECEIPT_TYPES;
type ReceiptType = (typeof RECEIPT_TYPES)[ReceiptFormat][number];

const CACHE_CONTROL = 'private, no-cache';
/** Receipts kept ready to send: some six thousand. */
const KEPT_BYTES_MAX: number = 32 * 1024 * 1024;

const FORMATS = ['json', 'tlog-proof', 'cose'] as const;
const OFFERS: readonly ReceiptType[] = FORMATS.flatMap((format) => RECEIPT_TYPES[format]);

const receiptQuery = z.strictObject({
  format: z.enum(FORMATS).optional().describe('Stands over `Accept`.'),
  validator: z
    .string()
    .max(64)
    .optional()
    .describe('The validator whose COSE receipt is wanted; the first one unless given.'),
});

const receiptView = z
  .looseObject({ format: z.literal('hefu-receipt/1'), chain: z.string(), checkpoint: z.string() })
  .meta({ id: 'Receipt', description: 'As docs/formats/receipt.md has it.' });

const API: ApiOperation = {
  tag: 'statements',
  summary: 'The receipt of a statement, in the format that `Accept` or `?format=` names.',
  access: 'reader',
  answers: {
    200: {
      description: 'The receipt.',
      headers: [{ name: 'Content-Disposition', description: 'A name for the file.' }],
      content: {
        'application/vnd.hefu.receipt+json': { schema: receiptView },
        'application/json': { schema: receiptView },
        'text/vnd.c2sp.tlog-proof': { schema: 'text' },
        'text/plain': { schema: 'text' },
        'application/scitt-receipt+cose': { schema: 'bytes' },
        'application/cose': { schema: 'bytes' },
      },
    },
    304: NOT_MODIFIED,
  },
  problems: [
    'statement-not-found',
    'not-acceptable',
    'not-readable',
    'suite-has-no-standard',
    'validator-not-found',
    'receipt-unavailable',
  ],
};

/**
 * `GET /v1/statements/{id}/receipt`: as JSON (hefu-receipt/1), C2SP tlog-proof or COSE Receipt, by `Accept` or
 * `?format=`. The JSON receipt carries the statement and so is for its readers; the other two prove the entry, which is
 * public.
 */
export function addReceiptRoutes(app: App, chain: ChainHost, node: NodeHost): void {
  const kept = new AnswerCache(KEPT_BYTES_MAX);
  const schema = { params: statementParams, querystring: receiptQuery };
  app.get('/v1/statements/:id/receipt', { schema, config: { api: API } }, (request, reply) => {
    const viewer = viewerOf(request, chain, node.credentials);
    const { format: asked, validator } = request.query;
    const type =
      asked === undefined
        ? chooseMediaType(request.headers.accept, OFFERS)
        : RECEIPT_TYPES[asked][0];
    if (type === undefined) throw new ProblemError('not-acceptable');
    const format = FORMATS.find((each) => RECEIPT_TYPES[each].some((known) => known === type));
    void reply.header('vary', 'Accept, Authorization');
    if (format === 'json') {
      const name = `${request.params.id} ${viewer.kind === 'organisation' ? viewer.organisation : ''}`;
      const { body, tag } =
        kept.get(name) ?? kept.keep(name, receiptText(chain, request.params.id, viewer));
      void reply
        .header('content-type', `${type}; charset=utf-8`)
        .header('content-disposition', fileName(request.params.id, 'receipt.json'));
      return sendTagged(request, reply, body, CACHE_CONTROL, tag);
    }
    const record = findStatement(chain, request.params.id);
    void reply.header('cache-control', CACHE_CONTROL);
    switch (format) {
      case 'tlog-proof': {
        requireSha256(chain);
        const proof = chain.reader.tlogProof(record.id);
        if (proof === undefined) throw new ProblemError('receipt-unavailable');
        return reply
          .header('content-type', `${type}; charset=utf-8`)
          .header('content-disposition', fileName(request.params.id, 'tlog-proof'))
          .send(proof);
      }
      case 'cose':
        requireSha256(chain);
        return sendCose(reply, chain, record, type, validator);
      case undefined:
        throw new ProblemError('not-acceptable');
    }
  });
}

/** The receipt as the viewer may have it. Once there it stays right: a later one differs in its checkpoint alone. */
function receiptText(chain: ChainHost, id: string, viewer: Viewer): string {
  const record = findStatement(chain, id);
  const answer = chain.reader.receipt(record.id);
  if (!answer.ok) throw new ProblemError('receipt-unavailable', { detail: answer.code });
  const receipt = chain.gate.receipt(record, answer.receipt, viewer);
  if (receipt === undefined) throw new ProblemError('not-readable');
  return JSON.stringify(receipt);
}

/** Both exports rest on standards that fix SHA-256 (C2SP tlog-proof; RFC 9942 `RFC9162_SHA256`). */
function requireSha256(chain: ChainHost): void {
  if (chain.hashName !== 'sha256') throw new ProblemError('suite-has-no-standard');
}

function sendCose(
  reply: FastifyReply,
  chain: ChainHost,
  record: StatementRecord,
  type: string,
  validator: string | undefined,
): FastifyReply {
  if (validator !== undefined) requireValidator(chain, record.id, validator);
  const receipt = chain.reader.coseReceipt(record.id, validator);
  if (receipt === undefined) throw new ProblemError('receipt-unavailable');
  return reply.header('content-type', type).send(receipt);
}

/** Who was no validator then will never sign: no use in asking again, as after `receipt-unavailable`. */
function requireValidator(chain: ChainHost, id: Uint8Array, asked: string): void {
  const validators = chain.reader.signersOf(id);
  if (validators.includes(asked)) return;
  throw new ProblemError('validator-not-found', {
    detail: `The validators of ${chain.chain} were then: ${validators.join(', ')}.`,
    extensions: { validators },
  });
}

function fileName(id: string, ending: string): string {
  return `inline; filename="${id}.${ending}"`;
}
