import { SIGNATURE_BYTES } from '@hefu/crypto/algorithm';
import type { HashName, SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { checkPublicKey, keyId } from '@hefu/crypto/keys';
import { verifyAsync } from '@hefu/crypto/sign';
import { clientProblem } from '../problem.ts';
import type { Signer } from '../signer.ts';

/** What signs elsewhere: a card, a hardware module, a signing service. */
export interface ExternalSigner {
  /** `organisation/name`. */
  readonly member: string;
  readonly algorithm: SignatureAlgorithm;
  /** Raw: 32 bytes of Ed25519, 65 of an uncompressed point. */
  readonly publicKey: Uint8Array;
  /** The chain's hash. */
  readonly hashName: HashName;
  /** The 64-byte signature: of Ed25519 as it is, r ‖ s of the others. */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/**
 * A signer for a key held elsewhere. Each signature is checked before it is sent, so that a wrong device, slot or encoding
 * shows where it is. Throws TypeError for a public key that is none; signing throws ProblemError `signer-wrong`.
 */
export function createExternalSigner(external: ExternalSigner): Signer {
  const { member, algorithm, publicKey, hashName } = external;
  const check = checkPublicKey(algorithm, publicKey);
  if (!check.ok) throw new TypeError(`not a public key of ${algorithm}: ${check.code}`);
  return {
    member,
    algorithm,
    keyId: keyId(hashName, algorithm, publicKey),
    async sign(bytes) {
      const signature = await external.sign(bytes);
      const isRight =
        signature.length === SIGNATURE_BYTES &&
        (await verifyAsync(algorithm, publicKey, bytes, signature));
      if (isRight) return signature;
      throw clientProblem('signer-wrong', `${member}, ${signature.length} bytes`);
    },
  };
}
