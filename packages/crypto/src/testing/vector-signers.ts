import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@hefu/bytes';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { bigintOf, bigintOfLittleEndian, bytes32Of, EdPoint } from '../curves.ts';
import { SM2_PARAMETERS } from '../sm2-curve.ts';
import { sm2SignDigest } from '../sm2-signature.ts';
import { sm2ZInput } from '../sm2-z.ts';
import { maker, seed } from './vector-keys.ts';

/** Signatures that are the same each time, unlike those of `sign`: for vector files only. */
export function signAlike(
  algorithm: SignatureAlgorithm,
  privateKey: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  if (algorithm === 'ed25519') return ed25519.sign(message, privateKey);
  if (algorithm === 'es256') {
    return p256.sign(message, privateKey, { lowS: false, prehash: true, format: 'compact' });
  }
  return sm2SignAlike(privateKey, message);
}

/** An SM2 signature with a nonce drawn from key and message; `id` other than the default is a fault. */
export function sm2SignAlike(
  privateKey: Uint8Array,
  message: Uint8Array,
  id?: Uint8Array,
): Uint8Array {
  const { publicKey } = maker.prepareSigner('sm2', privateKey);
  const z = maker.hash('sm3', sm2ZInput(publicKey, id));
  const digest = maker.hashParts('sm3', [z, message]);
  const drawn = bigintOf(maker.hashParts('sm3', [seed('nonce'), privateKey, digest]));
  const signature = sm2SignDigest(bigintOf(privateKey), digest, drawn % SM2_PARAMETERS.n);
  if (signature === undefined) throw new Error('this nonce gives no signature');
  return signature;
}

/** The secret scalar of an Ed25519 seed (RFC 8032 §5.1.5). */
export function edScalar(privateKey: Uint8Array): bigint {
  return ed25519.utils.getExtendedPublicKey(privateKey).scalar;
}

/**
 * An Ed25519 signature with any parts: R and A as encodings of whatever points, S = r + k·a. What a
 * signer of bad will could send.
 */
export function edSignWith(parts: {
  readonly encodedR: Uint8Array;
  readonly encodedA: Uint8Array;
  readonly r: bigint;
  readonly a: bigint;
  readonly message: Uint8Array;
}): { readonly signature: Uint8Array; readonly k: bigint } {
  const order = EdPoint.Fn.ORDER;
  const hashed = sha512(concatBytes(parts.encodedR, parts.encodedA, parts.message));
  const k = bigintOfLittleEndian(hashed) % order;
  const s = (((parts.r + k * parts.a) % order) + order) % order;
  return { signature: concatBytes(parts.encodedR, littleEndian(s)), k };
}

/** 32 bytes, little-endian. */
export function littleEndian(value: bigint): Uint8Array {
  return bytes32Of(value).toReversed();
}
