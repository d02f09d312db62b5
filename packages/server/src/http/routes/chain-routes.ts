import { decodeCbor, toHex } from '@hefu/bytes';
import type { ModuleRecord } from '@hefu/ledger';
import { MEMBERSHIP_CONTRACT } from '@hefu/protocol';
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
      modules: modulesNow(chain, head.height),
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

/** What the chain runs of each module now, what it will switch to when, and whether it is taking over state meanwhile. */
function modulesNow(
  chain: ChainHost,
  height: number,
): readonly {
  readonly name: string;
  readonly version: number;
  readonly next: ModuleRecord['next'];
  readonly migrating: boolean;
}[] {
  return chain.spec.genesis.modules.map(({ name, version }) => {
    const record = recordOf(chain, name, height);
    if (record === undefined) return { name, version, next: null, migrating: false };
    return { name, version: record.version, next: record.next, migrating: record.cursor !== null };
  });
}

function recordOf(chain: ChainHost, name: string, height: number): ModuleRecord | undefined {
  const place = { contract: MEMBERSHIP_CONTRACT, collection: 'modules', key: name };
  const read = chain.reader.stateValue({ ...place, height });
  if (!read.ok || read.value === undefined) return undefined;
  const decoded = decodeCbor(read.value, { maps: 'object' });
  // Written by the ledger and by membership alone, whose schema it has.
  return decoded.ok ? (decoded.value as unknown as ModuleRecord) : undefined;
}
