import type { HashName } from '@hefu/crypto/hash';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { CertificateErrorCode } from '@hefu/crypto/x509/chain';

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

/** What an authority's certificate says, or why it is none that may be registered. */
export type AuthorityFinding =
  | {
      readonly ok: true;
      /** Hex: the digest, under the chain's hash, of what is signed; the signature itself may have several forms. */
      readonly id: string;
      /** First and last millisecond UTC in which it holds. */
      readonly notBefore: number;
      readonly notAfter: number;
    }
  | CertificateRefusal;

/** What a member's certificate says once its chain holds; or why it does not. */
export type CertificateFinding =
  | {
      readonly ok: true;
      /** Hex, as of an authority. */
      readonly id: string;
      readonly algorithm: SignatureAlgorithm;
      /** Raw. */
      readonly publicKey: Uint8Array;
      /** Hex of the digest of its subject's name. */
      readonly subject: string;
      /** Which of the given authorities it leads to. */
      readonly authority: number;
      readonly notBefore: number;
      /** Last millisecond UTC in which all of the chain holds. */
      readonly notAfter: number;
    }
  | CertificateRefusal;

/** Why a certificate does not count, and its place in the chain: 0 is the member's own. */
export interface CertificateRefusal {
  readonly ok: false;
  readonly code: CertificateErrorCode;
  readonly at: number;
}

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
  /** Judges an X.509 certificate of an authority at a time (milliseconds UTC). Counts as 2 checks. */
  judgeAuthority(certificate: Uint8Array, timeMs: number): AuthorityFinding;
  /**
   * Judges a member's X.509 certificate at a time: `chain` is the certificate and then the authorities between it and one of
   * `authorities`. Counts as 2 checks for each certificate given.
   */
  judgeCertificate(
    chain: readonly Uint8Array[],
    authorities: readonly Uint8Array[],
    timeMs: number,
  ): CertificateFinding;
  /** Whether a raw public key is well-formed and not weak. */
  checkPublicKey(algorithm: SignatureAlgorithm, publicKey: Uint8Array): HostVerdict;
  /** Key id (RFC 9679 thumbprint under the chain's hash) in hex, as state keys hold it. */
  keyId(algorithm: SignatureAlgorithm, publicKey: Uint8Array): string;
  /** Lower-case hex of `bytes`. */
  hex(bytes: Uint8Array): string;
  /** Bytes of base64 with padding, or undefined when it is anything else. */
  fromBase64(text: string): Uint8Array | undefined;
}
