import type { HashName, SignatureAlgorithm } from '../algorithm.ts';

/** Authenticated ciphers, both with 96-bit nonces and 128-bit tags. */
export type AeadCipher = 'aes-256-gcm' | 'sm4-gcm';

/** A hash over bytes that come in parts. Used up by `digest`. */
export interface StreamHasher {
  update(bytes: Uint8Array): StreamHasher;
  digest(): Uint8Array;
}

/**
 * A public key made ready to verify with. The caller has checked the key (`checkPublicKey`) and the
 * signature's form (`signatureIsWellFormed`); both give the same answer for the same input.
 */
export interface PreparedVerifier {
  verify(message: Uint8Array, signature: Uint8Array): boolean;
  verifyAsync(message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** A private key made ready to sign with. */
export interface PreparedSigner {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** What a runtime supplies. Two exist, for Node and for browsers; the vectors hold them together. */
export interface Backend {
  readonly name: 'node' | 'web';
  hash(name: HashName, bytes: Uint8Array): Uint8Array;
  /** The hash, written at `offset` of `target`. */
  hashInto(name: HashName, bytes: Uint8Array, target: Uint8Array, offset: number): void;
  /** The hash of the parts joined. */
  hashParts(name: HashName, parts: readonly Uint8Array[]): Uint8Array;
  createHasher(name: HashName): StreamHasher;
  hmac(name: HashName, key: Uint8Array, message: Uint8Array): Uint8Array;
  randomBytes(size: number): Uint8Array;
  prepareVerifier(algorithm: SignatureAlgorithm, publicKey: Uint8Array): PreparedVerifier;
  prepareSigner(algorithm: SignatureAlgorithm, privateKey: Uint8Array): PreparedSigner;
  /** Ciphertext ‖ 16-byte tag. Sizes of key and nonce are the caller's duty. */
  seal(
    cipher: AeadCipher,
    key: Uint8Array,
    nonce: Uint8Array,
    plaintext: Uint8Array,
    aad: Uint8Array,
  ): Uint8Array;
  /** The plaintext; undefined when the tag does not match. */
  open(
    cipher: AeadCipher,
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad: Uint8Array,
  ): Uint8Array | undefined;
}
