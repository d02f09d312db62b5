import { decodeCbor, encodeCbor } from '@hefu/bytes';
import { MEMBERSHIP_CONTRACT, validatorsDigest } from '@hefu/protocol';
import type { Validator, ValidatorSet } from '@hefu/protocol';
import type { ChainSpec } from './chain-spec.ts';
import { LedgerFault } from './errors.ts';
import { PARAMETERS_COLLECTION } from './parameters.ts';
import type { ReadValue } from './state/signer-directory.ts';

/** Record of membership's parameters: `{kind: 'validators', number, changed, set, before}`; absent before the first change. */
export const VALIDATORS_PARAMETER = 'validators';
/** The event that tells of a change, with the number and the whole of the new set. */
export const VALIDATORS_CHANGED = `${MEMBERSHIP_CONTRACT}/validatorsChanged`;

/** A set of validators, as block entries name it. */
export interface NumberedSet {
  /** Changes since the genesis. */
  readonly number: number;
  readonly set: ValidatorSet;
}

/** A set with the digest that block entries name, and the height of the block that made it; 0 for the genesis' own. */
export interface ValidatorsRecord extends NumberedSet {
  readonly digest: Uint8Array;
  readonly changed: number;
}

/**
 * Reads the chain's validators from the state: those of the genesis until governance changes them. The set that the state after
 * block h holds signs the checkpoints from h + 1 on; that of h, which names it, is the old one's last.
 */
export class ValidatorsReader {
  readonly #spec: ChainSpec;
  readonly #genesis: ValidatorsRecord;
  /** By the very bytes: the state gives the same ones until somebody writes them anew. */
  readonly #decoded = new WeakMap<Uint8Array, ValidatorsRecord>();

  constructor(spec: ChainSpec) {
    this.#spec = spec;
    const { validators: set, validatorsDigest: digest } = spec;
    this.#genesis = { number: 0, set, digest, changed: 0 };
  }

  read(value: ReadValue): ValidatorsRecord {
    const bytes = value(MEMBERSHIP_CONTRACT, PARAMETERS_COLLECTION, VALIDATORS_PARAMETER);
    if (bytes === undefined) return this.#genesis;
    const known = this.#decoded.get(bytes);
    if (known !== undefined) return known;
    const decoded = decodeCbor(bytes, { maps: 'object' });
    const fields = decoded.ok ? (decoded.value as unknown as StoredValidators) : undefined;
    // The contract checked the form before it wrote it.
    if (fields?.set === undefined) throw malformed('record of the validators');
    const { number, set, changed } = fields;
    const digest = validatorsDigest(this.#spec.hashName, set, number);
    const record = { number, set, digest, changed };
    this.#decoded.set(bytes, record);
    return record;
  }
}

interface StoredValidators extends NumberedSet {
  readonly changed: number;
}

/** The set that a row's events say signs from the next block on; undefined when they say nothing of it. */
export function validatorsIn(events: Uint8Array): NumberedSet | undefined {
  const decoded = decodeCbor(events, { maps: 'object' });
  if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
  let found: NumberedSet | undefined;
  for (const event of decoded.value as readonly unknown[]) {
    if (!Array.isArray(event) || event[0] !== VALIDATORS_CHANGED) continue;
    found = numberedSetOf(event[1]);
  }
  return found;
}

/** Undefined for what has not the form that the contract gives it, as in a damaged store. */
function numberedSetOf(data: unknown): NumberedSet | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { number, validators } = data as Readonly<Record<string, unknown>>;
  if (typeof number !== 'number' || !Array.isArray(validators)) return undefined;
  const set = validators.map((each) => {
    const fields = each as Partial<Validator> | null;
    return validatorOf([fields?.organisation, fields?.algorithm, fields?.publicKey, fields?.power]);
  });
  return set.every((each) => each !== undefined) ? { number, set } : undefined;
}

/** A change of the validators as it is kept beside the chain, so that trust files need no search of the log. */
export interface HandoverRow extends NumberedSet {
  /** Entries of the log after the block that made the change: the checkpoint of this size hands over. */
  readonly size: number;
}

/** The row of a handover. */
export function encodeHandover({ number, set, size }: HandoverRow): Uint8Array {
  const members = set.map((v) => [v.organisation, v.algorithm, v.publicKey, v.power]);
  return encodeCbor([number, size, members]);
}

/** Reads what `encodeHandover` wrote. Throws LedgerFault `store-inconsistent` for anything else. */
export function decodeHandover(bytes: Uint8Array): HandoverRow {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok || !Array.isArray(decoded.value)) throw malformed('row of a handover');
  const [number, size, members] = decoded.value as readonly unknown[];
  if (typeof number !== 'number' || typeof size !== 'number' || !Array.isArray(members)) {
    throw malformed('row of a handover');
  }
  const set = members.map(validatorOf);
  if (!set.every((each) => each !== undefined)) throw malformed('row of a handover');
  return { number, size, set };
}

function validatorOf(fields: unknown): Validator | undefined {
  if (!Array.isArray(fields)) return undefined;
  const [organisation, algorithm, publicKey, power] = fields as readonly unknown[];
  const isOne =
    typeof organisation === 'string' &&
    (algorithm === 'ed25519' || algorithm === 'sm2') &&
    publicKey instanceof Uint8Array &&
    typeof power === 'number';
  return isOne ? { organisation, algorithm, publicKey, power } : undefined;
}

function malformed(what: string): LedgerFault {
  return new LedgerFault({ code: 'store-inconsistent', what: `malformed ${what}` });
}
