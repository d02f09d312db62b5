import type { CheckpointSigner } from '@hefu/ledger';
import type { SigningState } from './signing-state.ts';

/**
 * A signer that makes durable what it signs before it signs: no signature leaves the node that its signing state does not know.
 * A disk that takes nothing is a full store to the engine, which leaves the block out and goes on.
 */
export function rememberingSigner(signer: CheckpointSigner, state: SigningState): CheckpointSigner {
  return {
    organisation: signer.organisation,
    sign(checkpoint) {
      try {
        state.intend(checkpoint);
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause;
        throw Object.assign(new Error('there is no room for the signing state', { cause }), {
          code: 'store-full',
        });
      }
      return signer.sign(checkpoint);
    },
  };
}
