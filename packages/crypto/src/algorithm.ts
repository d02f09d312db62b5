/** Hash functions of the two suites; both give 32 bytes. */
export type HashName = 'sha256' | 'sm3';

/** Signature algorithms that a chain may admit; each has 64-byte signatures and 32-byte private keys. */
export type SignatureAlgorithm = 'ed25519' | 'es256' | 'sm2';

/** What a chain picks at genesis: SHA-256 with Ed25519, or SM3 with SM2. */
export type Suite = 'international' | 'gm';

/** Size of every hash. */
export const HASH_BYTES = 32;
/** Size of every signature: R ‖ S (RFC 8032 §5.1.6), or r ‖ s (RFC 9053 §2.1). */
export const SIGNATURE_BYTES = 64;
/** Size of every private key: the Ed25519 seed, or the scalar, big-endian. */
export const PRIVATE_KEY_BYTES = 32;
/** Size of a raw Ed25519 public key. */
export const OKP_PUBLIC_KEY_BYTES = 32;
/** Size of a raw P-256 or SM2 public key: 04 ‖ x ‖ y. */
export const EC_PUBLIC_KEY_BYTES = 65;

/** Every algorithm, in the order of the registry below. */
export const SIGNATURE_ALGORITHMS: readonly SignatureAlgorithm[] = ['ed25519', 'es256', 'sm2'];

/**
 * COSE algorithm numbers: EdDSA −8 and ES256 −7 (RFC 9053 §2). SM2 has no registered number; −65537
 * is in the private-use range (RFC 9053 §11.1, "less than −65536").
 */
const COSE_ALGORITHM: Readonly<Record<SignatureAlgorithm, number>> = {
  ed25519: -8,
  es256: -7,
  sm2: -65537,
};

/** The COSE algorithm number of `algorithm`. */
export function coseAlg(algorithm: SignatureAlgorithm): number {
  return COSE_ALGORITHM[algorithm];
}

/** The algorithm with this COSE number; undefined when it is none of ours. */
export function algorithmOfCose(alg: unknown): SignatureAlgorithm | undefined {
  return SIGNATURE_ALGORITHMS.find((algorithm) => COSE_ALGORITHM[algorithm] === alg);
}

/** Whether `value` names one of the algorithms. */
export function isSignatureAlgorithm(value: unknown): value is SignatureAlgorithm {
  return SIGNATURE_ALGORITHMS.some((algorithm) => algorithm === value);
}

/** The hash of a suite. */
export function suiteHash(suite: Suite): HashName {
  return suite === 'gm' ? 'sm3' : 'sha256';
}

/** The signature algorithm that a suite's keys have unless somebody asks for another. */
export function suiteDefaultAlgorithm(suite: Suite): SignatureAlgorithm {
  return suite === 'gm' ? 'sm2' : 'ed25519';
}

/** Size of a raw public key of `algorithm`. */
export function publicKeyBytes(algorithm: SignatureAlgorithm): number {
  return algorithm === 'ed25519' ? OKP_PUBLIC_KEY_BYTES : EC_PUBLIC_KEY_BYTES;
}
