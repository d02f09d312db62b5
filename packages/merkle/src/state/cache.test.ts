// Goal: the cache spares reads, forgets when told, and minds its limit. Method: reads of the store
// counted. (That it never gives a wrong record: apply.prop.test.ts.)
import { u64be } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { HASHERS } from '../testing/hashers.ts';
import { RecordStore } from '../testing/state-model.ts';
import { applyWrites } from './apply.ts';
import { NodeCache } from './cache.ts';
import { getState } from './read.ts';
import { EMPTY_STATE_ROOT } from './types.ts';
import type { NodeReader } from './types.ts';

const hasher = HASHERS.sha256;
const keys = Array.from({ length: 500 }, (_, i) => hasher.hash(u64be(i)));
const writes = keys.map((keyHash) => ({ keyHash, value: keyHash }));

function counted(read: NodeReader): { readonly read: NodeReader; count: number } {
  const counter = {
    count: 0,
    read: (key: Uint8Array) => {
      counter.count++;
      return read(key);
    },
  };
  return counter;
}

function filledTree() {
  const store = new RecordStore();
  const options = { hasher, reader: store.read, root: EMPTY_STATE_ROOT };
  const applied = applyWrites({ ...options, writes, version: 1 });
  store.put(applied);
  return { applied, root: applied.root, store: counted(store.read) };
}

describe('NodeCache', () => {
  it('needs no read for what was just applied', () => {
    const { applied, root, store } = filledTree();
    const cache = new NodeCache({ bytesMax: 4_000_000 });
    cache.applied(applied);
    const reader = cache.wrap(store.read);
    for (const keyHash of keys) expect(getState({ reader, root, keyHash })).toStrictEqual(keyHash);
    expect(store.count).toBe(0);
    cache.clear();
    expect(getState({ reader, root, keyHash: keys[0] as Uint8Array })).toStrictEqual(keys[0]);
    expect(store.count).toBeGreaterThan(0);
  });

  it('reads each record once when all fits', () => {
    const { root, store } = filledTree();
    const reader = new NodeCache({ bytesMax: 4_000_000 }).wrap(store.read);
    for (const keyHash of [...keys, ...keys]) getState({ reader, root, keyHash });
    expect(store.count).toBe(filledTree().applied.puts.length);
  });

  it('keeps what is newest when earlier versions are read', () => {
    const { applied, root, store } = filledTree();
    const cache = new NodeCache({ bytesMax: 4_000_000 });
    cache.applied(applied);
    const reader = cache.wrap(store.read);
    const changed = keys.map((keyHash) => ({ keyHash, value: new Uint8Array(0) }));
    const next = applyWrites({ hasher, reader, root, writes: changed, version: 2 });
    cache.applied(next);
    for (const keyHash of keys) expect(getState({ reader, root, keyHash })).toStrictEqual(keyHash);
    const before = store.count;
    expect(before).toBeGreaterThan(0);
    for (const keyHash of keys) {
      const value = getState({ reader, root: next.root, keyHash });
      expect(value).toStrictEqual(new Uint8Array(0));
    }
    expect(store.count).toBe(before);
  });

  it('holds little when given little, and nothing when given nothing', () => {
    for (const bytesMax of [0, 30_000]) {
      const { root, store } = filledTree();
      const reader = new NodeCache({ bytesMax }).wrap(store.read);
      for (const keyHash of keys) getState({ reader, root, keyHash });
      const once = store.count;
      for (const keyHash of keys) {
        expect(getState({ reader, root, keyHash })).toStrictEqual(keyHash);
      }
      expect(store.count - once, `${bytesMax} bytes`).toBeGreaterThan(keys.length / 2);
    }
    expect(() => new NodeCache({ bytesMax: -1 })).toThrow(RangeError);
  });
});
