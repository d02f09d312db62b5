import type { HashName, SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { keyId, publicKeyOf } from '@hefu/crypto/keys';
import { sign } from '@hefu/crypto/sign';

/** Whoever signs: a key in memory, in a keystore, in a device. */
export interface Signer {
  /** `organisation/name`. */
  readonly member: string;
  readonly algorithm: SignatureAlgorithm;
  /** Id of the key under the chain's hash, 32 bytes. */
  readonly keyId: Uint8Array;
  /** The 64-byte signature of the bytes. */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A signer for a private key in memory (32 bytes). */
export function createSigner(options: {
  readonly member: string;
  readonly algorithm: SignatureAlgorithm;
  readonly privateKey: Uint8Array;
  /** The chain's hash. */
  readonly hashName: HashName;
}): Signer {
  const { member, algorithm, privateKey, hashName } = options;
  return {
    member,
    algorithm,
    keyId: keyId(hashName, algorithm, publicKeyOf(algorithm, privateKey)),
    sign: (bytes) => sign(algorithm, privateKey, bytes),
  };
}
