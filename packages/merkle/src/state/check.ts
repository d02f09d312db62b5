import { equalBytes } from '@hefu/bytes';
import type { Hasher } from '../hasher.ts';
import { Arena } from './arena.ts';
import { childPath, DEPTH_MAX, nibbleAt, stateNodeKey } from './key.ts';
import {
  EMPTY,
  INNER,
  isInnerRecord,
  isLeafRecord,
  LEAF,
  leafKeyHash,
  leafValue,
  NodeFrame,
  SLOTS,
} from './node.ts';
import { EMPTY_SUBTREE, isEmptySubtree } from './types.ts';
import type { NodeReader, StateRoot } from './types.ts';

export type StateTreeFault =
  /** A record is not in the store. */
  | 'state-node-missing'
  /** A record's bytes have no valid form. */
  | 'state-node-malformed'
  /** A record does not hash to what its parent, or the root, says. */
  | 'state-hash-mismatch'
  /** A leaf stands where its key does not lead, or a record where its subtree would be folded. */
  | 'state-node-misplaced';

/** Counts of records, or the first fault and the key of the record where it was seen. */
export type StateTreeCheck =
  | { readonly ok: true; readonly leaves: number; readonly nodes: number }
  | { readonly ok: false; readonly code: StateTreeFault; readonly key: Uint8Array };

/** A record still to be looked at, and what its parent says of it. */
export interface Expected {
  readonly version: number;
  readonly depth: number;
  readonly path: Uint8Array;
  readonly hash: Uint8Array;
  /** Unknown for the root. */
  readonly kind: number | undefined;
}

/**
 * Reads every record that `root` needs and hashes all of it again: two hashes for a leaf, at most
 * fifteen for an inner record. Throws only what `reader` throws.
 */
export function checkStateTree(options: {
  readonly hasher: Hasher;
  readonly reader: NodeReader;
  readonly root: StateRoot;
}): StateTreeCheck {
  const { hasher, reader, root } = options;
  if (isEmptySubtree(root.hash)) return { ok: true, leaves: 0, nodes: 0 };
  let leaves = 0;
  let nodes = 0;
  const frame = new NodeFrame();
  const waiting: Expected[] = [{ ...root, depth: 0, path: EMPTY_SUBTREE, kind: undefined }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const key = stateNodeKey(next.version, next.depth, next.path);
    const bytes = reader(key);
    if (bytes === undefined) return { ok: false, code: 'state-node-missing', key };
    const isLeaf = isLeafRecord(bytes);
    if (!isLeaf && !isInnerRecord(bytes)) return { ok: false, code: 'state-node-malformed', key };
    let fault: StateTreeFault | undefined;
    if (next.kind !== undefined && isLeaf !== (next.kind === LEAF)) fault = 'state-node-misplaced';
    else if (isLeaf) fault = leafFault(hasher, bytes, next);
    else fault = openInner(hasher, frame, bytes, key, next);
    if (fault !== undefined) return { ok: false, code: fault, key };
    if (isLeaf) {
      leaves++;
    } else {
      nodes++;
      waiting.push(...childrenOf(frame, next));
    }
  }
  return { ok: true, leaves, nodes };
}

export function leafFault(
  hasher: Hasher,
  bytes: Uint8Array,
  at: Expected,
): StateTreeFault | undefined {
  const keyHash = leafKeyHash(bytes);
  for (let i = 0; i < at.depth; i++) {
    if (nibbleAt(keyHash, i) !== nibbleAt(at.path, i)) return 'state-node-misplaced';
  }
  const hash = hasher.stateLeaf(keyHash, hasher.hash(leafValue(bytes)));
  return equalBytes(hash, at.hash) ? undefined : 'state-hash-mismatch';
}

/** Loads an inner record into `frame`, hashed wholly anew. */
export function openInner(
  hasher: Hasher,
  frame: NodeFrame,
  bytes: Uint8Array,
  key: Uint8Array,
  at: Expected,
): StateTreeFault | undefined {
  if (at.depth === DEPTH_MAX) return 'state-node-misplaced';
  frame.load(bytes, key);
  for (let slot = 0; slot < SLOTS; slot += 4) frame.forgetGroup(slot);
  frame.fold(hasher);
  if (frame.kinds[1] !== INNER) return 'state-node-misplaced';
  if (!equalBytes(frame.hashAt(1), at.hash)) return 'state-hash-mismatch';
  // Equal bytes also mean that the stored group hashes are those just computed.
  return equalBytes(frame.encode(new Arena()), bytes) ? undefined : 'state-hash-mismatch';
}

export function childrenOf(frame: NodeFrame, parent: Expected): Expected[] {
  const children: Expected[] = [];
  for (let slot = SLOTS - 1; slot >= 0; slot--) {
    const kind = frame.kinds[SLOTS + slot];
    if (kind === EMPTY) continue;
    children.push({
      version: frame.versions[slot] as number,
      depth: parent.depth + 1,
      path: childPath(parent.path, parent.depth, slot),
      hash: frame.hashAt(SLOTS + slot),
      kind,
    });
  }
  return children;
}
