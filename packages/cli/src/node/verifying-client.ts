import { parseTrustAsync } from '@hefu/protocol';
import { HefuClient } from '@hefu/sdk';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { nodeAddress } from './connect.ts';
import { resolvePath } from './data-folder.ts';
import { readTrustFile } from '../verify/trust-file.ts';

/** A client that verifies: against a trust file, or against the one that the node gives now. */
export async function verifyingClient(
  context: CommandContext,
  trustPath: string | undefined,
): Promise<HefuClient> {
  const settings = { ...nodeAddress(context), now: context.io.now };
  if (trustPath !== undefined) {
    const trust = await readTrustFile(resolvePath(context, trustPath));
    return new HefuClient({ ...settings, trust });
  }
  const verdict = await parseTrustAsync(
    await new HefuClient({ ...settings, verify: false }).trust(),
  );
  if (verdict.ok) return new HefuClient({ ...settings, trust: verdict.trust });
  throw new CliFault({
    code: verdict.code,
    exitCode: EXIT.refused,
    what: 'the trust file that the node gives does not hold',
  });
}
