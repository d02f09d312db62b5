import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import type { Arena } from './arena.ts';
import { StateTreeError } from './types.ts';

// Records, both only ever read by the node that wrote them:
//   leaf   0x01 ‖ keyHash (32) ‖ value
//   inner  0x00 ‖ occupied (u16) ‖ leaves (u16) ‖ version (u48) of each occupied slot
//          ‖ hash (32) of each occupied slot
//          ‖ hash (32) of each group of four slots of which two or more are occupied
// An inner record spans four binary levels: slots 0 to 15 are the sixteen subtrees below it. The
// group hashes save more than half of the hashing when one slot of a full node changes.
const INNER_TAG = 0x00;
const LEAF_TAG = 0x01;
const SLOTS_OFFSET = 5;
const VERSION_BYTES = 6;
const SLOT_BYTES: number = VERSION_BYTES + HASH_BYTES;
const ALL_OCCUPIED = 0xffff;
const LEAF_VALUE_OFFSET: number = 1 + HASH_BYTES;
const TWO_POW_32 = 0x1_0000_0000;

/** Subtrees below one inner record. */
export const SLOTS = 16;
/** Groups of four slots; also the heap index of the first of them. */
const GROUPS = 4;
/** Occupied slots from which on a group of four stores its hash. */
const GROUP_STORED_MIN = 2;

/** What a subtree is. A subtree with one leaf is that leaf, at whatever depth. */
export const EMPTY = 0;
export const LEAF = 1;
export const INNER = 2;

export type SubtreeKind = typeof EMPTY | typeof LEAF | typeof INNER;

export function encodeLeaf(arena: Arena, keyHash: Uint8Array, value: Uint8Array): Uint8Array {
  const bytes = arena.take(LEAF_VALUE_OFFSET + value.length);
  bytes[0] = LEAF_TAG;
  bytes.set(keyHash, 1);
  bytes.set(value, LEAF_VALUE_OFFSET);
  return bytes;
}

export function isLeafRecord(bytes: Uint8Array): boolean {
  return bytes[0] === LEAF_TAG && bytes.length >= LEAF_VALUE_OFFSET;
}

/** Key hash of a leaf record, as a view. */
export function leafKeyHash(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(1, LEAF_VALUE_OFFSET);
}

/** Value of a leaf record, as a view. */
export function leafValue(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(LEAF_VALUE_OFFSET);
}

/** Version of the record in `slot` of an inner record, undefined when the slot is empty. */
export function slotVersion(bytes: Uint8Array, slot: number): number | undefined {
  const occupied = readU16(bytes, 1);
  if ((occupied & (1 << slot)) === 0) return undefined;
  return readU48(bytes, SLOTS_OFFSET + VERSION_BYTES * bitCount(occupied & ((1 << slot) - 1)));
}

/** Whether `bytes` have the form of an inner record, by tag, bitmaps and length. */
export function isInnerRecord(bytes: Uint8Array): boolean {
  if (bytes.length < SLOTS_OFFSET || bytes[0] !== INNER_TAG) return false;
  const occupied = readU16(bytes, 1);
  const leaves = readU16(bytes, 3);
  return (leaves & ~occupied) === 0 && bytes.length === innerBytes(occupied);
}

/**
 * An inner record opened for work: the sixteen slots and the binary nodes above them, as a heap
 * (node i has the children 2i and 2i + 1; 1 is the record's own root, 16 to 31 are the slots).
 */
export class NodeFrame {
  readonly kinds: Uint8Array = new Uint8Array(2 * SLOTS);
  readonly hashes: Uint8Array = new Uint8Array(2 * SLOTS * HASH_BYTES);
  /** Version of each slot's record. */
  readonly versions: Float64Array = new Float64Array(SLOTS);
  /** Bits of the groups of four whose hash (heap nodes 4 to 7) is right as it stands. */
  #groupsKnown: number = 0;

  /** Makes all slots empty. */
  clear(): void {
    this.kinds.fill(EMPTY);
    this.hashes.fill(0);
    this.#groupsKnown = 0;
  }

  /** Reads an inner record. `key` is for the error, thrown when the bytes are none. */
  load(bytes: Uint8Array, key: Uint8Array): void {
    if (!isInnerRecord(bytes)) throw new StateTreeError('state-node-malformed', key);
    this.clear();
    const occupied = readU16(bytes, 1);
    const leaves = readU16(bytes, 3);
    let versionAt = SLOTS_OFFSET;
    let hashAt = SLOTS_OFFSET + VERSION_BYTES * bitCount(occupied);
    if (occupied === ALL_OCCUPIED) {
      const end = hashAt + SLOTS * HASH_BYTES;
      this.hashes.set(bytes.subarray(hashAt, end), SLOTS * HASH_BYTES);
    }
    for (let slot = 0; slot < SLOTS; slot++) {
      if ((occupied & (1 << slot)) === 0) continue;
      this.kinds[SLOTS + slot] = (leaves & (1 << slot)) === 0 ? INNER : LEAF;
      this.versions[slot] = readU48(bytes, versionAt);
      if (occupied !== ALL_OCCUPIED) copyHash(bytes, hashAt, this.hashes, hashOffset(SLOTS + slot));
      versionAt += VERSION_BYTES;
      hashAt += HASH_BYTES;
    }
    for (let group = 0; group < GROUPS; group++) {
      if (groupCount(occupied, group) < GROUP_STORED_MIN) continue;
      this.kinds[GROUPS + group] = INNER;
      copyHash(bytes, hashAt, this.hashes, hashOffset(GROUPS + group));
      this.#groupsKnown |= 1 << group;
      hashAt += HASH_BYTES;
    }
  }

