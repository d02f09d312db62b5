import type { Hasher } from '../hasher.ts';
import { nibbleAt, stateNodeKey } from './key.ts';
import {
  EMPTY,
  INNER,
  isLeafRecord,
  LEAF,
  leafKeyHash,
  leafValue,
  NodeFrame,
  SLOTS,
} from './node.ts';
import type { StateProof } from './proof.ts';
import { readLeaf, readNode } from './read.ts';
import type { GetStateOptions } from './read.ts';
import { isEmptySubtree } from './types.ts';

/**
 * Proof of what the state that `root` names holds under a key hash: its leaf, or that there is
 * none. Throws StateTreeError when the store lacks a record.
 */
export function proveState(options: GetStateOptions & { readonly hasher: Hasher }): StateProof {
  const { hasher, reader, root, keyHash } = options;
  const siblings: Uint8Array[] = [];
  if (isEmptySubtree(root.hash)) return { siblings };
  const frame = new NodeFrame();
  let version = root.version;
  for (let depth = 0; ; depth++) {
    const key = stateNodeKey(version, depth, keyHash);
    const bytes = readNode(reader, key);
    if (isLeafRecord(bytes)) return { siblings, leaf: provenLeaf(hasher, bytes) };
    frame.load(bytes, key);
    const slot = nibbleAt(keyHash, depth);
    frame.forgetGroup(slot);
    frame.fold(hasher);
    const end = descend(frame, slot, siblings);
    if (frame.kinds[end] === EMPTY) return { siblings };
    if (frame.kinds[end] === LEAF && end < SLOTS) {
      // Folded inside this record: the leaf may stand in another slot than the key's own.
      const leafSlot = slotBelow(frame, end);
      const path = keyHash.slice();
      path[depth >> 1] = withNibble(path[depth >> 1] as number, depth, leafSlot);
      const leafKey = stateNodeKey(frame.versions[leafSlot] as number, depth + 1, path);
      return { siblings, leaf: provenLeaf(hasher, readLeaf(reader, leafKey)) };
    }
    version = frame.versions[slot] as number;
  }
}

/** Walks from the record's root towards `slot`, adding siblings, until nothing branches. */
function descend(frame: NodeFrame, slot: number, siblings: Uint8Array[]): number {
  let index = 1;
  for (let bit = 3; bit >= 0 && frame.kinds[index] === INNER; bit--) {
    index = 2 * index + ((slot >> bit) & 1);
    siblings.push(frame.hashAt(index ^ 1));
  }
  return index;
}

/** The one occupied slot below heap node `index`, which is a folded leaf. */
function slotBelow(frame: NodeFrame, index: number): number {
  let at = index;
  while (at < SLOTS) at = frame.kinds[2 * at] === EMPTY ? 2 * at + 1 : 2 * at;
  return at - SLOTS;
}

function withNibble(byte: number, depth: number, nibble: number): number {
  return (depth & 1) === 0 ? (byte & 0x0f) | (nibble << 4) : (byte & 0xf0) | nibble;
}

function provenLeaf(hasher: Hasher, bytes: Uint8Array): NonNullable<StateProof['leaf']> {
  return { keyHash: leafKeyHash(bytes).slice(), valueHash: hasher.hash(leafValue(bytes)) };
}
