import { toHex } from '@hefu/bytes';
import type { ChainHost } from '../../chain-host.ts';
import { toTimeText } from '../json-value.ts';
import type { App } from '../zod-provider.ts';

/**
 * `GET /v1/chain`: where the chain stands, what it runs and how it began; `GET /v1/trust`: the trust file. Both are for
 * everyone: membership is public, and a trust file is of use only when strangers can have it.
 */
export function addChainRoutes(app: App, chain: ChainHost): void {
  app.get('/v1/chain', (_request, reply) => {
    const head = chain.reader.head();
    const { genesis, genesisDigest } = chain.spec;
    return reply.header('cache-control', 'no-cache').send({
      chain: chain.chain,
      suite: chain.suite,
      slug: chain.slug,
      organisation: chain.organisation,
      height: head.height,
      time: toTimeText(head.timeMs),
      size: head.size,
      root: toHex(head.root),
      stateRoot: toHex(head.stateRoot),
      prunedHeight: head.prunedHeight,
      genesisDigest: toHex(genesisDigest),
      modules: genesis.modules,
      parameters: genesis.parameters,
      organisations: genesis.organisations,
      genesis,
    });
  });
  app.get('/v1/trust', (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .header('content-type', 'application/vnd.hefu.trust+json; charset=utf-8')
      .send(JSON.stringify(chain.reader.trust())),
  );
}
