import { parseTrustAsync } from '@hefu/protocol';
import type { TrustDocument } from '@hefu/protocol';
import { HefuClient } from '@hefu/sdk';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { nodeAddress } from './connect.ts';

/** A client that verifies against the trust file that the node gives now. Throws CliFault when that does not hold. */
export async function trustedClient(
  context: CommandContext,
): Promise<{ readonly client: HefuClient; readonly trust: TrustDocument }> {
  const settings = { ...nodeAddress(context), now: context.io.now };
  const trust = await new HefuClient({ ...settings, verify: false }).trust();
  const verdict = await parseTrustAsync(trust);
  if (verdict.ok) return { trust, client: new HefuClient({ ...settings, trust: verdict.trust }) };
  throw new CliFault({
    code: verdict.code,
    exitCode: EXIT.refused,
    what: 'the trust file that the node gives does not hold',
  });
}
