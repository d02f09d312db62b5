import { toHex } from '@hefu/bytes';
import type { ChainHost, NodeHost } from '../../chain-host.ts';
import { toTimeText } from '../json-value.ts';
import { viewerOf } from '../viewer.ts';
import type { App } from '../zod-provider.ts';

/**
 * `GET /v1/chain`: where the chain stands and what it runs; `GET /v1/trust`: the trust file. The genesis document names
 * members, so it is for the consortium; its digest is for everyone.
 */
export function addChainRoutes(app: App, chain: ChainHost, node: NodeHost): void {
  app.get('/v1/chain', (request, reply) => {
    const viewer = viewerOf(request, chain, node.credentials);
    const head = chain.reader.head();
    const { genesis, genesisDigest } = chain.spec;
    return reply
      .header('vary', 'Authorization')
      .header('cache-control', 'no-cache')
      .send({
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
        ...(viewer.kind === 'public' ? {} : { genesis }),
      });
  });
  app.get('/v1/trust', (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .header('content-type', 'application/vnd.hefu.trust+json; charset=utf-8')
      .send(JSON.stringify(chain.reader.trust())),
  );
}