  /** Puts another subtree, whose hash is at `offset` of `hash`, into `slot`. */
  setSlot(
    slot: number,
    kind: SubtreeKind,
    version: number,
    hash: Uint8Array,
    offset: number = 0,
  ): void {
    this.kinds[SLOTS + slot] = kind;
    this.versions[slot] = version;
    copyHash(hash, offset, this.hashes, hashOffset(SLOTS + slot));
    this.forgetGroup(slot);
  }

  /** Makes the next {@link fold} hash the group of `slot` anew, with the nodes inside it. */
  forgetGroup(slot: number): void {
    this.#groupsKnown &= ~(1 << (slot >> 2));
  }

  /** Number of slots that are not empty. */
  occupiedCount(): number {
    let count = 0;
    for (let i = SLOTS; i < 2 * SLOTS; i++) if (this.kinds[i] !== EMPTY) count++;
    return count;
  }

  /** The hash of heap node `index`, copied. */
  hashAt(index: number): Uint8Array {
    return this.hashes.slice(hashOffset(index), hashOffset(index + 1));
  }

  /** Hashes what is not known yet, up to heap node 1. */
  fold(hasher: Hasher): void {
    for (let index = SLOTS - 1; index >= 1; index--) {
      const group = index >= 2 * GROUPS ? (index >> 1) - GROUPS : index - GROUPS;
      if (group >= 0 && (this.#groupsKnown & (1 << group)) !== 0) continue;
      this.#foldAt(hasher, index);
    }
    this.#groupsKnown = 15;
  }

  /** The record of these slots. Call after {@link fold}. */
  encode(arena: Arena): Uint8Array {
    let occupied = 0;
    let leaves = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      const kind = this.kinds[SLOTS + slot];
      if (kind !== EMPTY) occupied |= 1 << slot;
      if (kind === LEAF) leaves |= 1 << slot;
    }
    const bytes = arena.take(innerBytes(occupied));
    bytes[0] = INNER_TAG;
    bytes[1] = occupied >>> 8;
    bytes[2] = occupied;
    bytes[3] = leaves >>> 8;
    bytes[4] = leaves;
    let versionAt = SLOTS_OFFSET;
    let hashAt = SLOTS_OFFSET + VERSION_BYTES * bitCount(occupied);
    if (occupied === ALL_OCCUPIED) bytes.set(this.hashes.subarray(hashOffset(SLOTS)), hashAt);
    for (let slot = 0; slot < SLOTS; slot++) {
      if ((occupied & (1 << slot)) === 0) continue;
      writeU48(bytes, versionAt, this.versions[slot] as number);
      if (occupied !== ALL_OCCUPIED) copyHash(this.hashes, hashOffset(SLOTS + slot), bytes, hashAt);
      versionAt += VERSION_BYTES;
      hashAt += HASH_BYTES;
    }
    for (let group = 0; group < GROUPS; group++) {
      if (groupCount(occupied, group) < GROUP_STORED_MIN) continue;
      copyHash(this.hashes, hashOffset(GROUPS + group), bytes, hashAt);
      hashAt += HASH_BYTES;
    }
    return bytes;
  }

  #foldAt(hasher: Hasher, index: number): void {
    const left = this.kinds[2 * index];
    const right = this.kinds[2 * index + 1];
    if (left === EMPTY && right !== INNER) {
      this.#lift(index, 2 * index + 1);
    } else if (right === EMPTY && left !== INNER) {
      this.#lift(index, 2 * index);
    } else {
      this.kinds[index] = INNER;
      hasher.stateNodeWithin(this.hashes, hashOffset(2 * index), hashOffset(index));
    }
  }

  /** A single leaf, or nothing, stands for the subtree above it. */
  #lift(index: number, child: number): void {
    this.kinds[index] = this.kinds[child] as number;
    copyHash(this.hashes, hashOffset(child), this.hashes, hashOffset(index));
  }
}

/** Where the hash of heap node `index` stands. */
export function hashOffset(index: number): number {
  return index * HASH_BYTES;
}

/** A loop is twice as fast as `set` with a view of so few bytes (measured). */
function copyHash(from: Uint8Array, at: number, to: Uint8Array, start: number): void {
  for (let i = 0; i < HASH_BYTES; i++) to[start + i] = from[at + i] as number;
}

function innerBytes(occupied: number): number {
  let size = SLOTS_OFFSET + SLOT_BYTES * bitCount(occupied);
  for (let group = 0; group < GROUPS; group++) {
    if (groupCount(occupied, group) >= GROUP_STORED_MIN) size += HASH_BYTES;
  }
  return size;
}

function groupCount(occupied: number, group: number): number {
  return bitCount((occupied >> (4 * group)) & 15);
}

/** One-bits of a 16-bit integer. */
function bitCount(bits: number): number {
  let count = bits - ((bits >> 1) & 0x5555);
  count = (count & 0x3333) + ((count >> 2) & 0x3333);
  count = (count + (count >> 4)) & 0x0f0f;
  return (count + (count >> 8)) & 0x1f;
}

function readU16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

function readU48(bytes: Uint8Array, offset: number): number {
  const low = readU16(bytes, offset + 2) * 0x1_0000 + readU16(bytes, offset + 4);
  return readU16(bytes, offset) * TWO_POW_32 + low;
}

function writeU48(bytes: Uint8Array, offset: number, value: number): void {
  const high = Math.floor(value / TWO_POW_32);
  const low = value >>> 0;
  bytes[offset] = high >>> 8;
  bytes[offset + 1] = high;
  bytes[offset + 2] = low >>> 24;
  bytes[offset + 3] = low >>> 16;
  bytes[offset + 4] = low >>> 8;
  bytes[offset + 5] = low;
}
