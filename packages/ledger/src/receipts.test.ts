import { fromBase64, toBase64, toHex } from '@hefu/bytes';
import { decodeEntryBundle } from '@hefu/merkle';
import { verifyCheckpoint, verifyReceipt } from '@hefu/protocol';
import type { ReceiptDocument, Trust } from '@hefu/protocol';
import { describe, expect, it } from 'vitest';
import type { Chain } from './chain.ts';
import { checkpointKey } from './keys.ts';
import { ChainReader } from './reader.ts';
import type { BlockRecord } from './reader.ts';
import { receiptOf } from './receipts.ts';
import { MemoryStore, MINI_GENESIS_TIME_MS, miniChain } from './testing/index.ts';
import type { MiniChain } from './testing/index.ts';

// Goal: every entry of a statement has a receipt that a stranger can check, also when the state of its height is long pruned and its
// signer was suspended since; past states are read as they were, or not at all. Method: a chain that outlives its horizon,
// with heartbeats between, every receipt verified with nothing but the trust file, in both suites.

const START_MS = MINI_GENESIS_TIME_MS + 1_000;
const HORIZON = 4;

interface Setting {
  readonly mini: MiniChain;
  readonly chain: Chain;
  readonly reader: ChainReader;
  readonly block: (timeMs: number, ...calls: readonly { readonly bytes: Uint8Array }[]) => void;
}

function setting(suite: 'international' | 'gm'): Setting {
  const mini = miniChain({ suite, parameters: { stateHorizonBlocks: HORIZON } });
  const store = new MemoryStore();
  const chain = mini.create(store);
  return {
    mini,
    chain,
    reader: new ChainReader(store),
    block: (timeMs, ...calls) => {
      const candidates = calls.map(({ bytes }) => mini.candidate(bytes));
      const executed = chain.execute({ timeMs, candidates });
      chain.commit(executed, mini.lines(executed.head));
      while (chain.prunable()) chain.prune();
    },
  };
}

function trustOf({ spec }: MiniChain): Trust {
  const spans = [{ fromSize: 0, set: spec.validators }];
  return { chain: spec.chain, suite: spec.genesis.suite, genesis: spec.genesisDigest, spans };
}

function receipt(reader: ChainReader, id: Uint8Array): ReceiptDocument {
  const verdict = receiptOf(reader, id);
  if (!verdict.ok) throw new Error(verdict.code);
  return verdict.receipt;
}

function note(reader: ChainReader, key: string, height?: number): string {
  const verdict = reader.state({
    contract: 'notes',
    collection: 'notes',
    key,
    ...(height === undefined ? {} : { height }),
  });
  if (!verdict.ok) return verdict.code;
  return verdict.record.value === undefined ? 'none' : 'there';
}

describe.each(['international', 'gm'] as const)('receipts of a chain of suite %s', (suite) => {
  it('verify at every height, also when their state is pruned and their signer suspended since', () => {
    const { mini, chain, reader, block } = setting(suite);
    const ids: { readonly id: Uint8Array; readonly outcome: string }[] = [];
    const call = (
      outcome: string,
      ...[made]: Parameters<MiniChain['call']>
    ): { bytes: Uint8Array } => {
      const { bytes, id } = mini.call(made);
      ids.push({ id, outcome });
      return { bytes };
    };
    const write = (key: string, by = 1): Parameters<MiniChain['call']>[0] => ({
      by,
      method: 'write',
      args: { key, text: '' },
    });
    block(START_MS, call('ok', write('a')), call('notes/taken', write('a')));
    const suspend = { contract: 'membership', method: 'suspend', args: { member: 'alpha/bo' } };
    block(START_MS + 1_000, call('ok', suspend), call('ok', write('b')));
    block(START_MS + 2_000, call('member-suspended', write('c')));
    block(START_MS + 62_000);
    for (let i = 0; i < 2 * HORIZON; i++) {
      block(START_MS + 70_000 + i, call('ok', write(`later-${i}`, 2)));
      const trust = trustOf(mini);
      for (const { id, outcome } of ids) {
        const verdict = verifyReceipt({ receipt: receipt(reader, id), trust });
        const where = `${toHex(id)} at height ${chain.head.height}`;
        expect(verdict, where).toMatchObject({ ok: true });
        if (outcome !== 'ok') expect(verdict, where).toMatchObject({ outcome });
      }
    }
    expect(reader.isStateKept({ ...blockAt(reader, 1) }, chain.head)).toBe(false);
  });

  it('are told apart where one bit of the entry is another, or the checkpoint another chain’s', () => {
    const { mini, reader, block } = setting(suite);
    const { bytes, id } = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    block(START_MS, { bytes });
    const good = receipt(reader, id);
    const trust = trustOf(mini);
    expect(verifyReceipt({ receipt: good, trust })).toMatchObject({ ok: true });
    const other = trustOf(miniChain({ suite }));
    expect(verifyReceipt({ receipt: good, trust: other })).toMatchObject({ ok: false });
    const entry = fromBase64(good.entry)?.slice() ?? new Uint8Array(0);
    entry[4] = (entry[4] ?? 0) ^ 1;
    const bad = { ...good, entry: toBase64(entry) };
    expect(verifyReceipt({ receipt: bad, trust })).toMatchObject({ ok: false });
  });
});

