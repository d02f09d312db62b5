import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { ObjectInfo, Vault } from '@hefu/vault';
import { ProblemError, refusalError } from '../../problems/problem-error.ts';
import { matchesTag } from '../entity-tag.ts';
import { readRange } from '../range.ts';

/** What is decrypted ahead of a client that takes it: as much as the vault reads at a time. */
const AHEAD_BYTES = 1_048_576;

/** Streams an object of a vault out, or what of it is asked for. */
export async function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  digest: string,
  vault: ReadableVault,
): Promise<FastifyReply> {
  const stat = await findObject(vault, digest);
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
  // HEAD is answered without opening what nobody would read.
  if (request.method === 'HEAD') return reply.header('content-length', String(stat.size)).send();
  const found = await vault.get(
    digest,
    range === undefined ? {} : { start: range.start, end: range.end + 1 },
  );
  if (!found.ok) throw refusalError(found.code, detailOf(found));
  const content = Readable.from(found.content, {
    objectMode: false,
    highWaterMark: AHEAD_BYTES,
  });
  if (range === undefined) {
    return reply.header('content-length', String(stat.size)).send(content);
  }
  return reply
    .code(206)
    .header('content-range', `bytes ${range.start}-${range.end}/${stat.size}`)
    .header('content-length', String(range.end - range.start + 1))
    .send(content);
}

/** What an answer says of an object before any of it. */
export function describeObject(reply: FastifyReply, digest: string): FastifyReply {
  return reply
    .header('content-type', 'application/octet-stream')
    .header('x-content-type-options', 'nosniff')
    .header('accept-ranges', 'bytes')
    .header('etag', `"${digest}"`)
    .header('cache-control', 'private, no-cache');
}

/** What answers need of a vault. */
export type ReadableVault = Pick<Vault, 'get' | 'stat'>;

/** What is known of an object; throws the vault's refusal. */
export async function findObject(vault: ReadableVault, digest: string): Promise<ObjectInfo> {
  const stat = await vault.stat(digest);
  if (!stat.ok) throw refusalError(stat.code, detailOf(stat));
  return stat;
}

/** A refusal's detail, where it has one. */
export function detailOf(fault: { readonly detail?: string }): { readonly detail?: string } {
  return fault.detail === undefined ? {} : { detail: fault.detail };
}
