import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { KeystoreErrorCode } from './verdict.ts';

/**
 * The port that whatever signs for a member goes through: a key that may lie in a file, on a token, or
 * anywhere else that answers with a signature.
 */
export interface Signer {
  /** 32 bytes: the key's COSE Key Thumbprint under the chain's hash. */
  readonly keyId: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** Raw: 32 bytes of Ed25519, 65 of an uncompressed point. */
  readonly publicKey: Uint8Array;
  /** The 64-byte signature of `message`. Rejects with {@link SignerError} when the key can't sign now. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A key that signs in the same call, for a thread that can't wait: the ledger's. */
export interface SyncSigner extends Omit<Signer, 'sign'> {
  /** The 64-byte signature of `message`. Throws {@link SignerError} when the key can't sign now. */
  sign(message: Uint8Array): Uint8Array;
}

/** Why a key could not sign. Never holds a PIN, nor anything else that is secret. */
export class SignerError extends Error {
  override readonly name = 'SignerError';
  readonly code: KeystoreErrorCode;
  /** What the device said, for the operator. */
  readonly detail: string | undefined;

  constructor(code: KeystoreErrorCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}