function blockAt(reader: ChainReader, height: number): BlockRecord {
  const found = reader.block(height);
  if (found === undefined) throw new Error(`no block ${height}`);
  return found;
}

describe('the reader', () => {
  it('gives none for an id that has no entry', () => {
    const { mini, reader } = setting('international');
    const { id } = mini.call({ method: 'fail', args: {} });
    expect(receiptOf(reader, id)).toEqual({ ok: false, code: 'statement-not-found' });
    expect(reader.lookup(id)).toBe(undefined);
  });

  it('reads the state as it was at each height within the horizon, across heartbeats, and says so beyond', () => {
    const { mini, reader, block, chain } = setting('international');
    const write = (key: string): { readonly bytes: Uint8Array } =>
      mini.call({ method: 'write', args: { key, text: '' } });
    block(START_MS, write('a'));
    block(START_MS + 60_000);
    block(START_MS + 61_000, mini.call({ method: 'erase', args: { key: 'a' } }));
    expect([0, 1, 2, 3, 4].map((height) => note(reader, 'a', height))).toEqual([
      'none',
      'there',
      'there',
      'none',
      'height-not-reached',
    ]);
    expect(note(reader, 'a', -1)).toBe('height-not-reached');
    for (let i = 0; i < HORIZON; i++) block(START_MS + 62_000 + i, write(`b${i}`));
    expect(chain.head).toMatchObject({ height: 7, prunedHeight: 3 });
    // The state after block 3 is what block 4 made stale: kept. That of block 2 and before is gone.
    expect([0, 1, 2, 3].map((height) => note(reader, 'a', height))).toEqual([
      'height-pruned',
      'height-pruned',
      'height-pruned',
      'none',
    ]);
    // On an idle chain the state in force stays, however many heartbeats pass.
    for (let i = 1; i <= 3 * HORIZON; i++) block(START_MS + 70_000 + i * 60_000);
    expect(note(reader, 'b3')).toBe('there');
    expect(note(reader, 'b3', 7)).toBe('there');
    expect(note(reader, 'b3', 6)).toBe('none');
  });

  it('keeps of one size the lines of the block and the freshest, and serves the freshest', () => {
    const { mini, reader, block, chain } = setting('international');
    block(START_MS, mini.call({ method: 'write', args: { key: 'a', text: '' } }));
    const { size } = chain.head;
    const first = reader.checkpoint();
    for (let beat = 1; beat <= 5; beat++) {
      block(START_MS + beat * 60_000);
      const latest = reader.checkpoint();
      expect(latest).not.toBe(first);
      expect(reader.checkpointOfSize(size)).toBe(first);
      const verdict = verifyCheckpoint({
        note: latest,
        suite: 'international',
        chain: mini.genesis.chain,
        set: mini.spec.validators,
        exact: true,
      });
      const timeSeconds = Math.floor((START_MS + beat * 60_000) / 1000);
      expect(verdict, `beat ${beat}`).toMatchObject({ ok: true, size, timeSeconds });
      const range = { from: checkpointKey(size, 0), to: checkpointKey(size + 1, 0) };
      expect(Array.from(reader.store.range('checkpoints', range))).toHaveLength(2);
    }
    expect(reader.checkpointOfSize(size + 1)).toBe(undefined);
  });

  it('gives tiles, bundles, entries and blocks of what there is, and nothing beyond', () => {
    const { mini, reader, block, chain } = setting('international');
    for (let i = 0; i < 3; i++) {
      const calls = Array.from({ length: 90 }, (_, n) =>
        mini.call({ method: 'write', args: { key: `${i}-${n}`, text: '' } }),
      );
      block(START_MS + i, ...calls);
    }
    const { size } = chain.head;
    expect(size).toBe(2 + 3 * 91);
    expect(reader.tile(0, 0)).toHaveLength(256 * 32);
    expect(reader.tile(0, 1, size - 256)).toHaveLength((size - 256) * 32);
    expect(reader.tile(0, 1, size - 255)).toBe(undefined);
    expect(reader.tile(1, 0, 1)).toHaveLength(32);
    expect(reader.tile(2, 0, 1)).toBe(undefined);
    const bundle = decodeEntryBundle(reader.entryBundle(1, size - 256) ?? new Uint8Array(0));
    expect(bundle.ok && bundle.entries.at(-1)).toEqual(reader.entry(size - 1));
    expect(reader.entryBundle(1, size - 255)).toBe(undefined);
    expect(reader.entry(size)).toBe(undefined);
    expect(reader.statementAt(0)).toBe(undefined);
    expect(reader.outcomeAt(2)).toMatchObject({ events: [['notes/written', { key: '0-0' }]] });
    expect(reader.blocks({ from: 1, limit: 2 }).map(({ height }) => height)).toEqual([1, 2]);
    expect(reader.blockAtOrBefore(99)).toMatchObject({ height: 3 });
  });
});
