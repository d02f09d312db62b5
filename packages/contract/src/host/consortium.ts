import { decodeCbor } from '@hefu/bytes';
import { MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import type { Policy } from '../policy.ts';
import { isPlainObject } from '../plain.ts';
import type { StatePort } from '../state-port.ts';
import type { ConsortiumPort } from './native-host-types.ts';

/** Collection of the membership contract that holds what the consortium agreed for itself. */
export const PARAMETERS_COLLECTION = 'parameters';
/** Its record `{kind: 'governance', policy}`. */
export const GOVERNANCE_PARAMETER = 'governance';
/** Its record `{kind: 'organisations', active}`: how many are not suspended. */
export const ORGANISATIONS_PARAMETER = 'organisations';

/** Reads what policies ask from the state of the membership contract. */
export const membershipConsortium: ConsortiumPort = {
  governancePolicy(state) {
    // The contract checked the policy's form before it wrote it.
    return parameter(state, GOVERNANCE_PARAMETER)?.['policy'] as Policy | undefined;
  },
  organisationCount(state) {
    const active = parameter(state, ORGANISATIONS_PARAMETER)?.['active'];
    return typeof active === 'number' ? active : 0;
  },
};

function parameter(state: StatePort, key: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = state.get(MEMBERSHIP_CONTRACT, PARAMETERS_COLLECTION, key);
  if (bytes === undefined) return undefined;
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok) throw new Error(`state of membership/parameters/${key}: ${decoded.code}`);
  return isPlainObject(decoded.value) ? decoded.value : undefined;
}
