// Goal: the state tree is what its definition says, and its store holds what it must and no more.
// Method: thousands of random histories of puts and removals over keys that share long ways, each
// block checked whole against a plain map: root, every value, new and stale records by walking, the
// readability of old versions, and what is left after pruning.
import fc from 'fast-check';
import { compareBytes, toHex } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { HASHERS } from '../testing/hashers.ts';
import {
  anyHistory,
  anyKeyHash,
  modelAfter,
  modelRoot,
  RecordStore,
  sortedLeaves,
} from '../testing/state-model.ts';
import type { StateModel } from '../testing/state-model.ts';
import { applyWrites } from './apply.ts';
import { NodeCache } from './cache.ts';
import { checkStateTree } from './check.ts';
import { getState, iterateState, walkStateNodes } from './read.ts';
import { EMPTY_STATE_ROOT } from './types.ts';
import type { NodeReader, StateLeaf, StateRoot } from './types.ts';

const hasher = HASHERS.sha256;

/** Keys of all records that a root needs, in hex. */
function reachable(reader: NodeReader, root: StateRoot): Set<string> {
  const keys = new Set<string>();
  for (const { key } of walkStateNodes({ reader, root })) keys.add(toHex(key));
  return keys;
}

function without(keys: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...keys].filter((key) => !others.has(key)).toSorted();
}

/** Leaves as text: comparing objects one by one would take most of the time here. */
function leavesAsText(leaves: Iterable<StateLeaf>): string {
  return Array.from(leaves, ({ keyHash, value }) => `${toHex(keyHash)} ${toHex(value)}`).join('\n');
}

describe('applyWrites', () => {
  it('keeps root, values and records right over random histories', () => {
    fc.assert(
      fc.property(anyHistory, fc.array(fc.boolean()), (blocks, prunes) => {
        const store = new RecordStore();
        const reader = store.read;
        let root = EMPTY_STATE_ROOT;
        let model: StateModel = new Map();
        let lastKey = new Uint8Array(0);
        let isAscending = true;
        let unpruned: { root: StateRoot; leaves: string; stale: readonly Uint8Array[] }[] = [];
        for (const [i, writes] of blocks.entries()) {
          const before = reachable(reader, root);
          const applied = applyWrites({ hasher, reader, root, writes, version: 1 + 3 * i });
          const next = modelAfter(model, writes);
          expect(toHex(applied.root.hash), `block ${i}`).toBe(toHex(modelRoot(hasher, next)));

          store.put(applied);
          for (const [key] of applied.puts) {
            isAscending &&= compareBytes(lastKey, key) === -1;
            lastKey = key as Uint8Array<ArrayBuffer>;
          }
          expect(isAscending, `keys of block ${i} ascend`).toBe(true);
          // New records are exactly what only the new root needs, stale ones what only the old.
          const after = reachable(reader, applied.root);
          const puts = applied.puts.map(([key]) => toHex(key));
          expect(puts.toSorted(), `puts of block ${i}`).toEqual(without(after, before));
          const stale = applied.stale.map(toHex).toSorted();
          expect(stale, `stale of block ${i}`).toEqual(without(before, after));

          // Old versions stay whole until the blocks after them are pruned.
          unpruned.push({ root, leaves: leavesAsText(sortedLeaves(model)), stale: applied.stale });
          for (const old of unpruned) {
            const walk = { reader, root: old.root };
            expect(leavesAsText(iterateState(walk)), `before block ${i}`).toBe(old.leaves);
          }
          if (prunes[i] === true) {
            for (const old of unpruned) store.prune(old.stale);
            unpruned = [];
          }
          const live = { reader, root: applied.root };
          expect(leavesAsText(iterateState(live))).toBe(leavesAsText(sortedLeaves(next)));
          const check = checkStateTree({ hasher, ...live });
          expect(check).toEqual({ ok: true, leaves: next.size, nodes: after.size - next.size });
          root = applied.root;
          model = next;
        }
        for (const old of unpruned) store.prune(old.stale);
        expect([...store.records.keys()].toSorted()).toEqual(
          [...reachable(reader, root)].toSorted(),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same root and values through a cache of any size', () => {
    const anyBytes = fc.constantFrom(0, 2000, 20_000, 1_000_000);
    fc.assert(
      fc.property(anyHistory, anyBytes, (blocks, bytesMax) => {
        const store = new RecordStore();
        const cache = new NodeCache({ bytesMax });
        const reader = cache.wrap(store.read);
        let root = EMPTY_STATE_ROOT;
        for (const [i, writes] of blocks.entries()) {
          const old = root;
          const plain = applyWrites({ hasher, reader: store.read, root, writes, version: i + 1 });
          const cached = applyWrites({ hasher, reader, root, writes, version: i + 1 });
          expect(cached, `block ${i}`).toStrictEqual(plain);
          store.put(cached);
          cache.applied(cached);
          root = cached.root;
          // Reading what was before must not put the cache wrong.
          for (const state of [old, root]) {
            for (const { keyHash } of writes) {
              const expected = getState({ reader: store.read, root: state, keyHash });
              expect(getState({ reader, root: state, keyHash })).toStrictEqual(expected);
            }
            expect([...iterateState({ reader, root: state })]).toStrictEqual([
              ...iterateState({ reader: store.read, root: state }),
            ]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives a root that depends on the set alone', () => {
    const pairs = fc.uniqueArray(fc.tuple(anyKeyHash, fc.uint8Array({ maxLength: 3 })), {
      minLength: 1,
      maxLength: 30,
      selector: ([keyHash]) => toHex(keyHash),
    });
    fc.assert(
      fc.property(pairs, fc.array(fc.nat(), { maxLength: 30 }), (leaves, cuts) => {
        const writes = leaves.map(([keyHash, value]) => ({ keyHash, value }));
        const bulk = applyWrites({
          hasher,
          reader: () => undefined,
          root: EMPTY_STATE_ROOT,
          writes,
          version: 1,
        });
        const store = new RecordStore();
        let root = EMPTY_STATE_ROOT;
        let version = 0;
        // One at a time in another order, with some removed and put back on the way.
        for (const [i, write] of writes.toReversed().entries()) {
          const detour = cuts[i] === undefined ? [] : [writes[cuts[i] % writes.length]];
          const steps = [
            [write],
            ...detour.map((w) => [{ keyHash: w?.keyHash ?? write.keyHash, value: null }]),
          ];
          for (const step of steps) {
            version++;
            const applied = applyWrites({
              hasher,
              reader: store.read,
              root,
              writes: step,
              version,
            });
            store.put(applied);
            store.prune(applied.stale);
            root = applied.root;
          }
        }
        version++;
        const last = applyWrites({ hasher, reader: store.read, root, writes, version });
        expect(last.root.hash).toStrictEqual(bulk.root.hash);
      }),
      { numRuns: 400 },
    );
  });

  it('goes on from any leaf that iteration is told to begin after', () => {
    fc.assert(
      fc.property(anyHistory, anyKeyHash, (blocks, after) => {
        const store = new RecordStore();
        const writes = blocks.flat();
        const applied = applyWrites({
          hasher,
          reader: store.read,
          root: EMPTY_STATE_ROOT,
          writes,
          version: 1,
        });
        store.put(applied);
        const leaves = sortedLeaves(modelAfter(new Map(), writes));
        const rest = leaves.filter(({ keyHash }) => compareBytes(keyHash, after) > 0);
        const walk = { reader: store.read, root: applied.root, after };
        expect([...iterateState(walk)]).toStrictEqual(rest);
      }),
      { numRuns: 400 },
    );
  });
});
