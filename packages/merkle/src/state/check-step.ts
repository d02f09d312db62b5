import { equalBytes } from '@hefu/bytes';
import type { Hasher } from '../hasher.ts';
import { childrenOf, leafFault, openInner } from './check.ts';
import type { Expected, StateTreeFault } from './check.ts';
import { nibbleAt, stateNodeKey } from './key.ts';
import { isInnerRecord, isLeafRecord, LEAF, NodeFrame } from './node.ts';
import { EMPTY_SUBTREE, isEmptySubtree } from './types.ts';
import type { NodeReader, StateRoot } from './types.ts';

/** Keys of the records that the earlier tree needs and the later one doesn't, or the first fault. */
export type StateStepCheck =
  | { readonly ok: true; readonly stale: Uint8Array[] }
  | { readonly ok: false; readonly code: StateTreeFault; readonly key: Uint8Array };

/** A record of the earlier tree, and the one at its place in the later tree. */
interface Pair {
  readonly earlier: Expected;
  readonly later: Expected | undefined;
}

/**
 * Proves a tree by a later one that is known to be right: reads and hashes the records that the step from one to the other made stale, and
 * no others, since the trees share them. So a long row of states is proven, newest first, at the cost of what changed. Throws
 * only what `reader` throws.
 */
export function checkStateStep(options: {
  readonly hasher: Hasher;
  readonly reader: NodeReader;
  readonly earlier: StateRoot;
  readonly later: StateRoot;
}): StateStepCheck {
  const { hasher, reader } = options;
  const stale: Uint8Array[] = [];
  if (isEmptySubtree(options.earlier.hash)) return { ok: true, stale };
  const frame = new NodeFrame();
  const waiting: Pair[] = [
    {
      earlier: expectedRoot(options.earlier),
      later: isEmptySubtree(options.later.hash) ? undefined : expectedRoot(options.later),
    },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { earlier, later } = next;
    const key = stateNodeKey(earlier.version, earlier.depth, earlier.path);
    if (later?.version === earlier.version) {
      // One record, so of one kind and one hash, whichever parent names it.
      if (later.kind === earlier.kind && equalBytes(later.hash, earlier.hash)) continue;
      return { ok: false, code: 'state-hash-mismatch', key };
    }
    const bytes = reader(key);
    if (bytes === undefined) return { ok: false, code: 'state-node-missing', key };
    const fault = faultOf(hasher, frame, bytes, key, earlier);
    if (fault !== undefined) return { ok: false, code: fault, key };
    stale.push(key);
    if (isLeafRecord(bytes)) continue;
    const children = childrenOf(frame, earlier);
    const counterparts = childrenAt(reader, frame, later);
    for (const child of children) {
      waiting.push({
        earlier: child,
        later: counterparts.get(nibbleAt(child.path, earlier.depth)),
      });
    }
  }
  return { ok: true, stale };
}

function expectedRoot(root: StateRoot): Expected {
  return { ...root, depth: 0, path: EMPTY_SUBTREE, kind: undefined };
}

function faultOf(
  hasher: Hasher,
  frame: NodeFrame,
  bytes: Uint8Array,
  key: Uint8Array,
  at: Expected,
): StateTreeFault | undefined {
  const isLeaf = isLeafRecord(bytes);
  if (!isLeaf && !isInnerRecord(bytes)) return 'state-node-malformed';
  if (at.kind !== undefined && isLeaf !== (at.kind === LEAF)) return 'state-node-misplaced';
  return isLeaf ? leafFault(hasher, bytes, at) : openInner(hasher, frame, bytes, key, at);
}

/** Children of a record of the later tree by their slot; none when it is a leaf or there is no such record. */
function childrenAt(
  reader: NodeReader,
  frame: NodeFrame,
  at: Expected | undefined,
): ReadonlyMap<number, Expected> {
  const children = new Map<number, Expected>();
  if (at === undefined) return children;
  const key = stateNodeKey(at.version, at.depth, at.path);
  const bytes = reader(key);
  if (bytes === undefined || !isInnerRecord(bytes)) return children;
  frame.load(bytes, key);
  for (const child of childrenOf(frame, at)) children.set(nibbleAt(child.path, at.depth), child);
  return children;
}
