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

/** Collection that asks policies of methods besides their contracts' own; key = `contract/method`. */
export const POLICIES_COLLECTION = 'policies';

/** A record of it: what is asked from height `from` on, and what before; null asks nothing. */
interface MethodPolicy {
  readonly policy: Policy | null;
  readonly from: number;
  readonly before: Policy | null;
}

// By the very bytes: the state gives the same ones until somebody writes them anew.
const methodPolicies = new WeakMap<Uint8Array, MethodPolicy>();

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
  methodPolicy(state, contract, method, height) {
    const bytes = state.get(MEMBERSHIP_CONTRACT, POLICIES_COLLECTION, `${contract}/${method}`);
    if (bytes === undefined) return undefined;
    let record = methodPolicies.get(bytes);
    if (record === undefined) {
      // The contract checked the record's form before it wrote it.
      record = mapOf(bytes, POLICIES_COLLECTION) as unknown as MethodPolicy;
      methodPolicies.set(bytes, record);
    }
    return (height >= record.from ? record.policy : record.before) ?? undefined;
  },
};

function parameter(state: StatePort, key: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = state.get(MEMBERSHIP_CONTRACT, PARAMETERS_COLLECTION, key);
  return bytes === undefined ? undefined : mapOf(bytes, PARAMETERS_COLLECTION);
}

function mapOf(bytes: Uint8Array, collection: string): Readonly<Record<string, unknown>> {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (decoded.ok && isPlainObject(decoded.value)) return decoded.value;
  throw new Error(`state of membership/${collection}: ${decoded.ok ? 'no map' : decoded.code}`);
}
