import { handoverRows, validatorsOfSize } from '@hefu/ledger';
import type { ChainReader } from '@hefu/ledger';
import type { ValidatorSet } from '@hefu/protocol';

/** The set that signs the checkpoint of this size. */
export function setOfSize(reader: ChainReader, size: number): ValidatorSet {
  return validatorsOfSize(reader, size).set;
}

/** Every set that has signed checkpoints of the chain, the one in force last: receipts by all of them stay good. */
export function allSets(reader: ChainReader): readonly ValidatorSet[] {
  return [reader.spec.validators, ...handoverRows(reader).map(({ set }) => set)];
}
