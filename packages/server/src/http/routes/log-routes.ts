import { parseTilePath } from '@hefu/merkle';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChainHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { CACHE_IMMUTABLE, sendTagged } from '../entity-tag.ts';
import type { App } from '../zod-provider.ts';

/** Longest tile path: a level, nine digits more than any safe index has, and the partial width. */
const TILE_PATH_CHARS_MAX = 80;

/**
 * The log by C2SP tlog-tiles: `/log/checkpoint`, `/log/tile/<L>/<N>[.p/<W>]`, `/log/tile/entries/<N>[.p/<W>]`, and the
 * verifier keys at `/log/vkeys`. Anyone may read all of it: entries carry no bodies.
 */
export function addLogRoutes(app: App, chain: ChainHost): void {
  app.get('/log/checkpoint', (_request, reply) =>
    reply
      .header('content-type', 'text/plain; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(chain.reader.checkpoint()),
  );
  app.get('/log/vkeys', (_request, reply) =>
    reply
      .header('content-type', 'text/plain; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(
        chain.reader
          .vkeys()
          .map((key) => `${key}\n`)
          .join(''),
      ),
  );
  app.get('/log/tile/*', (request, reply) => sendTile(request, reply, chain));
}

function sendTile(request: FastifyRequest, reply: FastifyReply, chain: ChainHost): FastifyReply {
  const { '*': rest = '' } = request.params as { readonly '*'?: string };
  // The path is matched as it was sent, undecoded: a tile has one address, and `%2f` is not part of any.
  const plain = !request.url.includes('%') && !request.url.includes('?');
  const path =
    plain && rest.length <= TILE_PATH_CHARS_MAX ? parseTilePath(`tile/${rest}`) : undefined;
  if (path === undefined) throw new ProblemError('tile-not-found');
  const bytes =
    path.kind === 'entries'
      ? chain.reader.entryBundle(path.index, path.width)
      : chain.reader.tile(path.level, path.index, path.width);
  if (bytes === undefined) throw new ProblemError('tile-not-found');
  void reply.header('content-type', 'application/octet-stream');
  return sendTagged(request, reply, bytes, CACHE_IMMUTABLE);
}
