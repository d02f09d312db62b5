import type { HashName } from '@hefu/crypto/hash';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';

/** A yes, or a no with its code. */
export type HostVerdict = { readonly ok: true } | { readonly ok: false; readonly code: string };

/**
 * What a contract may ask of its host: pure functions of their arguments, the same on every node.
 * Their use is metered ({@link HOST_CHECKS_MAX}, {@link HOST_HASH_BYTES_MAX} in limits.ts).
 */
export interface HostFunctions {
  /** Digest of `bytes`: 32 bytes. */
  hash(name: HashName, bytes: Uint8Array): Uint8Array;
  /** Whether `signature` (64 bytes) over `message` is by the holder of raw `publicKey`. */
  verifySignature(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean;
  /** Judges a receipt (`hefu-receipt/1`, JSON in UTF-8) under a trust file, also of another chain. */
  verifyReceipt(receipt: Uint8Array, trust: Uint8Array): HostVerdict;
  /** Whether a raw public key is well-formed and not weak. */
  checkPublicKey(algorithm: SignatureAlgorithm, publicKey: Uint8Array): HostVerdict;
  /** Key id (RFC 9679 thumbprint under the chain's hash) in hex, as state keys hold it. */
  keyId(algorithm: SignatureAlgorithm, publicKey: Uint8Array): string;
  /** Lower-case hex of `bytes`. */
  hex(bytes: Uint8Array): string;
}
