import { encodeCbor, equalBytes, utf8Encode } from '@hefu/bytes';
import { createNativeHost } from '@hefu/contract';
import { describe, expect, it } from 'vitest';
import { Chain } from './chain.ts';
import type { ExecutedBlock } from './chain.ts';
import { tileKey } from './keys.ts';
import { ChainReader } from './reader.ts';
import type { Table } from './store-port.ts';
import {
  MemoryStore,
  MINI_GENESIS_TIME_MS,
  miniChain,
  miniModules,
  proveStore,
} from './testing/index.ts';
import type { MiniChain } from './testing/index.ts';

// Goal: a block is whole or absent, its entries say what became of each statement, and state follows. Method: blocks executed
// and committed by hand on a miniature chain in memory, the whole store proven after each.

const START_MS = MINI_GENESIS_TIME_MS + 1_000;

interface Setting {
  readonly mini: MiniChain;
  readonly store: MemoryStore;
  readonly chain: Chain;
  readonly block: (timeMs: number, ...statements: Uint8Array[]) => ExecutedBlock;
}

function setting(options: Parameters<typeof miniChain>[0] = {}): Setting {
  const mini = miniChain(options);
  const store = new MemoryStore();
  const chain = mini.create(store);
  return {
    mini,
    store,
    chain,
    block(timeMs, ...statements) {
      const candidates = statements.map((bytes) => mini.candidate(bytes));
      const executed = chain.execute({ timeMs, candidates });
      chain.commit(executed, mini.lines(executed.head));
      expect(proveStore(store, { host: mini.host }).faults).toEqual([]);
      return executed;
    },
  };
}

function codes(executed: ExecutedBlock): string[] {
  return executed.results.map((result) =>
    result.entered ? result.code : `no entry: ${result.code}`,
  );
}

describe.each(['international', 'gm'] as const)('chain of suite %s', (suite) => {
  it('begins with the genesis and its block', () => {
    const { store, chain } = setting({ suite });
    expect(chain.head.size).toBe(2);
    expect(chain.head.height).toBe(0);
    const reader = new ChainReader(store);
    expect(reader.decodedEntry(0)?.kind).toBe('genesis');
    expect(reader.decodedEntry(1)).toMatchObject({ kind: 'block', height: 0, count: 1 });
    expect(proveStore(store).faults).toEqual([]);
  });

  it('gives an entry to what a known signer did, with its code', () => {
    const { mini, block, store } = setting({ suite });
    const write = mini.call({ method: 'write', args: { key: 'a', text: 'one' } });
    const again = mini.call({ method: 'write', args: { key: 'a', text: 'two' } });
    const calls = [
      write.bytes,
      again.bytes,
      mini.call({ method: 'fail', args: {} }).bytes,
      mini.call({ method: 'nothing', args: {} }).bytes,
      mini.call({ contract: 'nowhere', method: 'write', args: {} }).bytes,
      mini.call({ method: 'write', args: { key: 7 } }).bytes,
    ];
    expect(codes(block(START_MS, ...calls))).toEqual([
      'ok',
      'notes/taken',
      'contract-failed',
      'unknown-method',
      'unknown-contract',
      'args-invalid',
    ]);
    const reader = new ChainReader(store);
    expect(reader.lookup(write.id)?.code).toBe('ok');
    expect(reader.lookup(again.id)?.code).toBe('notes/taken');
    const half = reader.state({ contract: 'notes', collection: 'notes', key: 'half-done' });
    expect(half.ok && half.record.value).toBe(undefined);
  });

  it('gives no entry to what anyone could have made', () => {
    const { mini, block } = setting({ suite });
    const good = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    const other = miniChain({ suite });
    const flipped = good.bytes.slice();
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    const statements = [
      flipped,
      mini.call({ method: 'write', args: { key: 'b', text: '' }, chain: 'other.example' }).bytes,
      other.call({ method: 'write', args: { key: 'c', text: '' } }).bytes,
      mini.call({ method: 'write', args: { key: 'd', text: '' }, expires: START_MS }).bytes,
      mini.call({
        method: 'write',
        args: { key: 'e', text: '' },
        expires: START_MS + 86_400_001,
      }).bytes,
      good.bytes,
      good.bytes,
    ];
    const executed = block(START_MS, ...statements);
    expect(codes(executed)).toEqual([
      'no entry: signature-wrong',
      'no entry: wrong-chain',
      'no entry: unknown-signer',
      'no entry: expired',
      'no entry: expiry-too-far',
      'ok',
      'no entry: duplicate',
    ]);
    expect(codes(block(START_MS, good.bytes))).toEqual(['no entry: duplicate']);
  });

  it('does not take in a signature that an earlier check vouched for under another key', () => {
    const { mini, chain } = setting({ suite });
    const { statement } = mini.candidate(mini.call({ method: 'fail', args: {} }).bytes);
    const forged = { ...statement, signature: new Uint8Array(64).fill(1) };
    const verifiedBy = mini.signers[1]?.keys.publicKey;
    if (verifiedBy === undefined) throw new Error('no second signer');
    const executed = chain.execute({
      timeMs: START_MS,
      candidates: [{ statement: forged, verifiedBy }],
    });
    expect(codes(executed)).toEqual(['no entry: signature-wrong']);
  });
});

