import { signCheckpointLines } from '@hefu/protocol';
import type { Validator } from '@hefu/protocol';
import type { ChainSpec } from './chain-spec.ts';
import type { CheckpointSigner } from './ports.ts';

/** Signs checkpoints of a chain with a validator's checkpoint key held in memory. */
export function noteSigner(options: {
  readonly spec: Pick<ChainSpec, 'chain' | 'genesis'>;
  readonly validator: Validator;
  readonly privateKey: Uint8Array;
}): CheckpointSigner {
  const { spec, validator, privateKey } = options;
  return {
    organisation: validator.organisation,
    sign: ({ size, root, timeSeconds }) =>
      signCheckpointLines({
        suite: spec.genesis.suite,
        chain: spec.chain,
        validator,
        privateKey,
        size,
        root,
        timeSeconds,
      }),
  };
}
