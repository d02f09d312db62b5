import { fromHex } from '@hefu/bytes';

/**
 * The byte checks of the one Ed25519 rule that all runtimes must share. RFC 8032 §5.1.7 leaves room
 * in them, and verifiers differ there: without these checks two nodes could judge one statement
 * differently and fork the ledger.
 */

/** The group order L = 2^252 + 27742317777372353535851937790883648493, little-endian. */
const ORDER = constant('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');

/** y-coordinates of the eight points of small order, little-endian: 1, −1, 0 and the two of order 8. */
const SMALL_ORDER_Y: readonly Uint8Array[] = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(constant);

function constant(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError('a constant is not hexadecimal');
  return bytes;
}

/** Whether y, the 255 low bits of a 32-byte point encoding, is below p = 2^255 − 19. */
export function pointEncodingIsCanonical(bytes: Uint8Array): boolean {
  if (((bytes[31] ?? 0) & 0x7f) !== 0x7f) return true;
  for (let i = 30; i > 0; i--) if (bytes[i] !== 0xff) return true;
  return (bytes[0] ?? 0) < 0xed;
}

/** Whether a canonical 32-byte point encoding is of a point of order 1, 2, 4 or 8. */
export function pointHasSmallOrder(bytes: Uint8Array): boolean {
  return SMALL_ORDER_Y.some((y) => {
    for (let i = 0; i < 31; i++) if (bytes[i] !== y[i]) return false;
    return ((bytes[31] ?? 0) & 0x7f) === y[31];
  });
}

/** Whether S, the last 32 bytes of a signature, is below L (RFC 8032 §5.1.7). */
function scalarIsReduced(signature: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const byte = signature[32 + i] ?? 0;
    const bound = ORDER[i] ?? 0;
    if (byte !== bound) return byte < bound;
  }
  return false;
}

/** Whether a 64-byte signature passes every check that needs no curve arithmetic. */
export function ed25519SignatureIsWellFormed(signature: Uint8Array): boolean {
  return (
    scalarIsReduced(signature) &&
    pointEncodingIsCanonical(signature) &&
    !pointHasSmallOrder(signature)
  );
}
