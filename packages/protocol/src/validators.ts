import { encodeCbor } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';

/** Most validators of a chain; bounds the lines of a checkpoint. */
export const VALIDATORS_MAX = 100;
/** Most voting power of one validator: sums and their triples stay exact integers. */
export const VALIDATOR_POWER_MAX = 1_000_000_000;

/** An organisation that signs checkpoints, with its checkpoint key. */
export interface Validator {
  readonly organisation: string;
  readonly algorithm: SignatureAlgorithm;
  /** Raw public key: 32 bytes of Ed25519, 65 of SM2. */
  readonly publicKey: Uint8Array;
  readonly power: number;
}

/** Validators in the order of their organisations' ids, each organisation once. */
export type ValidatorSet = readonly Validator[];

/** Puts validators in order. Throws TypeError when an organisation is there twice or none is. */
export function validatorSetOf(validators: readonly Validator[]): ValidatorSet {
  const set = validators.toSorted((a, b) => (a.organisation < b.organisation ? -1 : 1));
  if (set.length === 0 || set.length > VALIDATORS_MAX) throw new TypeError('size of validator set');
  for (const [index, validator] of set.entries()) {
    const { organisation, power } = validator;
    if (set[index + 1]?.organisation === organisation) throw new TypeError('organisation twice');
    if (!Number.isSafeInteger(power) || power < 1 || power > VALIDATOR_POWER_MAX) {
      throw new TypeError(`voting power ${power}`);
    }
  }
  return set;
}

/**
 * H(CBOR([number, [[organisation, algorithm, public key, power], …]])), as block entries name a set. `number` counts the changes since
 * the genesis, whose set is number 0: so that no change can be left out, and a set that comes back is another one.
 */
export function validatorsDigest(
  hashName: HashName,
  set: ValidatorSet,
  number: number,
): Uint8Array {
  const members = set.map((v) => [v.organisation, v.algorithm, v.publicKey, v.power]);
  return hash(hashName, encodeCbor([number, members]));
}

/** The whole voting power of a set. */
export function totalPower(set: ValidatorSet): number {
  let total = 0;
  for (const validator of set) total += validator.power;
  return total;
}

/** Whether `power` out of `total` makes a checkpoint final: more than two thirds. */
export function isQuorum(power: number, total: number): boolean {
  return power * 3 > total * 2;
}
