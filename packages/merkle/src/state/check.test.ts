// Goal: a damaged state store is noticed, wherever the damage is. Method: every record of a tree
// removed, replaced, and changed in each of its bytes; each fault by its code.
import { toHex, u64be } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { HASHERS } from '../testing/hashers.ts';
import { RecordStore } from '../testing/state-model.ts';
import { applyWrites } from './apply.ts';
import { checkStateTree } from './check.ts';
import type { StateTreeCheck } from './check.ts';
import { EMPTY_STATE_ROOT } from './types.ts';

const hasher = HASHERS.sha256;
const LEAVES = 25;
const store = new RecordStore();
const { root } = (() => {
  const writes = Array.from({ length: LEAVES }, (_, i) => ({
    keyHash: hasher.hash(u64be(i)),
    value: u64be(i),
  }));
  const options = { hasher, reader: store.read, root: EMPTY_STATE_ROOT };
  const applied = applyWrites({ ...options, writes, version: 0x0102_0304_0506 });
  store.put(applied);
  return applied;
})();

/** The verdict with one record replaced. */
function checkWith(name: string, bytes: Uint8Array | undefined): StateTreeCheck {
  const reader = (key: Uint8Array): Uint8Array | undefined =>
    toHex(key) === name ? bytes : store.read(key);
  return checkStateTree({ hasher, reader, root });
}

describe('checkStateTree', () => {
  it('accepts what applyWrites made', () => {
    const nodes = store.records.size - LEAVES;
    expect(checkStateTree({ hasher, reader: store.read, root })).toEqual({
      ok: true,
      leaves: LEAVES,
      nodes,
    });
    expect(checkStateTree({ hasher, reader: store.read, root: EMPTY_STATE_ROOT })).toEqual({
      ok: true,
      leaves: 0,
      nodes: 0,
    });
  });

  it('notices a record that is gone or cut', () => {
    for (const [name, bytes] of store.records) {
      expect(checkWith(name, undefined)).toMatchObject({ ok: false, code: 'state-node-missing' });
      expect(checkWith(name, bytes.subarray(0, 30))).toMatchObject({
        ok: false,
        code: 'state-node-malformed',
      });
    }
  });

  it('notices any changed byte', () => {
    for (const [name, bytes] of store.records) {
      for (let at = 0; at < bytes.length; at++) {
        const changed = bytes.with(at, (bytes[at] as number) ^ 0x10);
        expect(checkWith(name, changed).ok, `${name} at ${at}`).toBe(false);
      }
    }
  });

  it('notices a record in the place of another', () => {
    const names = [...store.records.keys()];
    for (const [i, name] of names.entries()) {
      const other = store.records.get(names[(i + 1) % names.length] as string);
      expect(checkWith(name, other).ok, name).toBe(false);
    }
  });

  it('notices a wrong root', () => {
    const wrong = { ...root, hash: hasher.hash(root.hash) };
    expect(checkStateTree({ hasher, reader: store.read, root: wrong })).toMatchObject({
      ok: false,
      code: 'state-hash-mismatch',
    });
  });
});
