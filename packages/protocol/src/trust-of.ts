import { digestOfGenesis } from './genesis-digest.ts';
import type { GenesisDocument } from './genesis-schema.ts';
import { genesisParts } from './genesis.ts';
import { formatTrust } from './trust-document.ts';
import type { Handover, TrustDocument } from './trust-document.ts';

/** The trust file of a chain that began so, with the changes of its validators since. */
export function trustOf(genesis: GenesisDocument, handovers: readonly Handover[]): TrustDocument {
  const { rest, ...parts } = genesisParts(genesis);
  const digest = digestOfGenesis({ ...parts, rest });
  return formatTrust({ ...parts, genesis: digest, genesisRest: rest, handovers });
}
