import { verifyCheckpoint } from '@hefu/protocol';
import type { Handover } from '@hefu/protocol';
import { HANDOVERS } from './meta-keys.ts';
import type { ChainReader } from './reader.ts';
import { decodeHandover } from './validators.ts';
import type { HandoverRow, NumberedSet } from './validators.ts';

/** The changes of the validators so far, in order. */
export function handoverRows({ store }: Pick<ChainReader, 'store'>): HandoverRow[] {
  return Array.from(store.range('meta', HANDOVERS), ([, row]) => decodeHandover(row));
}

/** The set that signs the checkpoint of `size` entries; of a log that is not so long yet, the one in force now. */
export function validatorsOfSize(reader: ChainReader, size: number): NumberedSet {
  const last = handoverRows(reader).findLast((row) => row.size < size);
  return last ?? { number: 0, set: reader.spec.validators };
}

/**
 * The changes with their proofs, as a trust file carries them: each under the last checkpoint of the set before it. The last one is left out
 * while too few of that set have signed: a file that holds it would not hold.
 */
export function handoversOf(reader: ChainReader): Handover[] {
  const made = handoverRows(reader).map(({ number, size, set }) => {
    const index = size - 1;
    const entry = reader.entry(index);
    const checkpoint = reader.checkpointOfSize(size);
    if (entry === undefined || checkpoint === undefined) {
      throw new Error(`the block of ${size} entries is missing`);
    }
    const block = { entry, index, inclusion: reader.inclusion(index, size) };
    return { number, block, checkpoint, validators: set };
  });
  const last = made.at(-1);
  return last === undefined || isFinal(reader, last) ? made : made.slice(0, -1);
}

function isFinal(reader: ChainReader, { block, checkpoint: note }: Handover): boolean {
  const { chain, genesis } = reader.spec;
  const { set } = validatorsOfSize(reader, block.index + 1);
  return verifyCheckpoint({ note, suite: genesis.suite, chain, set }).ok;
}
