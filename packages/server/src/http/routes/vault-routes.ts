import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { ObjectInfo } from '@hefu/vault';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import type { Config } from '../../config/schema.ts';
import { ProblemError, refusalError } from '../../problems/problem-error.ts';
import { addStreamRoutes, announcedSize, bounded } from '../body.ts';
import { matchesTag } from '../entity-tag.ts';
import { readRange } from '../range.ts';
import { requireOperator } from '../viewer.ts';
import type { App } from '../zod-provider.ts';
import { digestParams } from './statement-id.ts';

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
      { schema: { params: digestParams } },
      async (request, reply) => putObject(request, reply, request.params.digest, chain, config),
    );
    scope.get(
      '/v1/vault/objects/:digest',
      { schema: { params: digestParams }, exposeHeadRoute: false },
      async (request, reply) => getObject(request, reply, request.params.digest, chain),
    );
    scope.head(
      '/v1/vault/objects/:digest',
      { schema: { params: digestParams } },
      async (request, reply) => {
        const stat = await findObject(chain, request.params.digest);
        return describeObject(reply, request.params.digest)
          .header('content-length', String(stat.size))
          .send();
      },
    );
  });
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

async function getObject(
  request: FastifyRequest,
  reply: FastifyReply,
  digest: string,
  chain: ChainHost,
): Promise<FastifyReply> {
  const stat = await findObject(chain, digest);
  void describeObject(reply, digest);
  if (matchesTag(request.headers['if-none-match'], `"${digest}"`)) return reply.code(304).send();
  const ifRange = request.headers['if-range'];
  const wanted =
    ifRange === undefined || ifRange === `"${digest}"`
      ? readRange(request.headers.range, stat.size)
      : ({ kind: 'whole' } as const);
  if (wanted.kind === 'unsatisfiable') {
    throw new ProblemError('range-not-satisfiable', {
      headers: { 'content-range': `bytes */${stat.size}` },
    });
  }
  const range = wanted.kind === 'part' ? wanted.range : undefined;
  const found = await chain.vault.get(
    digest,
    range === undefined ? {} : { start: range.start, end: range.end + 1 },
  );
  if (!found.ok) throw refusalError(found.code, detailOf(found));
  const content = Readable.from(found.content, { objectMode: false });
  if (range === undefined) {
    return reply.header('content-length', String(stat.size)).send(content);
  }
  return reply
    .code(206)
    .header('content-range', `bytes ${range.start}-${range.end}/${stat.size}`)
    .header('content-length', String(range.end - range.start + 1))
    .send(content);
}

function describeObject(reply: FastifyReply, digest: string): FastifyReply {
  return reply
    .header('content-type', 'application/octet-stream')
    .header('x-content-type-options', 'nosniff')
    .header('accept-ranges', 'bytes')
    .header('etag', `"${digest}"`)
    .header('cache-control', 'private, no-cache');
}

async function findObject(chain: ChainHost, digest: string): Promise<ObjectInfo> {
  const stat = await chain.vault.stat(digest);
  if (!stat.ok) throw refusalError(stat.code, detailOf(stat));
  return stat;
}

function detailOf(fault: { readonly detail?: string }): { readonly detail?: string } {
  return fault.detail === undefined ? {} : { detail: fault.detail };
}
