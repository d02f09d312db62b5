import { compareBytes, equalBytes } from '@hefu/bytes';
import { HASH_BYTES } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';
import { Arena } from './arena.ts';
import { childPath, nibbleAt, stateNodeKey, VERSION_MAX } from './key.ts';
import {
  EMPTY,
  encodeLeaf,
  hashOffset,
  INNER,
  isLeafRecord,
  LEAF,
  leafKeyHash,
  leafValue,
  NodeFrame,
  SLOTS,
} from './node.ts';
import type { SubtreeKind } from './node.ts';
import { readLeaf, readNode } from './read.ts';
import { EMPTY_SUBTREE, isEmptySubtree, StateTreeError } from './types.ts';
import type { NodePut, NodeReader, StateRoot, StateWrite } from './types.ts';

export interface ApplyWritesOptions {
  readonly hasher: Hasher;
  readonly reader: NodeReader;
  /** The state that the writes change. */
  readonly root: StateRoot;
  /** In any order; of several for one key the last counts. */
  readonly writes: readonly StateWrite[];
  /** Version of the new records: above that of a root with leaves, so that no key comes again. */
  readonly version: number;
}

/** What a block's writes make of the tree. Nothing has been stored yet. */
export interface AppliedWrites {
  readonly root: StateRoot;
  /** Records to store, ascending by key, all after every key of an earlier version. */
  readonly puts: readonly NodePut[];
  /** Keys of the records that the old root needs and the new one does not; each once. */
  readonly stale: readonly Uint8Array[];
}

/**
 * Applies one block's writes and returns the new root, the records to store and those that became
 * stale. The root depends on the set of keys and values alone, never on their history. Throws
 * RangeError for hashes of the wrong length or a version that does not grow, StateTreeError when
 * the store lacks a record.
 */
export function applyWrites(options: ApplyWritesOptions): AppliedWrites {
  const { root, version } = options;
  const isEmpty = isEmptySubtree(root.hash);
  const versionMin = isEmpty ? root.version : root.version + 1;
  if (!Number.isSafeInteger(version) || version < versionMin || version > VERSION_MAX) {
    throw new RangeError(`version ${version} can't follow ${root.version}`);
  }
  const changes = changesOf(options.hasher, options.writes);
  if (changes.length === 0) return { root, puts: [], stale: [] };
  return new Application(options, changes).run(isEmpty);
}

/** A leaf on its way to its place. */
interface PlacedLeaf {
  readonly keyHash: Uint8Array;
  readonly value: Uint8Array;
  readonly hash: Uint8Array;
  /** Where its record is stored already, if it is. */
  readonly stored: { readonly version: number; readonly depth: number } | undefined;
}

/** One key's change: the leaf that shall be there, or null for none. */
interface Change {
  readonly keyHash: Uint8Array;
  /** First six bytes of the key hash as an integer: decides nearly every comparison. */
  readonly order: number;
  readonly leaf: PlacedLeaf | null;
}

/** A subtree after the changes; undefined stands for "as it was". */
type Subtree =
  | { readonly kind: typeof EMPTY }
  | { readonly kind: typeof LEAF; readonly leaf: PlacedLeaf }
  // Its hash is that of heap node 1 in the frame of its depth, until that frame is used again.
  | { readonly kind: typeof INNER };

const EMPTY_RESULT: Subtree = { kind: EMPTY };
const INNER_RESULT: Subtree = { kind: INNER };
/** Heap index of a record's own root. */
const TOP = 1;

/** Sorted by key hash, one for each key. */
function changesOf(hasher: Hasher, writes: readonly StateWrite[]): Change[] {
  const sorted = writes.map(({ keyHash, value }): Change => {
    if (keyHash.length !== HASH_BYTES) throw new RangeError('a key hash is not 32 bytes');
    const leaf =
      value === null
        ? null
        : {
            keyHash,
            value,
            hash: hasher.stateLeaf(keyHash, hasher.hash(value)),
            stored: undefined,
          };
    return { keyHash, order: leadingBits(keyHash), leaf };
  });
  // Sorting is stable, so the last of equal keys is the latest write.
  sorted.sort((a, b) => a.order - b.order || compareBytes(a.keyHash, b.keyHash));
  return sorted.filter((change, i) => {
    const next = sorted[i + 1];
    return next === undefined || !equalBytes(change.keyHash, next.keyHash);
  });
}

function leadingBits(keyHash: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < 6; i++) bits = bits * 256 + (keyHash[i] as number);
  return bits;
}

