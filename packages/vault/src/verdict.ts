/** Why the vault did not do what was asked. The words for people are the reader's to render. */
export type VaultErrorCode =
  /** No object of this digest is here. */
  | 'object-unknown'
  /** The object was erased for good; its tombstone is kept. */
  | 'object-erased'
  /** What is stored was changed, cut or damaged. */
  | 'object-damaged'
  /** The content is not of the digest or the size that was announced. */
  | 'object-mismatch'
  /** Larger than one object may be. */
  | 'object-too-large'
  /** The object would exceed the vault's quota. */
  | 'quota-exceeded'
  /** The disk has no room left. */
  | 'storage-full'
  /** The folder may not be written to. */
  | 'storage-read-only'
  /** The storage does not answer, or not in a way that says anything of the object. */
  | 'storage-unreachable'
  /** Nothing can be encrypted to the key that was given. */
  | 'recipient-unusable'
  /** The range does not lie in the object. */
  | 'range-not-satisfiable'
  /** The object is encrypted to a key that is not in the keystore. */
  | 'decryption-key-missing'
  /** What was given is no digest: 64 lower-case hex digits. */
  | 'digest-malformed';

/** A refusal. */
export interface VaultFault {
  readonly ok: false;
  readonly code: VaultErrorCode;
  readonly detail?: string;
}

/** A refusal with `code`. */
export function vaultFault(code: VaultErrorCode, detail?: string): VaultFault {
  return { ok: false, code, ...(detail === undefined ? {} : { detail }) };
}

/** Ends a stream of content that was found damaged after its beginning had been handed out. */
export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;

  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
