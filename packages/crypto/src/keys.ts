import type { HashName, SignatureAlgorithm } from './algorithm.ts';
import { PRIVATE_KEY_BYTES } from './algorithm.ts';
import { coseKey } from './cose-key.ts';
import { hash } from './hash.ts';
import { checkPublicKey, privateKeyIsValid } from './key-check.ts';
import type { PublicKeyErrorCode } from './key-check.ts';
import {
  derOfPem,
  pemOf,
  pkcs8Der,
  privateKeyOfPkcs8Der,
  publicKeyOfSpkiDer,
  spkiDer,
} from './key-encoding.ts';
import { randomBytes } from './random.ts';
import { publicKeyOf } from './sign.ts';

export { coseKey } from './cose-key.ts';
export { checkPublicKey } from './key-check.ts';
export type { PublicKeyCheck, PublicKeyErrorCode } from './key-check.ts';
export { publicKeyOf } from './sign.ts';

/** A key pair, raw: 32 or 65 bytes public (04 ‖ x ‖ y), 32 bytes private. */
export interface KeyPair {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** A new key pair from the system's random numbers. */
export function generateKeyPair(algorithm: SignatureAlgorithm): KeyPair {
  let privateKey = randomBytes(PRIVATE_KEY_BYTES);
  // Draws beyond the group's order are thrown away, 1 in 2^32 of them, lest low scalars be likelier.
  while (!privateKeyIsValid(algorithm, privateKey)) privateKey = randomBytes(PRIVATE_KEY_BYTES);
  return { algorithm, publicKey: publicKeyOf(algorithm, privateKey), privateKey };
}

/**
 * The key's id: its COSE Key Thumbprint (RFC 9679) under `hashName`, 32 bytes. Throws RangeError when
 * the key is not of the algorithm's size.
 */
export function keyId(
  hashName: HashName,
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
): Uint8Array {
  return hash(hashName, coseKey(algorithm, publicKey));
}

const PUBLIC_LABEL = 'PUBLIC KEY';
const PRIVATE_LABEL = 'PRIVATE KEY';

/** A public key as PEM (SubjectPublicKeyInfo, RFC 5280; curve of SM2 as in GM/T 0006). */
export function spkiOf(algorithm: SignatureAlgorithm, publicKey: Uint8Array): string {
  return pemOf(PUBLIC_LABEL, spkiDer(algorithm, publicKey));
}

/** Why PEM text or DER gives no key. */
export type KeyImportErrorCode = 'key-encoding-unknown' | PublicKeyErrorCode;

/**
 * Reads a public key from SubjectPublicKeyInfo, PEM text or DER, and checks it. Points must be
 * uncompressed. `key-encoding-unknown`: not that structure, or not one of our algorithms.
 */
export function publicKeyFromSpki(
  spki: string | Uint8Array,
):
  | { readonly ok: true; readonly algorithm: SignatureAlgorithm; readonly publicKey: Uint8Array }
  | { readonly ok: false; readonly code: KeyImportErrorCode } {
  const der = typeof spki === 'string' ? derOfPem(PUBLIC_LABEL, spki) : spki;
  const parsed = der === undefined ? undefined : publicKeyOfSpkiDer(der);
  if (parsed === undefined) return { ok: false, code: 'key-encoding-unknown' };
  const check = checkPublicKey(parsed.algorithm, parsed.publicKey);
  return check.ok ? { ok: true, ...parsed } : check;
}

/** A private key as PEM (PrivateKeyInfo, RFC 5958), not encrypted, as OpenSSL writes it. */
export function pkcs8Of(algorithm: SignatureAlgorithm, privateKey: Uint8Array): string {
  const publicKey = algorithm === 'ed25519' ? undefined : publicKeyOf(algorithm, privateKey);
  return pemOf(PRIVATE_LABEL, pkcs8Der(algorithm, privateKey, publicKey));
}

/**
 * Reads a private key from PrivateKeyInfo, PEM text or DER. `key-encoding-unknown`: not that
 * structure (an encrypted key is not), or not one of our algorithms; `key-malformed`: a scalar out of
 * range.
 */
export function privateKeyFromPkcs8(
  pkcs8: string | Uint8Array,
):
  | { readonly ok: true; readonly algorithm: SignatureAlgorithm; readonly privateKey: Uint8Array }
  | { readonly ok: false; readonly code: 'key-encoding-unknown' | 'key-malformed' } {
  const der = typeof pkcs8 === 'string' ? derOfPem(PRIVATE_LABEL, pkcs8) : pkcs8;
  const parsed = der === undefined ? undefined : privateKeyOfPkcs8Der(der);
  if (parsed === undefined) return { ok: false, code: 'key-encoding-unknown' };
  if (!privateKeyIsValid(parsed.algorithm, parsed.privateKey)) {
    return { ok: false, code: 'key-malformed' };
  }
  return { ok: true, ...parsed };
}
