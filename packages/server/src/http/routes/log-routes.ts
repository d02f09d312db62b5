import { toHex } from '@hefu/bytes';
import { parseTilePath } from '@hefu/merkle';
import type { FastifyRequest } from 'fastify';
import type { ChainHost } from '../../chain-host.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { AnswerCache } from '../answer-cache.ts';
import type { KeptAnswer } from '../answer-cache.ts';
import { CACHE_IMMUTABLE, sendTagged } from '../entity-tag.ts';
import { NOT_MODIFIED, octets, plainText } from '../openapi/operation.ts';
import type { ApiOperation } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';

/** Longest tile path: a level, nine digits more than any safe index has, and the partial width. */
const TILE_PATH_CHARS_MAX = 80;
/** Tiles kept ready to send: two thousand full ones. */
const KEPT_BYTES_MAX: number = 16 * 1024 * 1024;

const API = {
  checkpoint: {
    tag: 'log',
    summary: 'The freshest final checkpoint, a signed note.',
    access: 'public',
    answers: {
      200: {
        description: 'C2SP tlog-checkpoint with the lines of all validators.',
        content: plainText('sample.hefu.example\n42\n…\n\n— sample.hefu.example …\n'),
      },
      304: NOT_MODIFIED,
    },
  },
  vkeys: {
    tag: 'log',
    summary: "The validators' verifier keys, one a line.",
    access: 'public',
    answers: {
      200: { description: 'C2SP vkeys.', content: plainText() },
      304: NOT_MODIFIED,
    },
  },
  tile: {
    tag: 'log',
    summary: 'A hash tile or an entry bundle.',
    description:
      '`<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`, as C2SP tlog-tiles writes them; never changes.',
    access: 'public',
    wildcard: { name: 'path', description: 'Such as `0/x001/234` or `entries/000.p/3`.' },
    answers: { 200: { description: 'The tile.', content: octets }, 304: NOT_MODIFIED },
    problems: ['tile-not-found'],
  },
} as const satisfies Readonly<Record<string, ApiOperation>>;

/**
 * The log by C2SP tlog-tiles: `/log/checkpoint`, `/log/tile/<L>/<N>[.p/<W>]`, `/log/tile/entries/<N>[.p/<W>]`, and the
 * verifier keys at `/log/vkeys`. Anyone may read all of it: entries carry no bodies.
 */
export function addLogRoutes(app: App, chain: ChainHost): void {
  app.get('/log/checkpoint', { config: { api: API.checkpoint } }, (_request, reply) =>
    reply
      .header('content-type', 'text/plain; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(chain.reader.checkpoint()),
  );
  app.get('/log/vkeys', { config: { api: API.vkeys } }, (_request, reply) =>
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
  // A tile of a chain has one content, so that its address makes its tag; another chain behind the same address has another genesis.
  const chainTag = toHex(chain.spec.genesisDigest).slice(0, 16);
  const kept = new AnswerCache(KEPT_BYTES_MAX);
  app.get('/log/tile/*', { config: { api: API.tile } }, (request, reply) => {
    const { body, tag } = findTile(request, chain, { kept, chainTag });
    void reply.header('content-type', 'application/octet-stream');
    return sendTagged(request, reply, body, CACHE_IMMUTABLE, tag);
  });
}

function findTile(
  request: FastifyRequest,
  chain: ChainHost,
  { kept, chainTag }: { readonly kept: AnswerCache; readonly chainTag: string },
): KeptAnswer {
  const { '*': rest = '' } = request.params as { readonly '*'?: string };
  // The path is matched as it was sent, undecoded: a tile has one address, and `%2f` is not part of any.
  const plain = !request.url.includes('%') && !request.url.includes('?');
  if (!plain || rest.length > TILE_PATH_CHARS_MAX) throw new ProblemError('tile-not-found');
  const known = kept.get(rest);
  if (known !== undefined) return known;
  const path = parseTilePath(`tile/${rest}`);
  if (path === undefined) throw new ProblemError('tile-not-found');
  const bytes =
    path.kind === 'entries'
      ? chain.reader.entryBundle(path.index, path.width)
      : chain.reader.tile(path.level, path.index, path.width);
  if (bytes === undefined) throw new ProblemError('tile-not-found');
  const level = path.kind === 'entries' ? 'entries' : path.level;
  return kept.keep(rest, bytes, `"${chainTag}-${level}-${path.index}-${path.width}"`);
}
