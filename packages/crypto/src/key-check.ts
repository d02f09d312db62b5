import { publicKeyBytes, PRIVATE_KEY_BYTES } from './algorithm.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import { EdPoint, P256Point, Sm2Point } from './curves.ts';
import { pointEncodingIsCanonical, pointHasSmallOrder } from './ed25519-rule.ts';
import { P256_ORDER, SM2_ORDER } from './sm2-curve.ts';

/** Why a public key is refused. */
export type PublicKeyErrorCode =
  /** Not of the algorithm's size, or not an uncompressed point. */
  | 'key-malformed'
  /** A coordinate not below the field's prime, or a sign bit on x = 0. */
  | 'key-not-canonical'
  /** No point of the curve has these coordinates. */
  | 'key-not-on-curve'
  /** An Ed25519 point of order 1, 2, 4 or 8: it verifies signatures that nobody made. */
  | 'key-small-order'
  /** An Ed25519 point with a part of small order: verifiers disagree about its signatures. */
  | 'key-not-torsion-free';

/** Whether a key may be used, or why not. */
export type PublicKeyCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: PublicKeyErrorCode };

const P256_PRIME = P256Point.Fp.ORDER;
const SM2_PRIME = Sm2Point.Fp.ORDER;

/**
 * Checks a raw public key as it must be checked before it is registered. Pure JavaScript with the
 * same outcome everywhere; about a millisecond for Ed25519, whose subgroup check is a multiplication.
 */
export function checkPublicKey(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
): PublicKeyCheck {
  if (publicKey.length !== publicKeyBytes(algorithm)) return refuse('key-malformed');
  if (algorithm === 'ed25519') return checkEd25519(publicKey);
  return algorithm === 'sm2'
    ? checkEc(publicKey, Sm2Point, SM2_PRIME)
    : checkEc(publicKey, P256Point, P256_PRIME);
}

function refuse(code: PublicKeyErrorCode): PublicKeyCheck {
  return { ok: false, code };
}

function checkEd25519(publicKey: Uint8Array): PublicKeyCheck {
  if (!pointEncodingIsCanonical(publicKey)) return refuse('key-not-canonical');
  if (pointHasSmallOrder(publicKey)) {
    return refuse(isSignedZero(publicKey) ? 'key-not-canonical' : 'key-small-order');
  }
  const point = parse(() => EdPoint.fromBytes(publicKey, false));
  if (point === undefined) return refuse('key-not-on-curve');
  return point.isTorsionFree() ? { ok: true } : refuse('key-not-torsion-free');
}

/** Whether this is y = 1 or −1, where x is 0, with the sign bit set (RFC 8032 §5.1.3 step 4). */
function isSignedZero(publicKey: Uint8Array): boolean {
  const first = publicKey[0];
  return (first === 0x01 || first === 0xec) && ((publicKey[31] ?? 0) & 0x80) !== 0;
}

function checkEc(publicKey: Uint8Array, Point: typeof P256Point, prime: bigint): PublicKeyCheck {
  if (publicKey[0] !== 4) return refuse('key-malformed');
  const x = coordinate(publicKey, 1);
  const y = coordinate(publicKey, 33);
  if (x >= prime || y >= prime) return refuse('key-not-canonical');
  const point = parse(() => Point.fromBytes(publicKey));
  return point === undefined ? refuse('key-not-on-curve') : { ok: true };
}

function coordinate(publicKey: Uint8Array, offset: number): bigint {
  let value = 0n;
  for (let i = 0; i < 32; i++) value = (value << 8n) | BigInt(publicKey[offset + i] ?? 0);
  return value;
}

/** The curve library throws on bad points; here that is an answer. */
function parse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Whether `privateKey` is one of `algorithm`: 32 bytes, and for the elliptic curves a scalar from 1
 * to n − 1 (SM2: n − 2, GB/T 32918.2 §6.1).
 */
export function privateKeyIsValid(algorithm: SignatureAlgorithm, privateKey: Uint8Array): boolean {
  if (privateKey.length !== PRIVATE_KEY_BYTES) return false;
  if (algorithm === 'ed25519') return true;
  if (!scalarInRange(privateKey, 0, algorithm === 'sm2' ? SM2_ORDER : P256_ORDER)) return false;
  if (algorithm === 'es256') return true;
  return coordinate(privateKey, 0) !== coordinate(SM2_ORDER, 0) - 1n;
}

/** Whether the 32 bytes at `offset` are an integer from 1 to order − 1. */
export function scalarInRange(bytes: Uint8Array, offset: number, order: Uint8Array): boolean {
  let zero = true;
  for (let i = 0; i < 32 && zero; i++) zero = bytes[offset + i] === 0;
  if (zero) return false;
  for (let i = 0; i < 32; i++) {
    const byte = bytes[offset + i] ?? 0;
    const bound = order[i] ?? 0;
    if (byte !== bound) return byte < bound;
  }
  return false;
}
