import { toHex } from '@hefu/bytes';
import { SIGNATURE_BYTES } from './algorithm.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import type { Backend, PreparedSigner, PreparedVerifier } from './backend/backend.ts';
import { ed25519SignatureIsWellFormed } from './ed25519-rule.ts';
import { GenerationCache } from './generation-cache.ts';
import { checkPublicKey, privateKeyIsValid, scalarInRange } from './key-check.ts';
import { P256_ORDER, SM2_ORDER } from './sm2-curve.ts';

/** Public keys kept ready. Preparing one costs up to a millisecond, a kept one about 2 kB. */
export const VERIFIERS_KEPT_MAX = 16_384;
/** Private keys kept ready: a node signs with few. */
export const SIGNERS_KEPT_MAX = 64;

/** Signing and verifying over one backend. */
export interface Signatures {
  sign(algorithm: SignatureAlgorithm, privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  publicKeyOf(algorithm: SignatureAlgorithm, privateKey: Uint8Array): Uint8Array;
  verify(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean;
  verifyAsync(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean>;
}

/**
 * The rule that decides validity, the same over every backend: the key passes `checkPublicKey`, the
 * signature passes the byte checks, and the equation holds, without a cofactor for Ed25519.
 */
export function createSignatures(backend: Backend): Signatures {
  const verifiers = new GenerationCache<PreparedVerifier>(VERIFIERS_KEPT_MAX);
  const signers = new GenerationCache<PreparedSigner>(SIGNERS_KEPT_MAX);

  function verifierOf(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
  ): PreparedVerifier | undefined {
    const cacheKey = algorithm + toHex(publicKey);
    const kept = verifiers.get(cacheKey);
    if (kept !== undefined) return kept;
    if (!checkPublicKey(algorithm, publicKey).ok) return undefined;
    const prepared = backend.prepareVerifier(algorithm, publicKey);
    verifiers.set(cacheKey, prepared);
    return prepared;
  }

  function signerOf(algorithm: SignatureAlgorithm, privateKey: Uint8Array): PreparedSigner {
    if (!privateKeyIsValid(algorithm, privateKey)) {
      throw new RangeError(`not a private key for ${algorithm}`);
    }
    // Kept under a digest, so that no text of the key itself lies in memory.
    const cacheKey = algorithm + toHex(backend.hash('sha256', privateKey));
    const kept = signers.get(cacheKey);
    if (kept !== undefined) return kept;
    const prepared = backend.prepareSigner(algorithm, privateKey);
    signers.set(cacheKey, prepared);
    return prepared;
  }

  return {
    sign: (algorithm, privateKey, message) => signerOf(algorithm, privateKey).sign(message),
    publicKeyOf: (algorithm, privateKey) => signerOf(algorithm, privateKey).publicKey.slice(),
    verify(algorithm, publicKey, message, signature) {
      if (!signatureIsWellFormed(algorithm, signature)) return false;
      return verifierOf(algorithm, publicKey)?.verify(message, signature) ?? false;
    },
    async verifyAsync(algorithm, publicKey, message, signature) {
      if (!signatureIsWellFormed(algorithm, signature)) return false;
      return (await verifierOf(algorithm, publicKey)?.verifyAsync(message, signature)) ?? false;
    },
  };
}

/** Whether a signature passes the checks that need no arithmetic on the curve. */
export function signatureIsWellFormed(
  algorithm: SignatureAlgorithm,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  if (algorithm === 'ed25519') return ed25519SignatureIsWellFormed(signature);
  const order = algorithm === 'sm2' ? SM2_ORDER : P256_ORDER;
  return scalarInRange(signature, 0, order) && scalarInRange(signature, 32, order);
}
