const TWO_POW_32 = 0x1_0000_0000;
/** High words above this one make a value beyond 2^53 − 1. */
const HIGH_WORD_MAX = 0x1f_ffff;

function requireUnsigned(value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) {
    throw new RangeError(`integer out of range: ${value}`);
  }
}

/** Two bytes, big-endian. Throws RangeError unless 0 ≤ value < 2^16. */
export function u16be(value: number): Uint8Array {
  requireUnsigned(value, 0xffff);
  const bytes = new Uint8Array(2);
  bytes[0] = value >>> 8;
  bytes[1] = value;
  return bytes;
}

/** Four bytes, big-endian. Throws RangeError unless 0 ≤ value < 2^32. */
export function u32be(value: number): Uint8Array {
  requireUnsigned(value, 0xffff_ffff);
  const bytes = new Uint8Array(4);
  writeU32(bytes, 0, value);
  return bytes;
}

/** Eight bytes, big-endian. Throws RangeError unless 0 ≤ value ≤ 2^53 − 1. */
export function u64be(value: number): Uint8Array {
  requireUnsigned(value, Number.MAX_SAFE_INTEGER);
  const bytes = new Uint8Array(8);
  writeU32(bytes, 0, Math.floor(value / TWO_POW_32));
  writeU32(bytes, 4, value % TWO_POW_32);
  return bytes;
}

/** The two bytes at `offset` as an integer; undefined when they are not all there. */
export function readU16be(bytes: Uint8Array, offset: number = 0): number | undefined {
  const high = bytes[offset];
  const low = bytes[offset + 1];
  return high === undefined || low === undefined ? undefined : high * 256 + low;
}

/** The four bytes at `offset` as an integer; undefined when they are not all there. */
export function readU32be(bytes: Uint8Array, offset: number = 0): number | undefined {
  const high = readU16be(bytes, offset);
  const low = readU16be(bytes, offset + 2);
  return high === undefined || low === undefined ? undefined : high * 65536 + low;
}

/** The eight bytes at `offset`; undefined when they are not all there or exceed 2^53 − 1. */
export function readU64be(bytes: Uint8Array, offset: number = 0): number | undefined {
  const high = readU32be(bytes, offset);
  const low = readU32be(bytes, offset + 4);
  if (high === undefined || low === undefined || high > HIGH_WORD_MAX) return undefined;
  return high * TWO_POW_32 + low;
}

function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}
