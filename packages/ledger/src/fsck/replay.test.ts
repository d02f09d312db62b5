import { createNativeHost, defineModule } from '@hefu/contract';
import type { ModuleDefinition, NativeHost } from '@hefu/contract';
import { describe, expect, it } from 'vitest';
import { numberKey } from '../keys.ts';
import {
  MemoryStore,
  MINI_GENESIS_TIME_MS,
  miniChain,
  miniModules,
  proveStore,
  replayStore,
} from '../testing/index.ts';

// Goal: executing a chain again tells where the software, or the store, says otherwise than the log. Method: a small chain with refusals,
// effects, a suspension and a migration, executed again with the same contracts, with contracts that differ in one thing, and over a
// store changed in one row.

const START_MS = MINI_GENESIS_TIME_MS + 1_000;
const mini = miniChain();

function sampleStore(): MemoryStore {
  const store = new MemoryStore();
  const chain = mini.create(store);
  const block = (timeMs: number, ...calls: readonly Parameters<typeof mini.call>[0][]): void => {
    const candidates = calls.map((call) => mini.candidate(mini.call(call).bytes));
    const executed = chain.execute({ timeMs, candidates });
    chain.commit(executed, mini.lines(executed.head));
  };
  const write = (key: string, vanishAt?: number): Parameters<typeof mini.call>[0] => ({
    method: 'write',
    args: { key, text: key, topic: 'sample', ...(vanishAt === undefined ? {} : { vanishAt }) },
  });
  block(START_MS, write('a'), write('b', START_MS + 5), { method: 'fail', args: {} });
  block(
    START_MS + 5,
    { method: 'count', args: { topic: 'sample' } },
    write('c', START_MS + 900_000),
  );
  block(START_MS + 60_000);
  const suspend = { contract: 'membership', method: 'suspend', args: { member: 'alpha/bo' } };
  const plan = { name: 'notes', version: 2, height: 6 };
  block(START_MS + 60_001, suspend, { contract: 'membership', method: 'switchModule', args: plan });
  block(START_MS + 60_002, { by: 1, ...write('d') });
  block(START_MS + 60_003);
  expect(chain.versionOf('notes')).toBe(2);
  return store;
}

/** A host whose notes differ in one method or effect of the first version. */
function hostWith(change: (notes: Notes) => Notes): NativeHost {
  const modules = miniModules.map((module): ModuleDefinition => {
    const [first, ...later] = module.versions;
    if (module.name !== 'notes' || first === undefined) return module;
    return defineModule({ name: 'notes', versions: [change(first), ...later] });
  });
  return createNativeHost({ chain: mini.genesis.chain, suite: mini.genesis.suite, modules });
}

type Notes = ModuleDefinition['versions'][number];

const sample = sampleStore();

describe('replay', () => {
  it('comes to the same, entry by entry, with the same contracts', () => {
    expect(proveStore(sample, { host: mini.host }).faults).toEqual([]);
    expect(replayStore(sample, mini.host)).toEqual({ ok: true, blocks: 6 });
  });

  it('names the entry whose outcome is another', () => {
    const host = hostWith((notes) => {
      const count = notes.methods['count'];
      if (count === undefined) throw new Error('no such method');
      return { ...notes, methods: { ...notes.methods, count: { ...count, run: () => 7 } } };
    });
    const verdict = replayStore(sample, host);
    expect(verdict).toMatchObject({ ok: false, height: 2, code: 'log-differs' });
    const index = 'index' in verdict ? (verdict.index ?? 0) : 0;
    // After the effect that was due in this block.
    expect(index).toBe(2 + 4 + 1);
  });

  it('names the block whose state is another, where every entry of a statement is the same', () => {
    const host = hostWith((notes) => {
      const vanish = notes.effects?.['vanish'];
      if (vanish === undefined) throw new Error('no such effect');
      const run = (): void => undefined;
      return { ...notes, effects: { ...notes.effects, vanish: { ...vanish, run } } };
    });
    // The block that lists the notes by topic comes to another number already.
    expect(replayStore(sample, host)).toMatchObject({ ok: false, height: 2 });
    const short = new MemoryStore();
    const chain = mini.create(short);
    for (const [timeMs, ...calls] of [
      [START_MS, { method: 'write', args: { key: 'a', text: '', vanishAt: START_MS + 5 } }],
      [START_MS + 5],
    ] as const) {
      const candidates = calls.map((call) => mini.candidate(mini.call(call).bytes));
      const executed = chain.execute({ timeMs, candidates });
      chain.commit(executed, mini.lines(executed.head));
    }
    const verdict = { ok: false, height: 2, code: 'state-differs' };
    expect(replayStore(short, host)).toEqual(verdict);
  });

  it.each(['indexes', 'due'] as const)('notices that a row of %s is lost', (table) => {
    const store = sampleStore();
    const [first] = Array.from(store.range(table));
    if (first === undefined) throw new Error('no row');
    store.commit((transaction) => {
      transaction.delete(table, first[0]);
    });
    expect(replayStore(store, mini.host)).toMatchObject({ ok: false, code: 'derived-differs' });
  });

  it('names the place where an entry was put in that nobody signed for', () => {
    const store = sampleStore();
    const row = store.get('statements', numberKey(3));
    if (row === undefined) throw new Error('no row');
    store.commit((transaction) => {
      transaction.put('statements', numberKey(2), row);
    });
    expect(replayStore(store, mini.host)).toMatchObject({ ok: false, height: 1, index: 2 });
  });
});
