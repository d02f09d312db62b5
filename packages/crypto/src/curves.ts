import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import type { WeierstrassPoint, WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { toHex } from '@hefu/bytes';
import { SM2_PARAMETERS } from './sm2-curve.ts';

/** A point of edwards25519. */
export type { EdwardsPoint } from '@noble/curves/abstract/edwards.js';
/** A point of P-256 or of the SM2 curve. */
export type EcPoint = WeierstrassPoint<bigint>;

/** The group of the SM2 curve. */
export const Sm2Point: WeierstrassPointCons<bigint> = weierstrass(SM2_PARAMETERS);
/** The group of P-256. */
export const P256Point: WeierstrassPointCons<bigint> = p256.Point;
/** The group of edwards25519. */
export const EdPoint: typeof ed25519.Point = ed25519.Point;

/** The integer that big-endian `bytes` stand for. */
export function bigintOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** The integer that little-endian `bytes` stand for. */
export function bigintOfLittleEndian(bytes: Uint8Array): bigint {
  return bigintOf(bytes.toReversed());
}

/** 32 bytes, big-endian. Throws RangeError when `value` does not fit. */
export function bytes32Of(value: bigint): Uint8Array {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError('integer beyond 256 bits');
  const bytes = new Uint8Array(32);
  let rest = value;
  for (let i = 31; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}
