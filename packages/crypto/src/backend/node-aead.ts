import { createCipheriv, createDecipheriv, getCiphers } from 'node:crypto';
import type { CipherGCM, CipherGCMTypes, DecipherGCM } from 'node:crypto';
import { concatBytes } from '@hefu/bytes';
import type { AeadCipher } from './backend.ts';
import { sm4GcmOpen, sm4GcmSeal } from '../sm4-gcm.ts';

const TAG_BYTES = 16;

/** Node 24 is built without SM4-GCM; there the JavaScript one takes its place. */
const NATIVE_SM4_GCM: boolean = getCiphers().includes('sm4-gcm');

// Node's types name only the AES variants.
function native(cipher: AeadCipher): CipherGCMTypes {
  return cipher as CipherGCMTypes;
}

export function nodeSeal(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  if (cipher === 'sm4-gcm' && !NATIVE_SM4_GCM) return sm4GcmSeal(key, nonce, plaintext, aad);
  const stream: CipherGCM = createCipheriv(native(cipher), key, nonce, {
    authTagLength: TAG_BYTES,
  });
  stream.setAAD(aad);
  return concatBytes(stream.update(plaintext), stream.final(), stream.getAuthTag());
}

export function nodeOpen(
  cipher: AeadCipher,
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array | undefined {
  if (cipher === 'sm4-gcm' && !NATIVE_SM4_GCM) return sm4GcmOpen(key, nonce, sealed, aad);
  const stream: DecipherGCM = createDecipheriv(native(cipher), key, nonce, {
    authTagLength: TAG_BYTES,
  });
  stream.setAAD(aad);
  stream.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plaintext = stream.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    return concatBytes(plaintext, stream.final());
  } catch {
    return undefined;
  }
}
