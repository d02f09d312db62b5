import type { HashName } from '@hefu/crypto/hash';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';

/** A yes, or a no with its code. */
export type HostVerdict = { readonly ok: true } | { readonly ok: false; readonly code: string };

/** What a receipt proves, as far as a contract may need it; or why it proves nothing. */
export type ReceiptFinding =
  | {
      readonly ok: true;
      /** `ok`, or the code with which the statement was refused. */
      readonly outcome: string;
      readonly chain: string;
      /** Hex. */
      readonly statementId: string;
      readonly member: string;
      readonly organisation: string;
      readonly contract: string;
      readonly method: string;
      readonly height: number;
      /** Milliseconds UTC. */
      readonly time: number;
    }
  | { readonly ok: false; readonly code: string };

/**
 * What a contract may ask of its host: pure functions of their arguments, the same on every node.
 * Their use is metered ({@link HOST_CHECKS_MAX}, {@link HOST_BYTES_MAX} in limits.ts).
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
  /**
   * Judges a receipt (`hefu-receipt/1`, JSON in UTF-8) under a trust file, also of another chain. Counts
   * as 16 checks; either above 128 KiB is `receipt-too-large`.
   */
  verifyReceipt(receipt: Uint8Array, trust: Uint8Array): ReceiptFinding;
  /** Whether a raw public key is well-formed and not weak. */
  checkPublicKey(algorithm: SignatureAlgorithm, publicKey: Uint8Array): HostVerdict;
  /** Key id (RFC 9679 thumbprint under the chain's hash) in hex, as state keys hold it. */
  keyId(algorithm: SignatureAlgorithm, publicKey: Uint8Array): string;
  /** Lower-case hex of `bytes`. */
  hex(bytes: Uint8Array): string;
  /** Bytes of base64 with padding, or undefined when it is anything else. */
  fromBase64(text: string): Uint8Array | undefined;
}
