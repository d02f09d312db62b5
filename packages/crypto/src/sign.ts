import { backend } from '#backend';
import type { SignatureAlgorithm } from './algorithm.ts';
import { createSignatures } from './signatures.ts';

const signatures = createSignatures(backend);

/**
 * Signs `message`: 64 bytes, R ‖ S for Ed25519 (RFC 8032), r ‖ s for ES256 (RFC 9053 §2.1) and SM2
 * (GB/T 32918.2, signer id "1234567812345678"). Throws RangeError when `privateKey` is not one of
 * `algorithm`. ES256 and SM2 signatures differ from call to call.
 */
export function sign(
  algorithm: SignatureAlgorithm,
  privateKey: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  return signatures.sign(algorithm, privateKey, message);
}

/** The public key of a private key. Throws RangeError when it is not one of `algorithm`. */
export function publicKeyOf(algorithm: SignatureAlgorithm, privateKey: Uint8Array): Uint8Array {
  return signatures.publicKeyOf(algorithm, privateKey);
}

/**
 * Whether `signature` over `message` is by the owner of `publicKey`. False, never an error, for keys
 * and signatures of any form. The strict rule of docs/formats/keys-and-signatures.md, the same in
 * every runtime; a prepared key is kept, so that its checks are paid once.
 */
export function verify(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return signatures.verify(algorithm, publicKey, message, signature);
}

/**
 * {@link verify} off this thread where the runtime can: Node's thread pool or WebCrypto for Ed25519
 * and ES256. For SM2 in bulk on Node take `createVerifyPool`.
 */
export function verifyAsync(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return signatures.verifyAsync(algorithm, publicKey, message, signature);
}
