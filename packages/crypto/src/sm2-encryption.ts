import { concatBytes, u32be } from '@hefu/bytes';
import { HASH_BYTES, PRIVATE_KEY_BYTES } from './algorithm.ts';
import { equalConstantTime } from './constant-time.ts';
import { bigintOf, bytes32Of, Sm2Point } from './curves.ts';
import type { EcPoint } from './curves.ts';
import { hashParts } from './hash.ts';
import { checkPublicKey, privateKeyIsValid } from './key-check.ts';
import { randomBytes } from './random.ts';

/** C1, an uncompressed point; C3, a hash, and the encrypted message come after it. */
const POINT_BYTES = 65;
/** What a ciphertext is longer than its message. */
export const SM2_ENCRYPTION_OVERHEAD_BYTES: number = POINT_BYTES + HASH_BYTES;
/** Longest message: keys and small secrets. Anything larger is sealed under a key that is wrapped. */
export const SM2_PLAINTEXT_BYTES_MAX = 65_536;

/**
 * Encrypts to an SM2 public key: C1 ‖ C3 ‖ C2 with C1 as 04 ‖ x ‖ y (GB/T 32918.4 §6.1, in the order
 * of GB/T 32918.4-2016). Throws RangeError for a key that fails `checkPublicKey`, and for messages
 * that are empty or above 64 KiB.
 */
export function sm2Encrypt(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  if (!checkPublicKey('sm2', publicKey).ok) throw new RangeError('not a public key for sm2');
  if (message.length === 0 || message.length > SM2_PLAINTEXT_BYTES_MAX) {
    throw new RangeError(`message of ${message.length} bytes`);
  }
  const receiver = Sm2Point.fromBytes(publicKey);
  for (;;) {
    const nonce = randomBytes(PRIVATE_KEY_BYTES);
    if (!privateKeyIsValid('sm2', nonce)) continue;
    const ciphertext = sm2EncryptWithNonce(receiver, message, bigintOf(nonce));
    if (ciphertext !== undefined) return ciphertext;
  }
}

/** The deterministic part of `sm2Encrypt`; undefined when another nonce must be drawn (step A5). */
export function sm2EncryptWithNonce(
  receiver: EcPoint,
  message: Uint8Array,
  nonce: bigint,
): Uint8Array | undefined {
  const c1 = Sm2Point.BASE.multiply(nonce).toBytes(false);
  const shared = sharedCoordinates(receiver, nonce);
  const mask = deriveMask(shared, message.length);
  if (mask.every((byte) => byte === 0)) return undefined;
  const c2 = message.map((byte, i) => byte ^ (mask[i] ?? 0));
  return concatBytes(c1, checkHash(shared, message), c2);
}

/**
 * The message of a ciphertext, or undefined: too short, C1 no point of the curve, or another key's
 * (GB/T 32918.4 §7.1). Throws RangeError when `privateKey` is not an SM2 private key.
 */
export function sm2Decrypt(privateKey: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  if (!privateKeyIsValid('sm2', privateKey)) throw new RangeError('not a private key for sm2');
  const size = ciphertext.length - SM2_ENCRYPTION_OVERHEAD_BYTES;
  if (size < 1 || size > SM2_PLAINTEXT_BYTES_MAX) return undefined;
  const c1 = ciphertext.subarray(0, POINT_BYTES);
  if (!checkPublicKey('sm2', c1).ok) return undefined;
  const shared = sharedCoordinates(Sm2Point.fromBytes(c1), bigintOf(privateKey));
  const mask = deriveMask(shared, size);
  const c2 = ciphertext.slice(SM2_ENCRYPTION_OVERHEAD_BYTES);
  const message = c2.map((byte, i) => byte ^ (mask[i] ?? 0));
  const c3 = ciphertext.subarray(POINT_BYTES, SM2_ENCRYPTION_OVERHEAD_BYTES);
  const genuine = equalConstantTime(checkHash(shared, message), c3);
  return genuine && mask.some((byte) => byte !== 0) ? message : undefined;
}

interface SharedCoordinates {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

function sharedCoordinates(point: EcPoint, scalar: bigint): SharedCoordinates {
  const { x, y } = point.multiply(scalar).toAffine();
  return { x: bytes32Of(x), y: bytes32Of(y) };
}

/** KDF(x2 ‖ y2, size) of GB/T 32918.4 §5.4.3: SM3 over the input and a counter from 1. */
function deriveMask(shared: SharedCoordinates, size: number): Uint8Array {
  const mask = new Uint8Array(size);
  for (let at = 0, counter = 1; at < size; at += HASH_BYTES, counter++) {
    const block = hashParts('sm3', shared.x, shared.y, u32be(counter));
    mask.set(block.subarray(0, size - at), at);
  }
  return mask;
}

/** C3 = SM3(x2 ‖ M ‖ y2). */
function checkHash(shared: SharedCoordinates, message: Uint8Array): Uint8Array {
  return hashParts('sm3', shared.x, message, shared.y);
}
