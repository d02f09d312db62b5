import { encodeCbor, fromHex, toBase64Url } from '@hefu/bytes';
import { FOREIGN_STATEMENT_BYTES_MAX } from '@hefu/protocol';
import type { ValidatorReceipt } from '@hefu/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChainHost } from '../../chain-host.ts';
import type { NodeMetrics } from '../../metrics/node-metrics.ts';
import type { ProblemCode } from '../../problems/catalogue.ts';
import { ProblemError, refusalError } from '../../problems/problem-error.ts';
import { SCITT_PROBLEMS } from '../../problems/scitt-problems.ts';
import { chooseMediaType } from '../accept.ts';
import { takeBytes } from '../body.ts';
import type { ApiAnswer, ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { answerConcisely } from './concise-problem.ts';
import { receiptKey, receiptKeyId, receiptKeySet } from './key-set.ts';

const COSE = 'application/cose';
const STATEMENT_TYPE = 'application/scitt-statement+cose';
const RECEIPT_OFFERS = [COSE, 'application/scitt-receipt+cose'] as const;
const CBOR = 'application/cbor';
/** Seconds after which a receipt that is not final yet is worth another question. */
const RETRY_SECONDS = 1;
/** Keys of validators change seldom; what was issued under old ones stays in the set. */
const KEYS_CACHE_CONTROL = 'public, max-age=3600';

const validatorQuery = z.strictObject({
  validator: z
    .string()
    .max(32)
    .optional()
    .describe('Organisation whose receipt it is to be; the first one that signed unless given.'),
});

const RECEIPT: ApiAnswer['content'] & object = {
  [COSE]: { schema: 'bytes' },
  'application/scitt-receipt+cose': { schema: 'bytes' },
};
const LOCATION = { name: 'Location', description: 'Where the receipt is found from now on.' };
const RETRY = { name: 'Retry-After', description: 'Seconds after which to ask again.' };

const REGISTER: ApiOperation = {
  tag: 'scitt',
  summary: 'Registers a Signed Statement of a known issuer.',
  description: 'draft-ietf-scitt-scrapi-11 §2.3. What is registered is in a block on disk.',
  access: 'reader',
  concise: true,
  body: { [COSE]: { schema: 'bytes' }, [STATEMENT_TYPE]: { schema: 'bytes' } },
  answers: {
    201: { description: 'A receipt for it.', headers: [LOCATION], content: RECEIPT },
    202: { description: 'Registered; no receipt is final yet.', headers: [LOCATION, RETRY] },
  },
  problems: [
    ...(Object.keys(SCITT_PROBLEMS) as ProblemCode[]),
    'suite-has-no-standard',
    'algorithm-not-admitted',
    'unknown-signer',
    'issuer-mismatch',
    'key-wrong-purpose',
    'key-not-valid',
    'signature-wrong',
    'member-suspended',
    'organisation-suspended',
    'statement-quota-exceeded',
    'queue-full',
    'store-full',
    'halted',
    'disk-low',
    'chain-read-only',
    'not-acceptable',
    'receipt-unavailable',
    'validator-not-found',
  ],
};

const RESOLVE: ApiOperation = {
  tag: 'scitt',
  summary: 'Gives the receipt of a registered statement.',
  description: 'draft-ietf-scitt-scrapi-11 §2.4. The locator is the hexadecimal digest.',
  access: 'public',
  concise: true,
  answers: {
    200: { description: 'One validator’s receipt.', headers: [LOCATION], content: RECEIPT },
    204: { description: 'No receipt is final yet.', headers: [RETRY] },
    304: { description: 'What the client has is what would be sent (If-None-Match).' },
  },
  problems: [
    'scitt-locator-invalid',
    'scitt-entry-not-found',
    'suite-has-no-standard',
    'not-acceptable',
    'receipt-unavailable',
    'validator-not-found',
  ],
};

const ALL_RECEIPTS: ApiOperation = {
  ...RESOLVE,
  summary: 'Gives the receipts of a registered statement by all validators.',
  description: 'An array of byte strings, as it stands under label 394 of a Transparent Statement.',
  answers: {
    ...RESOLVE.answers,
    200: { description: 'All receipts.', content: { [CBOR]: { schema: 'bytes' } } },
  },
};

const KEY_SET: ApiOperation = {
  tag: 'scitt',
  summary: 'Gives the keys that receipts are verified with.',
  description: 'A COSE Key Set (RFC 9052 §7) of all validators, former ones too.',
  access: 'public',
  concise: true,
  answers: {
    200: { description: 'The keys.', content: { [CBOR]: { schema: 'bytes' } } },
    304: { description: 'What the client has is what would be sent (If-None-Match).' },
  },
  problems: ['suite-has-no-standard'],
};

const ONE_KEY: ApiOperation = {
  ...KEY_SET,
  summary: 'Gives the key of a `kid` that stands in a receipt.',
  description: 'A COSE_Key; the `kid` is written in base64url without padding.',
  problems: ['suite-has-no-standard', 'scitt-key-not-found'],
};

export interface ScittRoutesOptions {
  readonly chain: ChainHost;
  readonly metrics: NodeMetrics;
}

/**
 * The interface of SCITT, draft-ietf-scitt-scrapi-11: registering statements of other systems, their receipts, the keys of these.
 * Receipts fix SHA-256, so that a GM chain answers 406 everywhere.
 */
export async function addScittRoutes(
  app: App,
  { chain, metrics }: ScittRoutesOptions,
): Promise<void> {
  const { prefix } = app;
  await app.register(async (plain) => {
    const scope = plain as App;
    scope.removeAllContentTypeParsers();
    takeBytes(scope, [COSE, STATEMENT_TYPE]);
    answerConcisely(scope);
    addEntryRoutes(scope, { chain, metrics, location: (id) => `${prefix}/scitt/entries/${id}` });
    addKeyRoutes(scope, chain);
  });
}

interface EntryRoutesOptions extends ScittRoutesOptions {
  readonly location: (id: string) => string;
}

function addEntryRoutes(app: App, { chain, metrics, location }: EntryRoutesOptions): void {
  const port = chain.scitt;
  app.post(
    '/scitt/entries',
    { bodyLimit: FOREIGN_STATEMENT_BYTES_MAX, config: { api: REGISTER, guard: 'signed' } },
    async (request, reply) => {
      requireStandard(chain);
      const type = receiptType(request);
      const { body } = request;
      if (!(body instanceof Uint8Array)) throw new ProblemError('scitt-malformed');
      const result = await port.register(body);
      const code = result.ok ? 'ok' : result.code;
      metrics.statementsSubmitted(chain.chain, [{ code }], reply.elapsedTime);
      if (!result.ok) throw refusalError(result.code);
      void reply.header('location', location(result.id)).header('cache-control', 'no-store');
      const found = port.receiptsOf(digestOf(result.id));
      if (!found.ok) return reply.code(202).header('retry-after', String(RETRY_SECONDS)).send();
      const [first] = found.receipts;
      if (first === undefined) throw new ProblemError('receipt-unavailable');
      return reply.code(201).header('content-type', type).send(Buffer.from(first.bytes));
    },
  );
  app.get(
    '/scitt/entries/:id',
    { schema: { querystring: validatorQuery }, config: { api: RESOLVE } },
    (request, reply) => {
      const type = receiptType(request);
      const { id } = request.params as { readonly id: string };
      const receipts = finalReceipts(chain, id);
      if (receipts === undefined) return notFinal(reply);
      const receipt = chooseReceipt(chain, receipts, request.query.validator);
      return reply
        .header('location', location(id))
        .header('content-type', type)
        .header('cache-control', 'public, no-cache')
        .send(Buffer.from(receipt.bytes));
    },
  );
  app.get('/scitt/entries/:id/receipts', { config: { api: ALL_RECEIPTS } }, (request, reply) => {
    const { id } = request.params as { readonly id: string };
    const receipts = finalReceipts(chain, id);
    if (receipts === undefined) return notFinal(reply);
    return sendCbor(reply, encodeCbor(receipts.map(({ bytes }) => bytes)), 'public, no-cache');
  });
}

function addKeyRoutes(app: App, chain: ChainHost): void {
  app.get('/.well-known/scitt-keys', { config: { api: KEY_SET } }, (_request, reply) => {
    requireStandard(chain);
    return sendCbor(reply, receiptKeySet(chain.scitt.keys()), KEYS_CACHE_CONTROL);
  });
  app.get('/.well-known/scitt-keys/:kid', { config: { api: ONE_KEY } }, (request, reply) => {
    requireStandard(chain);
    const { kid } = request.params as { readonly kid: string };
    const found = chain.scitt.keys().find((key) => toBase64Url(receiptKeyId(key)) === kid);
    if (found === undefined) throw new ProblemError('scitt-key-not-found');
    return sendCbor(reply, encodeCbor(receiptKey(found)), KEYS_CACHE_CONTROL);
  });
}

function requireStandard(chain: ChainHost): void {
  if (chain.hashName !== 'sha256') throw new ProblemError('suite-has-no-standard');
}

function receiptType(request: FastifyRequest): string {
  const type = chooseMediaType(request.headers.accept, RECEIPT_OFFERS);
  if (type === undefined) throw new ProblemError('not-acceptable');
  return type;
}

/** Undefined while none is final. */
function finalReceipts(chain: ChainHost, id: string): readonly ValidatorReceipt[] | undefined {
  requireStandard(chain);
  const found = chain.scitt.receiptsOf(digestOf(id));
  if (found.ok) return found.receipts;
  if (found.code === 'not-final') return undefined;
  throw new ProblemError(found.code);
}

function chooseReceipt(
  chain: ChainHost,
  receipts: readonly ValidatorReceipt[],
  asked: string | undefined,
): ValidatorReceipt {
  const chosen = receipts.find(({ organisation }) => asked === undefined || organisation === asked);
  if (chosen !== undefined) return chosen;
  const known = chain.scitt.keys().some(({ organisation }) => organisation === asked);
  throw new ProblemError(
    known || asked === undefined ? 'receipt-unavailable' : 'validator-not-found',
  );
}

function digestOf(id: string): Uint8Array {
  const digest = id.length === 64 ? fromHex(id) : undefined;
  if (digest === undefined) throw new ProblemError('scitt-locator-invalid');
  return digest;
}

function notFinal(reply: FastifyReply): FastifyReply {
  return reply
    .code(204)
    .header('retry-after', String(RETRY_SECONDS))
    .header('cache-control', 'no-store')
    .send();
}

function sendCbor(reply: FastifyReply, bytes: Uint8Array, cacheControl: string): FastifyReply {
  return reply
    .header('content-type', CBOR)
    .header('cache-control', cacheControl)
    .send(Buffer.from(bytes));
}
