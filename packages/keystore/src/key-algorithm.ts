import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { encodeCbor, fromBase64Url } from '@hefu/bytes';
import type { HashName, SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { publicKeyBytes } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { generateKeyPair, keyId, publicKeyOf } from '@hefu/crypto/keys';

/** What a key can compute with: the signature algorithms, and X25519 (RFC 7748) to encrypt to. */
export type KeyAlgorithm = SignatureAlgorithm | 'x25519';

/** What a key is for. A key has one purpose, as its record in the genesis has. */
export type KeyPurpose = 'sign' | 'encrypt' | 'checkpoint' | 'transport';

/** Every algorithm of a key. */
export const KEY_ALGORITHMS = ['ed25519', 'es256', 'sm2', 'x25519'] as const;
/** Every purpose of a key. */
export const KEY_PURPOSES = ['sign', 'encrypt', 'checkpoint', 'transport'] as const;
/** Hashes that key ids are made with. */
export const KEY_HASHES = ['sha256', 'sm3'] as const;

/** Every private key, whatever its algorithm, is this many bytes. */
export const PRIVATE_KEY_BYTES = 32;
const X25519_PUBLIC_KEY_BYTES = 32;

/** PKCS #8 of an X25519 private key (RFC 8410 §7) up to the key itself. */
const X25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** A public and a private key in their raw forms. */
export interface RawKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** Size of a raw public key. */
export function rawPublicKeyBytes(algorithm: KeyAlgorithm): number {
  return algorithm === 'x25519' ? X25519_PUBLIC_KEY_BYTES : publicKeyBytes(algorithm);
}

/** Whether the algorithm can serve the purpose: X25519 only encrypts, the EdDSA and ECDSA keys only sign. */
export function servesPurpose(algorithm: KeyAlgorithm, purpose: KeyPurpose): boolean {
  if (algorithm === 'sm2') return true;
  return (algorithm === 'x25519') === (purpose === 'encrypt');
}

/** A fresh key pair. */
export function generateRawKeyPair(algorithm: KeyAlgorithm): RawKeyPair {
  if (algorithm !== 'x25519') return generateKeyPair(algorithm);
  const { d, x } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  return { publicKey: decodeJwkField(x), privateKey: decodeJwkField(d) };
}

/** The public key of a private one, or undefined when there is none of that private key. */
export function rawPublicKeyOf(
  algorithm: KeyAlgorithm,
  privateKey: Uint8Array,
): Uint8Array | undefined {
  if (privateKey.length !== PRIVATE_KEY_BYTES) return undefined;
  if (algorithm !== 'x25519') return signatureKeyOf(algorithm, privateKey);
  const key = createPrivateKey({
    key: Buffer.concat([X25519_PKCS8_PREFIX, privateKey]),
    format: 'der',
    type: 'pkcs8',
  });
  return decodeJwkField(createPublicKey(key).export({ format: 'jwk' }).x);
}

/**
 * The COSE Key Thumbprint (RFC 9679 §3) of a key of any algorithm. For X25519 the required members
 * are `{1: 1 (OKP), -1: 4 (X25519), -2: x}`. Throws RangeError when the key has not the length of
 * its algorithm.
 */
export function thumbprint(
  hashName: HashName,
  algorithm: KeyAlgorithm,
  publicKey: Uint8Array,
): Uint8Array {
  if (algorithm !== 'x25519') return keyId(hashName, algorithm, publicKey);
  if (publicKey.length !== X25519_PUBLIC_KEY_BYTES) {
    throw new RangeError(`X25519 public key of ${publicKey.length} bytes`);
  }
  const members = new Map<number, number | Uint8Array>([
    [1, 1],
    [-1, 4],
    [-2, publicKey],
  ]);
  return hash(hashName, encodeCbor(members));
}

function signatureKeyOf(
  algorithm: SignatureAlgorithm,
  privateKey: Uint8Array,
): Uint8Array | undefined {
  try {
    return publicKeyOf(algorithm, privateKey);
  } catch (error) {
    // A scalar that is zero or not below the group's order.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function decodeJwkField(field: string | undefined): Uint8Array {
  const bytes = field === undefined ? undefined : fromBase64Url(field);
  if (bytes === undefined) throw new Error('the runtime exported an X25519 key without its value');
  return bytes;
}
