import { concatBytes, equalBytes, utf8Encode } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { sm2Decrypt, sm2Encrypt } from '@hefu/crypto/sm2-encryption';
import { CONTENT_KEY_BYTES } from './chunk-cipher.ts';
import { hpkeOpen, hpkeSeal } from './hpke.ts';
import { contentHeader, OBJECT_FORMAT } from './object-format.ts';
import type { ContentInfo, WrappedKey } from './object-format.ts';

/** The key of the organisation that contents are encrypted to. */
export interface VaultRecipient {
  readonly algorithm: 'x25519' | 'sm2';
  readonly keyId: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Its private half. */
export interface VaultDecryptionKey {
  readonly algorithm: 'x25519' | 'sm2';
  readonly privateKey: Uint8Array;
}

const HPKE_INFO = utf8Encode(OBJECT_FORMAT);
const NOTHING = new Uint8Array(0);

/**
 * Wraps a content key to the recipient, bound to what is said of the content: with HPKE as
 * associated data, with SM2 encryption, which has none, by SM3 of it beside the key.
 */
export async function wrapContentKey(
  contentKey: Uint8Array,
  info: ContentInfo,
  recipient: VaultRecipient,
): Promise<WrappedKey> {
  const { keyId, publicKey } = recipient;
  const header = contentHeader(info);
  if (recipient.algorithm === 'sm2') {
    const ciphertext = sm2Encrypt(publicKey, concatBytes(contentKey, hash('sm3', header)));
    return { scheme: 'sm2', keyId, encapsulated: NOTHING, ciphertext };
  }
  const message = await hpkeSeal({
    publicKey,
    info: HPKE_INFO,
    aad: header,
    plaintext: contentKey,
  });
  return { scheme: 'hpke-x25519-sha256-aes256gcm', keyId, ...message };
}

/** The content key; undefined when the trailer was changed or is another key's. */
export async function unwrapContentKey(
  wrapped: WrappedKey,
  info: ContentInfo,
  key: VaultDecryptionKey,
): Promise<Uint8Array | undefined> {
  const header = contentHeader(info);
  const keyBytes = CONTENT_KEY_BYTES[info.cipher];
  if (wrapped.scheme === 'sm2') {
    if (key.algorithm !== 'sm2' || wrapped.encapsulated.length > 0) return undefined;
    const plaintext = sm2Decrypt(key.privateKey, wrapped.ciphertext);
    if (plaintext?.length !== keyBytes + 32) return undefined;
    if (!equalBytes(plaintext.subarray(keyBytes), hash('sm3', header))) return undefined;
    return plaintext.slice(0, keyBytes);
  }
  if (key.algorithm !== 'x25519') return undefined;
  const { encapsulated, ciphertext } = wrapped;
  const contentKey = await hpkeOpen({
    privateKey: key.privateKey,
    info: HPKE_INFO,
    aad: header,
    message: { encapsulated, ciphertext },
  });
  return contentKey?.length === keyBytes ? contentKey : undefined;
}
