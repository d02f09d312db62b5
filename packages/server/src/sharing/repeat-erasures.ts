import { toHex } from '@hefu/bytes';
import { parseTrust } from '@hefu/protocol';
import type { ChainHost } from '../chain-host.ts';
import { erasurePlace, grantPlace, readGrant, valueAt } from './chain-records.ts';
import { keptPulls } from './kept-pulls.ts';
import type { KeptPull } from './kept-pulls.ts';

/** Objects looked at per listing. */
const OBJECTS_PAGE = 1000;

type Chain = Pick<ChainHost, 'organisation' | 'reader' | 'spec' | 'vault' | 'sharing'>;

/**
 * Destroys again what the ledger says was erased: objects that came back with a backup older than their erasure. One's own by one's own
 * records; granted ones by the records of granters on this chain (granters on other chains are asked by `watchPulls`). How many.
 */
export async function repeatErasures(chain: Chain): Promise<number> {
  return (await eraseOwn(chain)) + (await eraseGranted(chain));
}

async function eraseOwn({ organisation, reader, vault }: Chain): Promise<number> {
  let erased = 0;
  let after: string | undefined;
  for (;;) {
    const page = await vault.list({
      ...(after === undefined ? {} : { after }),
      limit: OBJECTS_PAGE,
    });
    for (const { digest } of page) {
      if (valueAt(reader, erasurePlace(organisation, digest)) === undefined) continue;
      if ((await vault.erase(digest)).ok) erased++;
    }
    after = page.at(-1)?.digest;
    if (page.length < OBJECTS_PAGE) return erased;
  }
}

/** Only by grants of this very chain: an organisation of the same name on another one has no say here. */
async function eraseGranted(chain: Chain): Promise<number> {
  const { sharing, reader } = chain;
  if (sharing === undefined) return 0;
  const granters = await sharing.granted.granters();
  let erased = 0;
  for (const kept of await keptPulls(sharing.pullsDirectory)) {
    if (!isOfChain(chain, kept)) continue;
    const grant = readGrant(valueAt(reader, grantPlace(kept.grant)));
    if (grant === undefined || !granters.includes(grant.granter)) continue;
    if (valueAt(reader, erasurePlace(grant.granter, grant.object)) === undefined) continue;
    const vault = await sharing.granted.of(grant.granter);
    if ((await vault.has(grant.object)) && (await vault.erase(grant.object)).ok) erased++;
  }
  return erased;
}

function isOfChain({ spec }: Chain, { trust }: KeptPull): boolean {
  if (trust === undefined) return true;
  const parsed = parseTrust(trust);
  return parsed.ok && toHex(parsed.trust.genesis) === toHex(spec.genesisDigest);
}
