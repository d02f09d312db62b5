import { HASH_BYTES } from '../hasher.ts';

/** Nibbles in a key hash: the greatest depth a record can have. */
export const DEPTH_MAX: number = 2 * HASH_BYTES;
/** Versions are stored in 48 bits inside nodes: 8,900 years of a block each millisecond. */
export const VERSION_MAX: number = 2 ** 48 - 1;

const TWO_POW_32 = 0x1_0000_0000;
const PATH_OFFSET = 9;

/** Four bits of `path`, most significant first. */
export function nibbleAt(path: Uint8Array, index: number): number {
  const byte = path[index >> 1] as number;
  return (index & 1) === 0 ? byte >> 4 : byte & 15;
}

/**
 * Key of the record at the first `depth` nibbles of `path`: version (u64 BE) ‖ depth (u8) ‖ nibbles
 * packed two a byte, an odd last one in the high half. Version first, so that all records of one
 * block are neighbours at the end of an ordered store.
 */
export function stateNodeKey(version: number, depth: number, path: Uint8Array): Uint8Array {
  const pathBytes = (depth + 1) >> 1;
  const key = new Uint8Array(PATH_OFFSET + pathBytes);
  const high = Math.floor(version / TWO_POW_32);
  const low = version >>> 0;
  key[0] = high >>> 24;
  key[1] = high >>> 16;
  key[2] = high >>> 8;
  key[3] = high;
  key[4] = low >>> 24;
  key[5] = low >>> 16;
  key[6] = low >>> 8;
  key[7] = low;
  key[8] = depth;
  for (let i = 0; i < pathBytes; i++) key[PATH_OFFSET + i] = path[i] as number;
  if ((depth & 1) === 1) key[key.length - 1] = (path[pathBytes - 1] as number) & 0xf0;
  return key;
}

/** A copy of `path` (at least depth nibbles) that goes on with `slot` at nibble `depth`. */
export function childPath(path: Uint8Array, depth: number, slot: number): Uint8Array {
  const child = new Uint8Array(HASH_BYTES);
  child.set(path.subarray(0, (depth + 1) >> 1));
  const at = depth >> 1;
  child[at] = (depth & 1) === 0 ? slot << 4 : ((child[at] as number) & 0xf0) | slot;
  return child;
}
