import { checkMembershipGenesis } from '@hefu/module-membership';
import { parseGenesis } from '@hefu/protocol';
import type { GenesisDocument } from '@hefu/protocol';
import { StartError } from './start-fault.ts';

/**
 * A JSON value as a genesis document that a chain can begin with: of the format, and such that membership takes it. Throws
 * StartError `genesis-invalid` with a line for each fault, `pointer: what is wrong`.
 */
export function requireGenesis(json: unknown): GenesisDocument {
  const verdict = parseGenesis(json);
  if (!verdict.ok) throw invalid(verdict.faults.map(({ pointer, detail }) => [pointer, detail]));
  const faults = checkMembershipGenesis(verdict.genesis);
  if (faults.length > 0) throw invalid(faults.map(({ pointer, code }) => [pointer, code]));
  return verdict.genesis;
}

function invalid(faults: readonly (readonly [pointer: string, what: string])[]): StartError {
  return new StartError('genesis-invalid', 'no chain can begin with this genesis', {
    details: faults.map(([pointer, what]) => `${pointer}: ${what}`),
  });
}