describe('chain', () => {
  it('lets a suspension count from the next block on, with an entry that says so', () => {
    const { mini, block } = setting();
    const suspend = mini.call({
      contract: 'membership',
      method: 'suspend',
      args: { member: 'alpha/bo' },
    });
    const same = mini.call({ by: 1, method: 'write', args: { key: 'same', text: '' } });
    const later = mini.call({ by: 1, method: 'write', args: { key: 'later', text: '' } });
    expect(codes(block(START_MS, suspend.bytes, same.bytes))).toEqual(['ok', 'ok']);
    expect(codes(block(START_MS, later.bytes))).toEqual(['member-suspended']);
  });

  it('runs what falls due first in its block, with an entry, and not what was cancelled', () => {
    const { mini, block, store, chain } = setting();
    const at = START_MS + 5_000;
    block(
      START_MS,
      mini.call({ method: 'write', args: { key: 'a', text: '', vanishAt: at } }).bytes,
      mini.call({ method: 'write', args: { key: 'b', text: '', vanishAt: at } }).bytes,
      mini.call({ method: 'write', args: { key: 'c', text: '', vanishAt: at + 1 } }).bytes,
    );
    expect(chain.nextDueMs()).toBe(at);
    block(START_MS, mini.call({ method: 'erase', args: { key: 'b' } }).bytes);
    const write = mini.call({ method: 'write', args: { key: 'a', text: 'again' } });
    const executed = block(at, write.bytes);
    expect(codes(executed)).toEqual(['ok']);
    expect(executed.sealed?.entries).toHaveLength(3);
    const reader = new ChainReader(store);
    expect(reader.decodedEntry(executed.head.size - 3)).toMatchObject({ kind: 'due', code: 'ok' });
    expect(chain.nextDueMs()).toBe(at + 1);
  });

  it('does not run an effect that one before it in the same block has cancelled', () => {
    const { mini, block, store, chain } = setting();
    const at = START_MS + 5_000;
    block(
      START_MS,
      mini.call({ method: 'write', args: { key: 'a', text: '', vanishAt: at, cancels: 'b' } })
        .bytes,
      mini.call({ method: 'write', args: { key: 'b', text: '', vanishAt: at } }).bytes,
    );
    const executed = block(at);
    expect(executed.sealed?.entries).toHaveLength(2);
    const kept = new ChainReader(store).state({
      contract: 'notes',
      collection: 'notes',
      key: 'b',
    });
    expect(kept.ok && kept.record.value !== undefined).toBe(true);
    expect(chain.nextDueMs()).toBe(undefined);
  });

  it('commits a block only after the very head that it was executed on', () => {
    const { mini, chain, block } = setting();
    const call = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    const stale = chain.execute({ timeMs: START_MS, candidates: [mini.candidate(call.bytes)] });
    block(START_MS, call.bytes);
    expect(() => {
      chain.commit({ ...stale, height: 7 }, mini.lines(stale.head));
    }).toThrow('was not executed after');
    expect(() => chain.execute({ timeMs: START_MS, candidates: [], height: 1 })).toThrow(
      "can't follow",
    );
  });

  it('rests when nothing is due: the log stays, only the lines are new', () => {
    const { block, chain, store } = setting();
    const before = chain.head;
    const executed = block(START_MS + 60_000);
    expect(executed.sealed).toBe(undefined);
    expect(chain.head).toMatchObject({ size: before.size, height: before.height + 1 });
    block(START_MS + 120_000);
    block(START_MS + 180_000);
    expect(Array.from(store.range('checkpoints'))).toHaveLength(2);
  });

  it('lets the block time never go back', () => {
    const { mini, block } = setting();
    block(START_MS, mini.call({ method: 'write', args: { key: 'a', text: '' } }).bytes);
    const second = block(
      START_MS - 500,
      mini.call({ method: 'write', args: { key: 'b', text: '' } }).bytes,
    );
    expect(second.head.timeMs).toBe(START_MS);
  });

  it('changes nothing before commit, and goes on after a dropped block', () => {
    const { mini, chain, block } = setting();
    const call = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    const before = chain.head;
    chain.execute({ timeMs: START_MS, candidates: [mini.candidate(call.bytes)] });
    expect(chain.head).toBe(before);
    expect(codes(block(START_MS, call.bytes))).toEqual(['ok']);
  });

  it('keeps states within the horizon and deletes exactly what is stale', () => {
    const { mini, block, chain, store } = setting({ parameters: { stateHorizonBlocks: 4 } });
    for (let i = 0; i < 20; i++) {
      block(START_MS + i, mini.call({ method: 'write', args: { key: `k${i}`, text: '' } }).bytes);
    }
    const reader = new ChainReader(store);
    const at = (height: number): unknown =>
      reader.state({ contract: 'notes', collection: 'notes', key: 'k19', height });
    expect(at(20)).toMatchObject({ ok: true });
    expect(at(17)).toMatchObject({ ok: true, record: { value: undefined } });
    expect(at(5)).toEqual({ ok: false, code: 'height-pruned' });
    expect(at(21)).toEqual({ ok: false, code: 'height-not-reached' });
    expect(chain.prunable()).toBe(true);
    while (chain.prunable()) chain.prune();
    expect(proveStore(store, { host: mini.host }).faults).toEqual([]);
    const heights = Array.from(store.range('stale'), ([key]) => key[7]);
    expect(heights).toEqual([17, 18, 19, 20]);
    expect(chain.head.prunedHeight).toBe(16);
  });

  it('opens again where it stopped', () => {
    const { mini, block, store, chain } = setting();
    block(START_MS, mini.call({ method: 'write', args: { key: 'a', text: '' } }).bytes);
    const again = Chain.open({ store, host: mini.host, genesisDigest: mini.spec.genesisDigest });
    expect(again.head).toEqual(chain.head);
    const call = mini.call({ method: 'write', args: { key: 'b', text: '' } });
    const next = { timeMs: START_MS + 1, candidates: [mini.candidate(call.bytes)] };
    const roots = [chain, again].map((each) => each.execute(next).head.root);
    expect(roots[0]).toEqual(roots[1]);
  });

  it('refuses a store of another genesis, of a newer version, empty or inconsistent', () => {
    const { mini, store } = setting();
    const open = (digest: Uint8Array = mini.spec.genesisDigest, from = store): unknown =>
      Chain.open({ store: from, host: mini.host, genesisDigest: digest });
    const code = (run: () => unknown): unknown => {
      try {
        run();
        return 'opened';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(code(() => open(new Uint8Array(32)))).toBe('genesis-other');
    expect(code(() => open(undefined, new MemoryStore()))).toBe('store-empty');
    expect(code(() => mini.create(store))).toBe('chain-exists');
    const frontier = store.get('meta', utf8Encode('head'));
    if (frontier === undefined) throw new Error('no head');
    store.commit((transaction) => {
      transaction.put('meta', utf8Encode('format'), Uint8Array.of(200));
    });
    expect(code(() => open())).toBe('store-content-too-new');
  });

  it('switches to a new version at its height, in bounded steps, while the contract rests', () => {
    const { mini, block, chain, store } = setting();
    for (let i = 0; i < 3; i++) {
      block(START_MS, mini.call({ method: 'write', args: { key: `k${i}`, text: '' } }).bytes);
    }
    const height = chain.head.height + 3;
    const plan = { name: 'notes', version: 2, height };
    block(
      START_MS,
      mini.call({ contract: 'membership', method: 'switchModule', args: plan }).bytes,
    );
    expect(chain.versionOf('notes')).toBe(1);
    block(START_MS);
    expect(chain.nextDueMs()).toBe(chain.head.timeMs);
    block(START_MS);
    expect(chain.versionOf('notes')).toBe(2);
    const count = mini.call({ method: 'count', args: { topic: 'migrated' } });
    const write = mini.call({ method: 'write', args: { key: 'k0', text: 'new' } });
    expect(codes(block(START_MS, count.bytes, write.bytes))).toEqual(['unknown-method', 'ok']);
    const kept = new ChainReader(store).state({
      contract: 'notes',
      collection: 'notes',
      key: 'k1',
    });
    const expected = encodeCbor({ text: '', topic: 'migrated' });
    expect(
      kept.ok && kept.record.value !== undefined && equalBytes(kept.record.value, expected),
    ).toBe(true);
  });

  it('keeps a switch that is planned while a migration still runs', () => {
    const { mini, block, store, chain } = setting();
    for (let from = 0; from < 3; from++) {
      const calls = Array.from({ length: 400 }, (_, i) =>
        mini.call({ method: 'write', args: { key: `k${from}-${i}`, text: '' } }),
      );
      block(START_MS, ...calls.map(({ bytes }) => bytes));
    }
    const plan = (version: number, height: number): Uint8Array =>
      mini.call({
        contract: 'membership',
        method: 'switchModule',
        args: { name: 'notes', version, height },
      }).bytes;
    block(START_MS, plan(2, chain.head.height + 2));
    // The first step, and in the same block the plan for what follows.
    const later = chain.head.height + 50;
    block(START_MS, plan(3, later));
    expect(chain.isMigrating('notes')).toBe(true);
    block(START_MS);
    expect(chain.isMigrating('notes')).toBe(false);
    const record = new ChainReader(store).state({
      contract: 'membership',
      collection: 'modules',
      key: 'notes',
    });
    const next = { version: 3, height: later };
    expect(record.ok && record.record.value).toEqual(
      encodeCbor({ version: 2, next, cursor: null }),
    );
  });

  it('refuses a store whose head, tiles or rows are not what was written', () => {
    const damages: readonly (readonly [Table, Uint8Array])[] = [
      ['meta', utf8Encode('head')],
      ['meta', utf8Encode('genesis')],
      ['tiles', tileKey(0, 0)],
    ];
    for (const [table, key] of damages) {
      const { mini, store } = setting();
      const bytes = store.get(table, key)?.slice() ?? new Uint8Array(0);
      // Of the head: its height, which would be a good one.
      bytes[9] = (bytes[9] ?? 0) ^ 4;
      for (const value of [bytes, undefined]) {
        store.commit((transaction) => {
          if (value === undefined) transaction.delete(table, key);
          else transaction.put(table, key, value);
        });
        const code = value === undefined && table === 'meta' ? 'store-empty' : 'store-inconsistent';
        expect(() => Chain.open({ store, host: mini.host }), `${table} ${code}`).toThrow(
          expect.objectContaining({ code }),
        );
      }
    }
  });

  it('does not open with software that lacks a contract which the chain runs', () => {
    const { mini, store } = setting();
    const { chain, suite } = mini.genesis;
    const modules = miniModules.filter(({ name }) => name !== 'notes');
    const host = createNativeHost({ chain, suite, modules });
    expect(() => Chain.open({ store, host })).toThrow(
      expect.objectContaining({ code: 'module-version-missing' }),
    );
  });

  it('stops, and names the version, when it lacks one that governance switched to', () => {
    const { mini, block, chain, store } = setting();
    const plan = { name: 'notes', version: 9, height: chain.head.height + 2 };
    block(
      START_MS,
      mini.call({ contract: 'membership', method: 'switchModule', args: plan }).bytes,
    );
    const missing = expect.objectContaining({ code: 'module-version-missing' });
    expect(() => chain.execute({ timeMs: START_MS, candidates: [] })).toThrow(missing);
    // Nor does it start again, only to stop at once.
    expect(() => Chain.open({ store, host: mini.host })).toThrow(missing);
  });
});
