// Goal: the step from one tree to the next is proven, and its stale records are named exactly. Method: random histories, each step against
// what applyWrites gave; then every stale record removed and changed in every byte.
import fc from 'fast-check';
import { toHex } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { HASHERS } from '../testing/hashers.ts';
import { anyHistory, RecordStore } from '../testing/state-model.ts';
import { applyWrites } from './apply.ts';
import { checkStateStep } from './check-step.ts';
import type { StateStepCheck } from './check-step.ts';
import { EMPTY_STATE_ROOT } from './types.ts';
import type { StateRoot, StateWrite } from './types.ts';

const hasher = HASHERS.sha256;

interface Step {
  readonly earlier: StateRoot;
  readonly later: StateRoot;
  readonly stale: readonly Uint8Array[];
}

function stepsOf(blocks: readonly (readonly StateWrite[])[]): {
  readonly store: RecordStore;
  readonly steps: readonly Step[];
} {
  const store = new RecordStore();
  let root: StateRoot = EMPTY_STATE_ROOT;
  const steps = blocks.map((writes, i): Step => {
    const options = { hasher, reader: store.read, root, writes, version: 1 + 2 * i };
    const applied = applyWrites(options);
    store.put(applied);
    const step = { earlier: root, later: applied.root, stale: applied.stale };
    root = applied.root;
    return step;
  });
  return { store, steps };
}

function codeOf(verdict: StateStepCheck): string {
  return verdict.ok ? 'ok' : verdict.code;
}

describe('checkStateStep', () => {
  it('names exactly the records that the step made stale', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(anyHistory, (blocks) => {
        const { store, steps } = stepsOf(blocks);
        for (const { earlier, later, stale } of steps) {
          const verdict = checkStateStep({ hasher, reader: store.read, earlier, later });
          expect(codeOf(verdict)).toBe('ok');
          const found = verdict.ok ? verdict.stale.map(toHex).toSorted() : [];
          expect(found).toEqual(stale.map(toHex).toSorted());
        }
      }),
    );
  });

  it('notices each of them gone, cut or changed in any byte', () => {
    const keys = Array.from({ length: 40 }, (_, i) => hasher.hash(Uint8Array.of(i)));
    const writes = keys.map((keyHash) => ({ keyHash, value: keyHash }));
    const changed = keys.slice(0, 5).map((keyHash) => ({ keyHash, value: null }));
    const { store, steps } = stepsOf([writes, changed]);
    const [, step] = steps;
    expect(step?.stale.length).toBeGreaterThan(5);
    if (step === undefined) return;
    for (const key of step.stale) {
      const name = toHex(key);
      const bytes = store.read(key) ?? new Uint8Array(0);
      const check = (instead: Uint8Array | undefined): string =>
        codeOf(
          checkStateStep({
            hasher,
            earlier: step.earlier,
            later: step.later,
            reader: (asked) => (toHex(asked) === name ? instead : store.read(asked)),
          }),
        );
      expect(check(undefined)).toBe('state-node-missing');
      expect(check(bytes.subarray(0, 30))).toBe('state-node-malformed');
      for (let at = 0; at < bytes.length; at++) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ 0x10;
        expect(check(flipped), `byte ${at} of ${name}`).not.toBe('ok');
      }
    }
  });
});
