// Goal: the edges of applyWrites. Method: the empty tree, single leaves, writes that change
// nothing, versions that do not grow, a store that lacks records, keys alike to the last bit.
import { toHex } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { HASHERS } from '../testing/hashers.ts';
import { RecordStore } from '../testing/state-model.ts';
import { applyWrites } from './apply.ts';
import { stateNodeKey } from './key.ts';
import { getState } from './read.ts';
import { EMPTY_STATE_ROOT, StateTreeError } from './types.ts';
import type { StateRoot, StateWrite } from './types.ts';

const hasher = HASHERS.sha256;
const one = new Uint8Array([1]);
const two = new Uint8Array([2]);
const zeros = new Uint8Array(32);
const lastBit = zeros.with(31, 1);

/** A store and root after blocks of writes, versions 1, 2, … */
function treeOf(...blocks: (readonly StateWrite[])[]): { store: RecordStore; root: StateRoot } {
  const store = new RecordStore();
  let root = EMPTY_STATE_ROOT;
  for (const [i, writes] of blocks.entries()) {
    const applied = applyWrites({ hasher, reader: store.read, root, writes, version: i + 1 });
    store.put(applied);
    store.prune(applied.stale);
    root = applied.root;
  }
  return { store, root };
}

describe('applyWrites', () => {
  it('leaves the root alone when nothing changes', () => {
    const { store, root } = treeOf([{ keyHash: zeros, value: one }]);
    const reader = store.read;
    const same = [
      [],
      [{ keyHash: lastBit, value: null }],
      [{ keyHash: zeros, value: one }],
      [
        { keyHash: zeros, value: null },
        { keyHash: zeros, value: one },
      ],
    ];
    for (const writes of same) {
      const applied = applyWrites({ hasher, reader, root, writes, version: 9 });
      expect(applied).toStrictEqual({ root, puts: [], stale: [] });
    }
    const empty = applyWrites({
      hasher,
      reader,
      root: EMPTY_STATE_ROOT,
      writes: [{ keyHash: zeros, value: null }],
      version: 1,
    });
    expect(empty.root).toBe(EMPTY_STATE_ROOT);
  });

  it('stores a single leaf as the root record', () => {
    const { store, root } = treeOf([{ keyHash: lastBit, value: one }]);
    expect(root.hash).toStrictEqual(hasher.stateLeaf(lastBit, hasher.hash(one)));
    expect(store.records.size).toBe(1);
    expect(store.read(stateNodeKey(1, 0, zeros))).toStrictEqual(
      new Uint8Array([1, ...lastBit, ...one]),
    );
  });

  it('holds keys that differ in the last bit, and folds them back', () => {
    const pair = [
      { keyHash: zeros, value: one },
      { keyHash: lastBit, value: two },
    ];
    const { store, root } = treeOf(pair);
    expect(store.records.size).toBe(64 + 2);
    expect(getState({ reader: store.read, root, keyHash: zeros })).toStrictEqual(one);
    expect(getState({ reader: store.read, root, keyHash: lastBit })).toStrictEqual(two);
    const folded = treeOf(pair, [{ keyHash: zeros, value: null }]);
    expect(folded.root.hash).toStrictEqual(hasher.stateLeaf(lastBit, hasher.hash(two)));
    expect(folded.store.records.size).toBe(1);
  });

  it('empties to 32 zero bytes and grows again', () => {
    const put = [{ keyHash: zeros, value: one }];
    const emptied = treeOf(put, [{ keyHash: zeros, value: null }]);
    expect(emptied.root).toStrictEqual({ version: 2, hash: zeros });
    expect(emptied.store.records.size).toBe(0);
    const again = treeOf(put, [{ keyHash: zeros, value: null }], put);
    expect(again.root.hash).toStrictEqual(treeOf(put).root.hash);
  });

  it('tells an empty value from none', () => {
    const { store, root } = treeOf([{ keyHash: zeros, value: new Uint8Array(0) }]);
    expect(getState({ reader: store.read, root, keyHash: zeros })).toStrictEqual(new Uint8Array(0));
    expect(getState({ reader: store.read, root, keyHash: lastBit })).toBeUndefined();
  });

  it('does not hold on to the arrays it was given', () => {
    const value = new Uint8Array([7]);
    const { store, root } = treeOf([{ keyHash: zeros, value }]);
    value[0] = 8;
    expect(getState({ reader: store.read, root, keyHash: zeros })).toStrictEqual(
      new Uint8Array([7]),
    );
  });

  it('takes large values', () => {
    const value = new Uint8Array(300_000).fill(3);
    const { store, root } = treeOf([{ keyHash: zeros, value }], [{ keyHash: lastBit, value }]);
    expect(getState({ reader: store.read, root, keyHash: zeros })).toStrictEqual(value);
  });

  it('refuses versions that do not grow and hashes of another length', () => {
    const { store, root } = treeOf([{ keyHash: zeros, value: one }]);
    const options = { hasher, reader: store.read, root };
    const writes = [{ keyHash: lastBit, value: two }];
    for (const version of [-1, 0, 1, 1.5, 2 ** 48]) {
      expect(() => applyWrites({ ...options, writes, version }), `${version}`).toThrow(RangeError);
    }
    const short = [{ keyHash: zeros.subarray(1), value: two }];
    expect(() => applyWrites({ ...options, writes: short, version: 2 })).toThrow(RangeError);
  });

  it('keeps versions up to 2^48 − 1', () => {
    const version = 2 ** 48 - 1;
    const store = new RecordStore();
    const writes = [
      { keyHash: zeros, value: one },
      { keyHash: new Uint8Array(32).fill(255), value: two },
    ];
    const root = EMPTY_STATE_ROOT;
    const applied = applyWrites({ hasher, reader: store.read, root, writes, version });
    store.put(applied);
    expect(getState({ reader: store.read, root: applied.root, keyHash: zeros })).toStrictEqual(one);
    expect(applied.puts[0]?.[0]).toStrictEqual(
      new Uint8Array([0, 0, 255, 255, 255, 255, 255, 255, 0]),
    );
  });

  it('says when the store lacks a record or holds another thing', () => {
    const { store, root } = treeOf([
      { keyHash: zeros, value: one },
      { keyHash: lastBit, value: two },
    ]);
    const writes = [{ keyHash: zeros, value: two }];
    const lastBitLeaf = stateNodeKey(1, 64, lastBit);
    const onTheWay = [...store.records].filter(([name]) => name !== toHex(lastBitLeaf));
    expect(onTheWay.length).toBe(65);
    for (const [name, bytes] of onTheWay) {
      for (const damaged of [undefined, new Uint8Array(0), bytes.subarray(0, 20)]) {
        const reader = (key: Uint8Array): Uint8Array | undefined =>
          toHex(key) === name ? damaged : store.read(key);
        const run = (): unknown => applyWrites({ hasher, reader, root, writes, version: 5 });
        expect(run, name).toThrow(StateTreeError);
      }
    }
    store.records.delete(toHex(lastBitLeaf));
    const applied = applyWrites({ hasher, reader: store.read, root, writes, version: 5 });
    expect(applied.puts.length).toBe(65);
  });
});