/** One run of applyWrites: walks down where keys change and rebuilds on the way up. */
class Application {
  readonly #hasher: Hasher;
  readonly #reader: NodeReader;
  readonly #root: StateRoot;
  readonly #version: number;
  readonly #changes: readonly Change[];
  /** New records by depth: concatenated they ascend, since all keys begin with version and depth. */
  readonly #puts: NodePut[][] = [];
  readonly #stale: Uint8Array[] = [];
  // Apart, because a cache keeps leaves as they are but copies inner records.
  readonly #leafArena: Arena = new Arena();
  readonly #innerArena: Arena = new Arena();
  /** One working frame a depth, made when first needed. */
  readonly #frames: NodeFrame[] = [];
  /** Leaves that have no place yet, by depth and slot of the frame they are in. */
  readonly #unplaced: (PlacedLeaf | undefined)[][] = [];

  constructor(options: ApplyWritesOptions, changes: readonly Change[]) {
    this.#changes = changes;
    this.#hasher = options.hasher;
    this.#reader = options.reader;
    this.#root = options.root;
    this.#version = options.version;
  }

  run(isEmpty: boolean): AppliedWrites {
    const root = this.#root;
    const kind = isEmpty ? EMPTY : this.#rootKind();
    const result = this.#update(0, kind, root.version, root.hash, 0, this.#changes.length);
    if (result === undefined) return { root, puts: [], stale: [] };
    let hash = EMPTY_SUBTREE;
    if (result.kind === INNER) hash = this.#frame(0).hashAt(TOP);
    if (result.kind === LEAF) {
      this.#place(result.leaf, 0);
      hash = result.leaf.hash;
    }
    const puts = this.#puts.flatMap((row) => row.toSorted((a, b) => compareBytes(a[0], b[0])));
    return { root: { version: this.#version, hash }, puts, stale: this.#stale };
  }

  #rootKind(): SubtreeKind {
    const key = stateNodeKey(this.#root.version, 0, EMPTY_SUBTREE);
    return isLeafRecord(readNode(this.#reader, key)) ? LEAF : INNER;
  }

  /**
   * Applies changes [from, to), which share their first `depth` nibbles, to the subtree there. The
   * hash is only needed of a leaf.
   */
  #update(
    depth: number,
    kind: number,
    version: number,
    hash: Uint8Array,
    from: number,
    to: number,
  ): Subtree | undefined {
    if (kind === INNER) return this.#updateInner(depth, version, from, to);
    if (kind === LEAF) return this.#updateLeaf(depth, version, hash, from, to);
    const leaves: PlacedLeaf[] = [];
    for (let i = from; i < to; i++) {
      const leaf = (this.#changes[i] as Change).leaf;
      if (leaf !== null) leaves.push(leaf);
    }
    return leaves.length === 0 ? undefined : this.#build(depth, leaves, 0, leaves.length);
  }

  #updateInner(depth: number, version: number, from: number, to: number): Subtree | undefined {
    const path = (this.#changes[from] as Change).keyHash;
    const key = stateNodeKey(version, depth, path);
    const frame = this.#frame(depth);
    const bytes = this.#reader(key);
    if (bytes === undefined) throw new StateTreeError('state-node-missing', key);
    frame.load(bytes, key);
    let isChanged = false;
    for (let at = from; at < to;) {
      const slot = nibbleAt((this.#changes[at] as Change).keyHash, depth);
      let end = at + 1;
      while (end < to && nibbleAt((this.#changes[end] as Change).keyHash, depth) === slot) end++;
      const kind = frame.kinds[SLOTS + slot] as number;
      const child = this.#update(
        depth + 1,
        kind,
        frame.versions[slot] as number,
        kind === LEAF ? frame.hashAt(SLOTS + slot) : EMPTY_SUBTREE,
        at,
        end,
      );
      if (child !== undefined) {
        this.#setSlot(depth, slot, child);
        isChanged = true;
      }
      at = end;
    }
    if (!isChanged) return undefined;
    this.#stale.push(key);
    return this.#finish(depth, path);
  }

  #updateLeaf(
    depth: number,
    version: number,
    hash: Uint8Array,
    from: number,
    to: number,
  ): Subtree | undefined {
    const old = this.#storedLeaf(version, depth, (this.#changes[from] as Change).keyHash, hash);
    const leaves: PlacedLeaf[] = [];
    let oldIsDone = false;
    for (let i = from; i < to; i++) {
      const change = this.#changes[i] as Change;
      const order = oldIsDone ? 1 : compareBytes(change.keyHash, old.keyHash);
      if (order > 0 && !oldIsDone) leaves.push(old);
      if (order >= 0) oldIsDone = true;
      const keepsOld =
        order === 0 && change.leaf !== null && equalBytes(change.leaf.hash, old.hash);
      if (keepsOld) leaves.push(old);
      else if (change.leaf !== null) leaves.push(change.leaf);
      if (order === 0 && !keepsOld) this.#stale.push(stateNodeKey(version, depth, old.keyHash));
    }
    if (!oldIsDone) leaves.push(old);
    if (leaves.length === 1 && leaves[0] === old) return undefined;
    return this.#build(depth, leaves, 0, leaves.length);
  }

  /** A new subtree of leaves[from, to), sorted by key hash. */
  #build(depth: number, leaves: readonly PlacedLeaf[], from: number, to: number): Subtree {
    const first = leaves[from];
    if (first === undefined || from === to) return EMPTY_RESULT;
    if (to - from === 1) return { kind: LEAF, leaf: first };
    this.#frame(depth).clear();
    for (let at = from; at < to;) {
      const slot = nibbleAt((leaves[at] as PlacedLeaf).keyHash, depth);
      let end = at + 1;
      while (end < to && nibbleAt((leaves[end] as PlacedLeaf).keyHash, depth) === slot) end++;
      this.#setSlot(depth, slot, this.#build(depth + 1, leaves, at, end));
      at = end;
    }
    return this.#finish(depth, first.keyHash);
  }

  /** Turns the frame of `depth` into a stored record, or into what is left of it. */
  #finish(depth: number, path: Uint8Array): Subtree {
    const frame = this.#frame(depth);
    const unplaced = this.#unplaced[depth] as (PlacedLeaf | undefined)[];
    const count = frame.occupiedCount();
    if (count === 0) return EMPTY_RESULT;
    if (count === 1) {
      const slot = frame.kinds.findIndex((kind, i) => i >= SLOTS && kind !== EMPTY) - SLOTS;
      if (frame.kinds[SLOTS + slot] === LEAF) {
        const leaf = unplaced[slot] ?? this.#leafInSlot(frame, depth, path, slot);
        unplaced[slot] = undefined;
        return { kind: LEAF, leaf };
      }
    }
    for (let slot = 0; slot < SLOTS; slot++) {
      const leaf = unplaced[slot];
      if (leaf === undefined) continue;
      frame.versions[slot] = this.#place(leaf, depth + 1);
      unplaced[slot] = undefined;
    }
    frame.fold(this.#hasher);
    this.#put(depth, stateNodeKey(this.#version, depth, path), frame.encode(this.#innerArena));
    return INNER_RESULT;
  }

  #setSlot(depth: number, slot: number, child: Subtree): void {
    const unplaced = this.#unplaced[depth] as (PlacedLeaf | undefined)[];
    const frame = this.#frame(depth);
    unplaced[slot] = undefined;
    if (child.kind === EMPTY) {
      frame.setSlot(slot, EMPTY, 0, EMPTY_SUBTREE);
    } else if (child.kind === LEAF) {
      frame.setSlot(slot, LEAF, this.#version, child.leaf.hash);
      unplaced[slot] = child.leaf;
    } else {
      const below = this.#frame(depth + 1);
      frame.setSlot(slot, INNER, this.#version, below.hashes, hashOffset(TOP));
    }
  }

  /** Stores a leaf's record at `depth` unless it is there already; returns the record's version. */
  #place(leaf: PlacedLeaf, depth: number): number {
    if (leaf.stored !== undefined) {
      if (leaf.stored.depth === depth) return leaf.stored.version;
      this.#stale.push(stateNodeKey(leaf.stored.version, leaf.stored.depth, leaf.keyHash));
    }
    const key = stateNodeKey(this.#version, depth, leaf.keyHash);
    this.#put(depth, key, encodeLeaf(this.#leafArena, leaf.keyHash, leaf.value));
    return this.#version;
  }

  #leafInSlot(frame: NodeFrame, depth: number, path: Uint8Array, slot: number): PlacedLeaf {
    const version = frame.versions[slot] as number;
    const leafPath = childPath(path, depth, slot);
    return this.#storedLeaf(version, depth + 1, leafPath, frame.hashAt(SLOTS + slot));
  }

  #storedLeaf(version: number, depth: number, path: Uint8Array, hash: Uint8Array): PlacedLeaf {
    const key = stateNodeKey(version, depth, path);
    const bytes = readLeaf(this.#reader, key);
    return {
      keyHash: leafKeyHash(bytes),
      value: leafValue(bytes),
      hash,
      stored: { version, depth },
    };
  }

  #put(depth: number, key: Uint8Array, bytes: Uint8Array): void {
    while (this.#puts.length <= depth) this.#puts.push([]);
    (this.#puts[depth] as NodePut[]).push([key, bytes]);
  }

  #frame(depth: number): NodeFrame {
    while (this.#frames.length <= depth) {
      this.#frames.push(new NodeFrame());
      this.#unplaced.push([]);
    }
    return this.#frames[depth] as NodeFrame;
  }
}
