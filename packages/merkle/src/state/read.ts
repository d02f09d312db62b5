import { compareBytes, equalBytes } from '@hefu/bytes';
import { childPath, nibbleAt, stateNodeKey } from './key.ts';
import { isInnerRecord, isLeafRecord, leafKeyHash, leafValue, SLOTS, slotVersion } from './node.ts';
import { EMPTY_SUBTREE, isEmptySubtree, StateTreeError } from './types.ts';
import type { NodeReader, StateLeaf, StateRoot } from './types.ts';

/** Reads a record that must be there. Throws StateTreeError when it is not, or is none. */
export function readNode(reader: NodeReader, key: Uint8Array): Uint8Array {
  const bytes = reader(key);
  if (bytes === undefined) throw new StateTreeError('state-node-missing', key);
  if (isLeafRecord(bytes) || isInnerRecord(bytes)) return bytes;
  throw new StateTreeError('state-node-malformed', key);
}

/** {@link readNode} where the parent says that the record is a leaf's. */
export function readLeaf(reader: NodeReader, key: Uint8Array): Uint8Array {
  const bytes = readNode(reader, key);
  if (isLeafRecord(bytes)) return bytes;
  throw new StateTreeError('state-node-malformed', key);
}

export interface GetStateOptions {
  readonly reader: NodeReader;
  readonly root: StateRoot;
  readonly keyHash: Uint8Array;
}

/**
 * The value of a key in the state that `root` names, or undefined when it has none. A view of the
 * stored record. Throws StateTreeError when the store lacks a record.
 */
export function getState(options: GetStateOptions): Uint8Array | undefined {
  const { reader, root, keyHash } = options;
  if (isEmptySubtree(root.hash)) return undefined;
  let version: number | undefined = root.version;
  for (let depth = 0; version !== undefined; depth++) {
    const bytes = readNode(reader, stateNodeKey(version, depth, keyHash));
    if (isLeafRecord(bytes)) {
      return equalBytes(leafKeyHash(bytes), keyHash) ? leafValue(bytes) : undefined;
    }
    version = slotVersion(bytes, nibbleAt(keyHash, depth));
  }
  return undefined;
}

export interface WalkOptions {
  readonly reader: NodeReader;
  readonly root: StateRoot;
  /** Leave out what lies at or before this key hash. */
  readonly after?: Uint8Array;
}

/** A stored record that a root needs. */
export interface WalkedNode {
  readonly key: Uint8Array;
  readonly bytes: Uint8Array;
  readonly depth: number;
}

/**
 * Every record that `root` needs, parents before children, leaves by ascending key hash. With
 * `after`, subtrees that lie wholly before it are left out.
 */
export function* walkStateNodes(options: WalkOptions): Generator<WalkedNode> {
  const { reader, root, after } = options;
  if (isEmptySubtree(root.hash)) return;
  const waiting = [{ version: root.version, depth: 0, path: EMPTY_SUBTREE }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { version, depth, path } = next;
    const key = stateNodeKey(version, depth, path);
    const bytes = readNode(reader, key);
    yield { key, bytes, depth };
    if (isLeafRecord(bytes)) continue;
    for (let slot = SLOTS - 1; slot >= 0; slot--) {
      const child = slotVersion(bytes, slot);
      if (child === undefined) continue;
      const at = childPath(path, depth, slot);
      if (after !== undefined && liesBefore(at, depth + 1, after)) continue;
      waiting.push({ version: child, depth: depth + 1, path: at });
    }
  }
}

/** Every leaf of the state that `root` names, by ascending key hash; views of stored records. */
export function* iterateState(options: WalkOptions): Generator<StateLeaf> {
  for (const { bytes } of walkStateNodes(options)) {
    if (!isLeafRecord(bytes)) continue;
    const keyHash = leafKeyHash(bytes);
    if (options.after !== undefined && compareBytes(keyHash, options.after) <= 0) continue;
    yield { keyHash, value: leafValue(bytes) };
  }
}

/** Whether every key that begins with the first `depth` nibbles of `path` is below `key`. */
function liesBefore(path: Uint8Array, depth: number, key: Uint8Array): boolean {
  for (let i = 0; i < depth; i++) {
    const difference = nibbleAt(path, i) - nibbleAt(key, i);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
