import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import type { Config } from '../../config/schema.ts';
import { ProblemError, refusalError } from '../../problems/problem-error.ts';
import { erasurePlace, valueAt } from '../../sharing/chain-records.ts';
import { addStreamRoutes, announcedSize, bounded } from '../body.ts';
import { addExchangeRoutes } from '../../sharing/exchange-routes.ts';
import { requireErasuresKnown } from '../../sharing/require-erasures-known.ts';
import { addSharingRoutes } from '../../sharing/sharing-routes.ts';
import { requireOperator } from '../viewer.ts';
import { json, NOT_MODIFIED, octets } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';
import { describeObject, detailOf, findObject, sendObject } from './send-object.ts';
import { digestParams, digestText } from './statement-id.ts';
import { addVaultListingRoutes } from './vault-listing-routes.ts';

const storedView = z.strictObject({
  digest: digestText,
  size: z.int(),
  sha256: digestText,
  sm3: digestText,
});

const FOUND_PROBLEMS = [
  'object-unknown',
  'object-erased',
  'object-damaged',
  'decryption-key-missing',
  'storage-unreachable',
] as const;

const API = {
  put: {
    tag: 'vault',
    summary: 'Streams an object in.',
    access: 'operator',
    body: octets,
    answers: {
      200: { description: 'It was there already.', content: json(storedView) },
      201: { description: 'It is there now.', content: json(storedView) },
    },
    problems: [
      'object-mismatch',
      'object-too-large',
      'object-erased',
      'quota-exceeded',
      'storage-full',
      'storage-read-only',
      'storage-unreachable',
      'store-full',
      'digest-malformed',
    ],
  },
  get: {
    tag: 'vault',
    summary: 'Streams an object out, whole or one range of it.',
    access: 'operator',
    headers: [
      { name: 'Range', description: '`bytes=0-99`; one range.' },
      { name: 'If-Range', description: 'The ETag for which the range is meant.' },
    ],
    answers: {
      200: { description: 'The whole.', content: octets },
      206: {
        description: 'The range.',
        headers: [{ name: 'Content-Range', description: 'Which bytes of how many.' }],
        content: octets,
      },
      304: NOT_MODIFIED,
    },
    problems: [...FOUND_PROBLEMS, 'range-not-satisfiable', 'vault-held'],
  },
  head: {
    tag: 'vault',
    summary: 'Tells the size of an object.',
    access: 'operator',
    answers: {
      200: {
        description: 'It is there.',
        headers: [{ name: 'Content-Length', description: 'Its size in bytes.' }],
      },
    },
    problems: FOUND_PROBLEMS,
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/**
 * `/v1/vault/objects/{digest}`: contents by digest, for the operator alone. PUT streams in, GET streams out (one byte
 * range at a time), HEAD tells the size; nothing is ever held whole.
 */
export async function addVaultRoutes(
  app: App,
  chain: ChainHost,
  node: NodeHost,
  config: Config,
): Promise<void> {
  await addStreamRoutes(app, (scope) => {
    scope.addHook('onRequest', async (request) => requireOperator(request, node.credentials));
    scope.put(
      '/v1/vault/objects/:digest',
      { schema: { params: digestParams }, config: { api: API.put } },
      async (request, reply) => putObject(request, reply, request.params.digest, chain, config),
    );
    scope.get(
      '/v1/vault/objects/:digest',
      { schema: { params: digestParams }, exposeHeadRoute: false, config: { api: API.get } },
      async (request, reply) => {
        requireErasuresKnown(chain);
        return sendObject(request, reply, request.params.digest, chain.vault);
      },
    );
    scope.head(
      '/v1/vault/objects/:digest',
      { schema: { params: digestParams }, config: { api: API.head } },
      async (request, reply) => {
        const stat = await findObject(chain.vault, request.params.digest);
        return describeObject(reply, request.params.digest)
          .header('content-length', String(stat.size))
          .send();
      },
    );
  });
  addVaultListingRoutes(app, chain, node, config);
  addExchangeRoutes(app, chain);
  addSharingRoutes(app, chain, node);
}

async function putObject(
  request: FastifyRequest,
  reply: FastifyReply,
  digest: string,
  chain: ChainHost,
  config: Config,
): Promise<FastifyReply> {
  const { objectBytesMax } = config.vault;
  const size = announcedSize(request.headers['content-length'], objectBytesMax);
  // After a restore the vault may have no tombstone of what the ledger says was erased.
  if (valueAt(chain.reader, erasurePlace(chain.organisation, digest)) !== undefined) {
    throw new ProblemError('object-erased');
  }
  const known = await chain.vault.has(digest);
  const put = await chain.vault.put(bounded(request.body, objectBytesMax), {
    expectedDigest: digest,
    ...(size === undefined ? {} : { size }),
  });
  if (!put.ok) throw refusalError(put.code, detailOf(put));
  return reply.code(known ? 200 : 201).send({
    digest: put.digest,
    size: put.size,
    sha256: put.sha256,
    sm3: put.sm3,
  });
}
