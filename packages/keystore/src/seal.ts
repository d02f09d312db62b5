import { hkdfSync } from 'node:crypto';
import { toHex } from '@hefu/bytes';
import { open, seal } from '@hefu/crypto/aead';
import type { HashName } from '@hefu/crypto/algorithm';
import { randomBytes } from '@hefu/crypto/random';

/** How a private key is sealed: AES-256 under SHA-256 key ids, SM4 under SM3 ones. */
export type SealCipher = 'aes-256-gcm' | 'sm4-gcm';

/** A sealed private key: the nonce is 12 bytes, the ciphertext ends with its 16-byte tag. */
export interface SealedKey {
  readonly cipher: SealCipher;
  /** {@link masterKeyMark} of the master key it was sealed under. */
  readonly masterKey: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const NONCE_BYTES = 12;
/** Enough to tell master keys apart; far too little to say anything about one. */
const MARK_BYTES = 8;
const NO_SALT = new Uint8Array(0);

/** Key length and derivation hash of each cipher. */
const CIPHERS = {
  'aes-256-gcm': { keyBytes: 32, hashName: 'sha256' },
  'sm4-gcm': { keyBytes: 16, hashName: 'sm3' },
} as const;

/** The cipher that goes with the hash of a chain. */
export function cipherOf(hashName: HashName): SealCipher {
  return hashName === 'sm3' ? 'sm4-gcm' : 'aes-256-gcm';
}

/** A short public mark of a master key, so that a wrong one is told from a damaged file. */
export function masterKeyMark(masterKey: Uint8Array): string {
  return toHex(derive('sha256', masterKey, NO_SALT, 'hefu-key/1 master', MARK_BYTES));
}

/** Seals a private key under the master key; `header` is authenticated with it. */
export function sealPrivateKey(options: {
  readonly masterKey: Uint8Array;
  readonly keyId: Uint8Array;
  readonly cipher: SealCipher;
  readonly header: Uint8Array;
  readonly privateKey: Uint8Array;
}): SealedKey {
  const nonce = randomBytes(NONCE_BYTES);
  const key = sealingKey(options.masterKey, options.keyId, options.cipher);
  return {
    cipher: options.cipher,
    masterKey: masterKeyMark(options.masterKey),
    nonce,
    ciphertext: seal(options.cipher, key, nonce, options.privateKey, options.header),
  };
}

/** The private key, or undefined when the sealed bytes or the header were changed. */
export function openPrivateKey(options: {
  readonly masterKey: Uint8Array;
  readonly keyId: Uint8Array;
  readonly header: Uint8Array;
  readonly sealed: SealedKey;
}): Uint8Array | undefined {
  const { sealed } = options;
  const key = sealingKey(options.masterKey, options.keyId, sealed.cipher);
  return open(sealed.cipher, key, sealed.nonce, sealed.ciphertext, options.header);
}

/** The key for one file: HKDF (RFC 5869) of the master key, salted with the key id. */
function sealingKey(masterKey: Uint8Array, keyId: Uint8Array, cipher: SealCipher): Uint8Array {
  const { keyBytes, hashName } = CIPHERS[cipher];
  return derive(hashName, masterKey, keyId, `hefu-key/1 ${cipher}`, keyBytes);
}

function derive(
  hashName: HashName,
  masterKey: Uint8Array,
  salt: Uint8Array,
  info: string,
  lengthBytes: number,
): Uint8Array {
  return new Uint8Array(hkdfSync(hashName, masterKey, salt, info, lengthBytes));
}
