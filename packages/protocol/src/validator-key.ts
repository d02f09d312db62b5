import { toHex, utf8Encode } from '@hefu/bytes';
import type { Validator } from './validators.ts';

/** What a file with a validator's next checkpoint key says in its format field. */
export const VALIDATOR_KEY_FORMAT = 'hefu-validator-key/1';

/**
 * What a checkpoint key signs before the consortium takes it as a validator's: so that nobody names a key that nobody holds, which would
 * end the chain, or that is another's. Lines: format, chain, organisation, algorithm, public key in hex.
 */
export function validatorKeyMessage(
  chain: string,
  { organisation, algorithm, publicKey }: Omit<Validator, 'power'>,
): Uint8Array {
  const lines = [VALIDATOR_KEY_FORMAT, chain, organisation, algorithm, toHex(publicKey)];
  return utf8Encode(`${lines.join('\n')}\n`);
}
