import { concatBytes } from '@hefu/bytes';
import { bigintOf, bytes32Of, Sm2Point } from './curves.ts';
import type { EcPoint } from './curves.ts';
import { SM2_PARAMETERS } from './sm2-curve.ts';

const ORDER = SM2_PARAMETERS.n;

function modulo(value: bigint): bigint {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/**
 * The signature r ‖ s of digest `e` with private scalar and nonce (GB/T 32918.2 §6.1, steps A4–A7);
 * undefined when this nonce gives none and another must be drawn. A nonce used twice, or known to
 * anyone, gives the private key away.
 */
export function sm2SignDigest(
  privateKey: bigint,
  digest: Uint8Array,
  nonce: bigint,
): Uint8Array | undefined {
  const e = bigintOf(digest);
  const r = modulo(e + Sm2Point.BASE.multiply(nonce).x);
  if (r === 0n || r + nonce === ORDER) return undefined;
  const s = modulo(Sm2Point.Fn.inv(1n + privateKey) * modulo(nonce - r * privateKey));
  if (s === 0n) return undefined;
  return concatBytes(bytes32Of(r), bytes32Of(s));
}

/**
 * Whether r ‖ s signs digest `e` under the public point (GB/T 32918.2 §7.1, steps B5–B7). The caller
 * has checked that r and s are from 1 to n − 1.
 */
export function sm2VerifyDigest(
  publicPoint: EcPoint,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const r = bigintOf(signature.subarray(0, 32));
  const s = bigintOf(signature.subarray(32, 64));
  const t = modulo(r + s);
  if (t === 0n) return false;
  const point = Sm2Point.BASE.mulAddUnsafe(s, publicPoint, t);
  if (point.is0()) return false;
  return modulo(bigintOf(digest) + point.x) === r;
}
