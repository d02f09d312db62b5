import { gcm } from '@noble/ciphers/aes.js';
import { sm4GcmOpen, sm4GcmSeal } from '../sm4-gcm.ts';
import type { AeadCipher } from './backend.ts';

export function webSeal(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  if (cipher === 'sm4-gcm') return sm4GcmSeal(key, nonce, plaintext, aad);
  return gcm(key, nonce, aad).encrypt(plaintext);
}

export function webOpen(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array | undefined {
  if (cipher === 'sm4-gcm') return sm4GcmOpen(key, nonce, sealed, aad);
  const aead = gcm(key, nonce, aad);
  try {
    return aead.decrypt(sealed);
  } catch {
    return undefined;
  }
}
