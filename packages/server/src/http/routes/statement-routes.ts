import { toBase64, toHex } from '@hefu/bytes';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { organisationOfMember } from '@hefu/protocol';
import type { StatementRecord } from '@hefu/ledger';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import type { GatedStatement } from '../../gate.ts';
import { codeTitle } from '../../problems/code-title.ts';
import { chooseLanguage } from '../../problems/language.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { chooseMediaType } from '../accept.ts';
import { toJsonValue, toTimeText } from '../json-value.ts';
import { viewerOf } from '../viewer.ts';
import { json, NOT_MODIFIED } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { digestText, findStatement, statementParams } from './statement-id.ts';

const OFFERS = ['application/json', 'application/cose'] as const;

const statementView = z
  .strictObject({
    id: digestText,
    status: z.literal('committed'),
    chain: z.string(),
    height: z.int(),
    index: z.int().describe('Place in the log.'),
    position: z.int().describe('Place in the block.'),
    time: z.iso.datetime(),
    code: z.string().describe('`ok`, or why it was refused.'),
    title: z.string().optional().describe('Words the code for people.'),
    entry: z.base64(),
    readable: z.boolean().describe('Whether the members below came along.'),
    signer: z.strictObject({
      keyId: digestText,
      member: z.string().optional(),
      organisation: z.string().optional(),
    }),
    contract: z.string().optional(),
    method: z.string().optional(),
    args: z.unknown().optional(),
    expires: z.iso.datetime().optional(),
    output: z.unknown().optional(),
    events: z.array(z.strictObject({ name: z.string(), data: z.unknown() })).optional(),
    eventsHidden: z.int().optional(),
    statement: z.base64().optional(),
  })
  .meta({ id: 'Statement' });

const API: ApiOperation = {
  tag: 'statements',
  summary: 'What a statement said and what became of it.',
  access: 'reader',
  answers: {
    200: {
      description: 'A view as JSON, or with `Accept: application/cose` its very bytes.',
      content: { ...json(statementView), 'application/cose': { schema: 'bytes' } },
    },
    304: NOT_MODIFIED,
  },
  problems: ['statement-not-found', 'not-acceptable', 'not-readable'],
};

/** `GET /v1/statements/{id}`: what it says and what became of it; by `Accept: application/cose` its very bytes. */
export function addStatementRoutes(app: App, chain: ChainHost, node: NodeHost): void {
  app.get(
    '/v1/statements/:id',
    { schema: { params: statementParams }, config: { api: API } },
    (request, reply) => {
      const viewer = viewerOf(request, chain, node.credentials);
      const type = chooseMediaType(request.headers.accept, OFFERS);
      if (type === undefined) throw new ProblemError('not-acceptable');
      const record = findStatement(chain, request.params.id);
      const gated = chain.gate.statement(record, viewer);
      void reply.header('vary', 'Accept, Accept-Language, Authorization');
      if (type === 'application/json') {
        return reply
          .header('cache-control', 'private, no-cache')
          .send(describe(request, chain, record, gated));
      }
      return sendBytes(reply, record, gated);
    },
  );
}

function sendBytes(
  reply: FastifyReply,
  record: StatementRecord,
  gated: GatedStatement,
): FastifyReply {
  if (!gated.readable) throw new ProblemError('not-readable');
  return reply
    .header('content-type', 'application/cose; cose-type="cose-sign1"')
    .header('cache-control', 'private, max-age=31536000, immutable')
    .send(record.statement);
}

/** The public part first; what the statement says only for whoever may read it. */
function describe(
  request: FastifyRequest,
  chain: ChainHost,
  record: StatementRecord,
  gated: GatedStatement,
): object {
  const language = chooseLanguage(request.headers['accept-language']);
  const title = codeTitle(record.code, chain.modules, language);
  return {
    id: toHex(record.id),
    status: 'committed',
    chain: chain.chain,
    height: record.height,
    index: record.index,
    position: record.position,
    time: toTimeText(record.timeMs),
    code: record.code,
    ...(title === undefined ? {} : { title }),
    entry: toBase64(record.entry),
    readable: gated.readable,
    signer: {
      keyId: toHex(record.signerKeyId),
      ...(gated.readable
        ? {
            member: gated.statement.member,
            organisation: organisationOfMember(gated.statement.member),
          }
        : {}),
    },
    ...(gated.readable
      ? {
          contract: gated.statement.contract,
          method: gated.statement.method,
          args: toJsonValue(gated.statement.args),
          expires: toTimeText(gated.statement.expires),
          output: toJsonValue(gated.output),
          events: gated.events.map(({ name, data }) => ({ name, data: toJsonValue(data) })),
          eventsHidden: gated.eventsHidden,
          statement: toBase64(record.statement),
        }
      : {}),
  };
}
