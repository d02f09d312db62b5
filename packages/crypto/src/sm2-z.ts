import { concatBytes, u16be, utf8Encode } from '@hefu/bytes';
import { SM2_CURVE } from './sm2-curve.ts';

/** The signer id used everywhere unless two sides agree on another (GM/T 0009 §10). */
export const SM2_DEFAULT_ID: Uint8Array = utf8Encode('1234567812345678');

/**
 * What is hashed by SM3 into Z, the digest of signer id, curve and public key that goes before
 * every SM2 message (GB/T 32918.2 §5.5). `publicKey` is 04 ‖ x ‖ y.
 */
export function sm2ZInput(publicKey: Uint8Array, id: Uint8Array = SM2_DEFAULT_ID): Uint8Array {
  const bits = u16be(id.length * 8);
  return concatBytes(bits, id, SM2_CURVE, publicKey.subarray(1));
}
