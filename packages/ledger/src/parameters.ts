import { decodeCbor } from '@hefu/bytes';
import { digestOfParameters, MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import type { GenesisDocument } from '@hefu/protocol';
import type { ChainSpec } from './chain-spec.ts';
import type { ReadValue } from './state/signer-directory.ts';

/** Collection of membership that holds what the consortium agreed for itself. */
export const PARAMETERS_COLLECTION = 'parameters';
/** Its record `{kind: 'chain', algorithms, values}`. */
export const CHAIN_PARAMETER = 'chain';
/** The event that tells of their change, with all values as they are from the next block on. */
export const PARAMETERS_CHANGED = `${MEMBERSHIP_CONTRACT}/parametersChanged`;

export type Parameters = GenesisDocument['parameters'];

/** Parameters with the digest that block entries name. */
export interface ParametersRecord {
  readonly values: Parameters;
  readonly digest: Uint8Array;
}

/**
 * Reads the chain's parameters from the state: those of the genesis until governance changes them. What the state after block h says
 * is in force from h + 1.
 */
export class ParametersReader {
  readonly #spec: ChainSpec;
  readonly #genesis: ParametersRecord;
  /** By the very bytes: the state gives the same ones until somebody writes them anew. */
  readonly #decoded = new WeakMap<Uint8Array, ParametersRecord>();

  constructor(spec: ChainSpec) {
    this.#spec = spec;
    this.#genesis = { values: spec.parameters, digest: spec.parametersDigest };
  }

  read(value: ReadValue): ParametersRecord {
    const bytes = value(MEMBERSHIP_CONTRACT, PARAMETERS_COLLECTION, CHAIN_PARAMETER);
    if (bytes === undefined) return this.#genesis;
    const known = this.#decoded.get(bytes);
    if (known !== undefined) return known;
    const values = valuesOf(bytes);
    const record = { values, digest: digestOfParameters(this.#spec.genesis.suite, values) };
    this.#decoded.set(bytes, record);
    return record;
  }
}

function valuesOf(bytes: Uint8Array): Parameters {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  const values = decoded.ok ? fieldOf(decoded.value, 'values') : undefined;
  // The contract checked the form before it wrote it.
  if (typeof values === 'object' && values !== null) return values as Parameters;
  throw new Error('the record of the chain’s parameters is malformed');
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[field];
}

/** The parameters that a row's events say are in force from the next block on; undefined when they say nothing of them. */
export function parametersIn(events: Uint8Array): Parameters | undefined {
  const decoded = decodeCbor(events, { maps: 'object' });
  if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
  let found: unknown;
  for (const event of decoded.value as readonly unknown[]) {
    if (!Array.isArray(event) || event[0] !== PARAMETERS_CHANGED) continue;
    found = fieldOf(event[1], 'values');
  }
  return typeof found === 'object' && found !== null ? (found as Parameters) : undefined;
}
