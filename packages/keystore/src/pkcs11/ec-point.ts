import { equalBytes, fromHex } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { publicKeyBytes } from '@hefu/crypto/algorithm';
import { readDer } from '@hefu/crypto/der';

const DER_OCTET_STRING = 0x04;

/** `CKA_EC_PARAMS` of the curves that keys on tokens may have: named curves as OIDs, or the name of PKCS #11 v3.0 §2.3.5. */
const CURVES: readonly (readonly [SignatureAlgorithm, string])[] = [
  ['es256', '06082a8648ce3d030107'],
  ['ed25519', '06032b6570'],
  // PrintableString "edwards25519"
  ['ed25519', '130c656477617264733235353139'],
];

/** The algorithm of a key on these parameters; undefined when it is none of ours. */
export function algorithmOfParameters(parameters: Uint8Array): SignatureAlgorithm | undefined {
  return CURVES.find(([, hex]) => equalBytes(parameters, fromHex(hex) ?? new Uint8Array()))?.[0];
}

/**
 * The raw public key of `CKA_EC_POINT`: a DER OCTET STRING of the point (PKCS #11 v3.0 §2.3.3), or the bare point, as some
 * tokens have it for Edwards keys. Undefined when it is neither.
 */
export function publicKeyOfPoint(
  algorithm: SignatureAlgorithm,
  point: Uint8Array,
): Uint8Array | undefined {
  const size = publicKeyBytes(algorithm);
  if (point.length === size) return point.slice();
  const wrapped = readDer(point, DER_OCTET_STRING);
  if (wrapped === undefined || wrapped.rest.length !== 0 || wrapped.body.length !== size) {
    return undefined;
  }
  return wrapped.body.slice();
}
