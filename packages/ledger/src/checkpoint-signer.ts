import { equalBytes, toHex } from '@hefu/bytes';
import { isQuorum, signCheckpointLines, totalPower } from '@hefu/protocol';
import type { CheckpointSecret, Validator, ValidatorSet } from '@hefu/protocol';
import type { ChainSpec } from './chain-spec.ts';
import { LedgerFault } from './errors.ts';
import type { CheckpointSigner } from './ports.ts';

/** Signs checkpoints of a chain with a validator's checkpoint key. */
export function noteSigner(options: {
  readonly spec: Pick<ChainSpec, 'chain' | 'genesis'>;
  readonly validator: Validator;
  readonly privateKey: CheckpointSecret;
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

/**
 * Signs each checkpoint with the key that the set in force names for this organisation. `keyOf` finds the private key of a public
 * one. `sign` throws LedgerFault `not-a-validator` or `checkpoint-key-missing`: then nobody could tell the block from a forged one.
 */
export function validatorSigner(options: {
  readonly spec: Pick<ChainSpec, 'chain' | 'genesis'>;
  readonly organisation: string;
  /** Who signs the next checkpoint. */
  readonly set: () => ValidatorSet;
  readonly keyOf: (publicKey: Uint8Array) => CheckpointSecret | undefined;
}): CheckpointSigner & { /** Throws as `sign` would for the next checkpoint. */ ready(): void } {
  const { spec, organisation } = options;
  let last: { readonly publicKey: Uint8Array; readonly signer: CheckpointSigner } | undefined;
  const current = (): CheckpointSigner => {
    const validator = requireValidator(spec.chain, options.set(), organisation);
    const { publicKey } = validator;
    if (last !== undefined && equalBytes(last.publicKey, publicKey)) return last.signer;
    const privateKey = options.keyOf(publicKey);
    if (privateKey === undefined) {
      const key = toHex(publicKey);
      throw new LedgerFault({ code: 'checkpoint-key-missing', organisation, key });
    }
    last = { publicKey, signer: noteSigner({ spec, validator, privateKey }) };
    return last.signer;
  };
  return {
    organisation,
    ready: () => void current(),
    sign: (checkpoint) => current().sign(checkpoint),
  };
}

/** The organisation in a set. Throws LedgerFault `not-a-validator`. */
export function requireValidator(
  chain: string,
  set: ValidatorSet,
  organisation: string,
): Validator {
  const validator = set.find((each) => each.organisation === organisation);
  if (validator === undefined) {
    throw new LedgerFault({ code: 'not-a-validator', chain, organisation });
  }
  return validator;
}

/** Whether an organisation's own line makes a checkpoint final: so it is where one operator runs the chain. */
export function isQuorumAlone(set: ValidatorSet, organisation: string): boolean {
  const own = set.find((each) => each.organisation === organisation);
  return own !== undefined && isQuorum(own.power, totalPower(set));
}
