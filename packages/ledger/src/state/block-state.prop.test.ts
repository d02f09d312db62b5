import { compareBytes, utf8Encode } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../testing/index.ts';
import { BlockState } from './block-state.ts';
import type { StatePath } from './path.ts';

// Goal: inside a block a contract sees what was committed with all its own changes over it, in key order, and nothing of what was rolled
// back; what is committed is what it saw. Method: random puts, deletes, schedules, marks, rollbacks and commits against plain sets, every
// page of every index compared after each act.

const KEYS = ['a', 'aa', 'b', 'é', '😀', 'z', '\u{ffff}'];
const VALUES = ['', 'x', 'x\0', 'xy'];
const key = fc.constantFrom(...KEYS);
const value = fc.constantFrom(...VALUES);
const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key, value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key, value }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('schedule' as const), key, at: fc.nat({ max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(...(['mark', 'rollback', 'commit'] as const)),
    }),
  },
);

interface Model {
  /** `value NUL key` of each index row. */
  readonly rows: ReadonlySet<string>;
  /** Value of each key, made of the last index value put. */
  readonly values: ReadonlyMap<string, string>;
  readonly due: ReadonlyMap<string, number>;
}

function sorted(texts: Iterable<string>): string[] {
  return [...texts].toSorted((a, b) => compareBytes(utf8Encode(a), utf8Encode(b)));
}

function expectSame(state: BlockState, model: Model): void {
  for (const each of VALUES) {
    const all = sorted(KEYS.filter((name) => model.rows.has(`${each}|${name}`)));
    for (const after of [undefined, ...KEYS, 'm']) {
      const behind = all.filter(
        (name) => after === undefined || compareBytes(utf8Encode(name), utf8Encode(after)) > 0,
      );
      for (const limit of [1, 2, 100]) {
        const page = state.scan('notes', 'notes', 'topic', each, { after, limit });
        expect(page, `${each} after ${after}, ${limit}`).toEqual(behind.slice(0, limit));
      }
    }
  }
  for (const name of KEYS) {
    const bytes = state.get('notes', 'notes', name);
    expect(bytes === undefined ? undefined : new TextDecoder().decode(bytes)).toBe(
      model.values.get(name),
    );
  }
}

/** What is due by `timeMs`, as the store has it. */
function dueIn(store: MemoryStore, timeMs: number): string[] {
  const state = new BlockState(() => undefined, store);
  return state.dueEffects(timeMs, 100).map(({ id, timeMs: at }) => `${at} ${id}`);
}

describe('block state', () => {
  it('is the committed state with the block over it, whatever is rolled back', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(fc.array(act, { minLength: 10, maxLength: 40, size: 'max' }), (acts) => {
        const store = new MemoryStore();
        const committed = new Map<StatePath, Uint8Array>();
        const open = (): BlockState => new BlockState((path) => committed.get(path), store);
        let state = open();
        let model: Model = { rows: new Set(), values: new Map(), due: new Map() };
        let marks: { readonly mark: ReturnType<BlockState['mark']>; readonly model: Model }[] = [];
        for (const each of acts) {
          const rows = new Set(model.rows);
          const values = new Map(model.values);
          const due = new Map(model.due);
          switch (each.kind) {
            case 'put':
              state.put('notes', 'notes', each.key, utf8Encode(each.value));
              state.indexPut('notes', 'notes', 'topic', each.value, each.key);
              values.set(each.key, each.value);
              rows.add(`${each.value}|${each.key}`);
              break;
            case 'delete':
              state.delete('notes', 'notes', each.key);
              state.indexDelete('notes', 'notes', 'topic', each.value, each.key);
              values.delete(each.key);
              rows.delete(`${each.value}|${each.key}`);
              break;
            case 'schedule':
              state.schedule(each.at, 'notes', each.key, utf8Encode(each.key));
              due.set(each.key, each.at);
              break;
            case 'cancel':
              state.cancel('notes', each.key);
              due.delete(each.key);
              break;
            case 'mark':
              marks.push({ mark: state.mark(), model });
              break;
            case 'rollback': {
              const last = marks.pop();
              if (last === undefined) break;
              state.rollback(last.mark);
              model = last.model;
              expectSame(state, model);
              continue;
            }
            case 'commit':
              for (const [path, bytes] of state.changes()) {
                if (bytes === null) committed.delete(path);
                else committed.set(path, bytes);
              }
              store.commit((transaction) => {
                state.writeDerived(transaction);
              });
              state = open();
              marks = [];
              for (const timeMs of [0, 3, 5]) {
                const expected = [...due].filter(([, at]) => at <= timeMs);
                const names = expected.map(([name, at]) => `${at} ${name}`);
                expect(dueIn(store, timeMs)).toEqual(sorted(names));
              }
              break;
            default:
              each satisfies never;
          }
          model = { rows, values, due };
          expectSame(state, model);
        }
      }),
      { numRuns: 60 },
    );
  });
});
