import { encodeCbor } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { publicKeyBytes } from './algorithm.ts';
import type { SignatureAlgorithm } from './algorithm.ts';

// Labels and values of COSE_Key: RFC 9052 §7.1, RFC 9053 §7.1 and §7.2.
const KTY = 1;
const KTY_OKP = 1;
const KTY_EC2 = 2;
const CRV = -1;
const X = -2;
const Y = -3;
const CRV_P256 = 1;
const CRV_ED25519 = 6;
/** SM2's curve has no registered number; this one is in the private-use range (RFC 9053 §11.2). */
const CRV_SM2 = -65537;

/**
 * The COSE_Key of a public key with its required members only, deterministically encoded: what RFC
 * 9679 §3 hashes into a thumbprint. Throws RangeError when the key is not of the algorithm's size.
 */
export function coseKey(algorithm: SignatureAlgorithm, publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== publicKeyBytes(algorithm)) {
    throw new RangeError(`not a public key for ${algorithm}`);
  }
  const members = new Map<CborKey, CborValue>();
  if (algorithm === 'ed25519') {
    members.set(KTY, KTY_OKP).set(CRV, CRV_ED25519).set(X, publicKey);
  } else {
    members
      .set(KTY, KTY_EC2)
      .set(CRV, algorithm === 'sm2' ? CRV_SM2 : CRV_P256)
      .set(X, publicKey.subarray(1, 33))
      .set(Y, publicKey.subarray(33));
  }
  return encodeCbor(members);
}
