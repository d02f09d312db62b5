import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ChainHost } from '../chain-host.ts';
import { readRange } from '../http/range.ts';
import { json, octets } from '../http/openapi/operation.ts';
import type { ApiOperation } from '../http/openapi/operation.ts';
import type { App } from '../http/zod-provider.ts';
import { ProblemError, refusalError } from '../problems/problem-error.ts';
import {
  challengeRequestSchema,
  challengeSchema,
  offerSchema,
  pullRequestSchema,
} from './exchange-messages.ts';
import { makeChallenge, makeOffer, openTicket } from './granter.ts';
import type { SharingChain } from './granter.ts';

/** Most ciphertext in one answer: between two of them the grant is judged again. */
export const CIPHERTEXT_BYTES_MAX = 64 * 1024 * 1024;
const TICKET_CHARS_MAX = 300;
const CONTENT_RANGE = { name: 'Content-Range', description: 'Which bytes of how many.' };

const API = {
  challenge: {
    tag: 'vault',
    summary: 'Begins an exchange: the node proves its organisation and asks for the same.',
    access: 'public',
    answers: { 200: { description: 'A challenge.', content: json(challengeSchema) } },
    problems: ['exchange-unavailable', 'receipt-unavailable', 'signer-unavailable'],
  },
  pull: {
    tag: 'vault',
    summary: 'Gives the grantee of an object its wrapped key, and a ticket for the ciphertext.',
    access: 'public',
    answers: { 200: { description: 'The offer.', content: json(offerSchema) } },
    problems: [
      'exchange-refused',
      'recipient-not-registered',
      'vault-held',
      'grant-ended',
      'object-erased',
      'object-unknown',
      'object-damaged',
      'decryption-key-missing',
      'storage-unreachable',
      'receipt-unavailable',
    ],
  },
  ciphertext: {
    tag: 'vault',
    summary: 'Streams ciphertext of a pull, one range of bytes.',
    access: 'public',
    headers: [
      { name: 'Range', description: '`bytes=0-99`; one range, at most 64 MiB of it come.' },
    ],
    answers: {
      206: { description: 'The range.', headers: [CONTENT_RANGE], content: octets },
    },
    problems: [
      'exchange-refused',
      'vault-held',
      'grant-ended',
      'object-erased',
      'object-unknown',
      'object-damaged',
      'range-not-satisfiable',
      'storage-unreachable',
    ],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

const ticketParams = z.object({ ticket: z.string().max(TICKET_CHARS_MAX) });
const ticketQuery = z.strictObject({
  bytes: z.coerce.number().int().min(0).describe('Bytes of all the ciphertext, as offered.'),
});

/**
 * `/v1/exchange/…`: how another organisation's node pulls what it was granted (docs/formats/exchange.md). No session, no
 * account: both sides prove themselves with keys on the ledger, over fresh bytes of the other.
 */
export function addExchangeRoutes(scope: App, host: ChainHost): void {
  const { sharing } = host;
  if (sharing === undefined) return;
  const chain: SharingChain = { ...host, sharing };
  scope.post(
    '/v1/exchange/challenges',
    { schema: { body: challengeRequestSchema }, config: { api: API.challenge } },
    (request) => makeChallenge(chain, request.body, sharing.nowMs()),
  );
  scope.post(
    '/v1/exchange/pulls',
    { schema: { body: pullRequestSchema }, config: { api: API.pull } },
    (request) => makeOffer(chain, request.body, sharing.nowMs()),
  );
  scope.get(
    '/v1/exchange/ciphertext/:ticket',
    {
      schema: { params: ticketParams, querystring: ticketQuery },
      config: { api: API.ciphertext },
    },
    async (request, reply) => {
      const { object, sealId } = openTicket(chain, request.params.ticket, sharing.nowMs());
      const { bytes } = request.query;
      const wanted = readRange(request.headers.range ?? 'bytes=0-', bytes);
      if (wanted.kind !== 'part') throw new ProblemError('range-not-satisfiable');
      const { start } = wanted.range;
      const end = Math.min(wanted.range.end + 1, start + CIPHERTEXT_BYTES_MAX);
      void reply
        .code(206)
        .header('content-type', 'application/octet-stream')
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'no-store')
        .header('content-range', `bytes ${start}-${end - 1}/${bytes}`)
        .header('content-length', String(end - start));
      // HEAD is answered without opening what nobody would read.
      if (request.method === 'HEAD') return reply.send();
      const found = await chain.vault.sealed(object, sealId, { start, end });
      if (!found.ok) throw refusalError(found.code);
      return reply.send(Readable.from(found.content, { objectMode: false }));
    },
  );
}
