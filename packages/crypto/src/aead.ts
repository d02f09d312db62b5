import { backend } from '#backend';
import type { AeadCipher, Backend } from './backend/backend.ts';

export type { AeadCipher } from './backend/backend.ts';

/** The only nonce size: 96 bits. Others make GCM hash the nonce, and implementations of it differ. */
export const AEAD_NONCE_BYTES = 12;
/** The only tag size: 128 bits. */
export const AEAD_TAG_BYTES = 16;
/** Key sizes. */
export const AEAD_KEY_BYTES: Readonly<Record<AeadCipher, number>> = {
  'aes-256-gcm': 32,
  'sm4-gcm': 16,
};
/** Most bytes in one message: beyond 2^36 − 32 GCM's counter would wrap; memory ends long before. */
export const AEAD_PLAINTEXT_BYTES_MAX = 0x7fff_ffff;

const NO_BYTES = new Uint8Array(0);

/** Sealing and opening over one backend. */
export interface Aead {
  seal(
    cipher: AeadCipher,
    key: Uint8Array,
    nonce: Uint8Array,
    plaintext: Uint8Array,
    aad?: Uint8Array,
  ): Uint8Array;
  open(
    cipher: AeadCipher,
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad?: Uint8Array,
  ): Uint8Array | undefined;
}

/** The checks of sizes that come before every backend. */
export function createAead(over: Pick<Backend, 'seal' | 'open'>): Aead {
  return {
    seal(cipher, key, nonce, plaintext, aad = NO_BYTES) {
      checkKey(cipher, key);
      if (nonce.length !== AEAD_NONCE_BYTES) throw new RangeError('nonces have 12 bytes');
      if (plaintext.length > AEAD_PLAINTEXT_BYTES_MAX) throw new RangeError('plaintext too long');
      return over.seal(cipher, key, nonce, plaintext, aad);
    },
    open(cipher, key, nonce, sealed, aad = NO_BYTES) {
      checkKey(cipher, key);
      if (nonce.length !== AEAD_NONCE_BYTES || sealed.length < AEAD_TAG_BYTES) return undefined;
      return over.open(cipher, key, nonce, sealed, aad);
    },
  };
}

function checkKey(cipher: AeadCipher, key: Uint8Array): void {
  if (key.length !== AEAD_KEY_BYTES[cipher]) throw new RangeError(`wrong key size for ${cipher}`);
}

const aead = createAead(backend);

/**
 * Encrypts and authenticates: ciphertext ‖ 16-byte tag (NIST SP 800-38D; RFC 8998 for SM4). A nonce
 * must never serve twice under one key. Throws RangeError for a key or nonce of another size.
 */
export function seal(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad?: Uint8Array,
): Uint8Array {
  return aead.seal(cipher, key, nonce, plaintext, aad);
}

/**
 * The plaintext of what `seal` gave, or undefined: wrong key, nonce, tag or associated data, or a
 * nonce that has not 12 bytes. Throws RangeError for a key of another size.
 */
export function open(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad?: Uint8Array,
): Uint8Array | undefined {
  return aead.open(cipher, key, nonce, sealed, aad);
}
