// The feed of read models against a chain in memory: every height in order, no gaps, events with their place and signer, the
// genesis's own, and answers of bounded size.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '@hefu/ledger';
import { MemoryStore, MINI_GENESIS_TIME_MS, miniChain, miniModules } from '@hefu/ledger/testing';
import type { BlockSource, ProjectedBlock } from '@hefu/readmodel';
import { openTestLedger } from '../testing/test-ledger.ts';
import { createBlockFeed } from './block-feed.ts';
import { createScratchState } from './scratch-state.ts';

const NOTES = 3_500;

let ledger: Ledger;
let feed: BlockSource;
let now = MINI_GENESIS_TIME_MS + 1_000;
let timers: (() => void)[] = [];
const mini = miniChain({ modules: miniModules });

beforeAll(async () => {
  const store = new MemoryStore();
  mini.create(store);
  const clock = {
    nowMs: () => now,
    after: (_delayMs: number, callback: () => void) => {
      timers.push(callback);
      return () => {
        timers = timers.filter((each) => each !== callback);
      };
    },
  };
  ledger = openTestLedger(mini, store, clock);
  feed = createBlockFeed(ledger.reader, miniModules);
  await write(1, 0);
  // Two heartbeats: blocks without entries.
  for (let beats = 0; beats < 2; beats++) {
    now += 60_000;
    for (const callback of timers.splice(0)) callback();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  await write(NOTES, 1);
}, 120_000);

afterAll(async () => ledger.close());

async function write(count: number, by: number): Promise<void> {
  const statements = Array.from(
    { length: count },
    (_, i) => mini.call({ by, method: 'write', args: { key: `${by}-${i}`, text: 't' } }).bytes,
  );
  const results = await ledger.submit(statements);
  if (!results.every((result) => result.ok && result.code === 'ok')) throw new Error('not written');
}

async function allBlocks(): Promise<ProjectedBlock[]> {
  const blocks: ProjectedBlock[] = [];
  for (;;) {
    const part = await feed.blocks(blocks.length, 100);
    if (part.length === 0) return blocks;
    blocks.push(...part);
  }
}

describe('the feed', () => {
  it('has every height in order, heartbeats too, to the head', async () => {
    const blocks = await allBlocks();
    const head = ledger.reader.head();
    expect(blocks.map(({ height }) => height)).toEqual(
      Array.from({ length: head.height + 1 }, (_, height) => height),
    );
    expect(blocks.slice(2, 4).map(({ events }) => events.length)).toEqual([0, 0]);
    expect(await feed.blocks(head.height + 1, 100)).toEqual([]);
  });

  it('has every event once, with its place and its signer', async () => {
    const blocks = await allBlocks();
    const events = blocks.flatMap(({ height, events: all }) =>
      all.map((each) => ({ height, ...each })),
    );
    expect(events).toHaveLength(NOTES + 1);
    expect(events[0]).toEqual({
      height: 1,
      contract: 'notes',
      name: 'written',
      data: { key: '0-0' },
      index: 0,
      statementId: expect.stringMatching(/^[0-9a-f]{64}$/),
      signer: { member: 'alpha/ann', organisation: 'alpha' },
    });
    expect(new Set(events.slice(1).map(({ signer }) => signer?.member))).toEqual(
      new Set(['alpha/bo']),
    );
    expect(new Set(events.map(({ statementId }) => statementId)).size).toBe(NOTES + 1);
    for (const { height, index, statementId } of events.slice(-50)) {
      const record = ledger.reader.lookup(Buffer.from(statementId, 'hex'));
      expect([record?.height, record?.position]).toEqual([height, index]);
    }
  });

  it('answers a part when the blocks are large', async () => {
    const part = await feed.blocks(4, 100);
    const count = part.reduce((sum, { events }) => sum + events.length, 0);
    expect(count).toBeGreaterThanOrEqual(2_000);
    expect(count).toBeLessThan(NOTES);
  });
});

describe('scratch state', () => {
  it('keeps, finds and forgets like a real one', () => {
    const state = createScratchState();
    const value = Uint8Array.of(1);
    state.put('c', 'x', 'k', value);
    expect(state.get('c', 'x', 'k')).toBe(value);
    expect(state.get('c', 'y', 'k')).toBeUndefined();
    state.delete('c', 'x', 'k');
    expect(state.get('c', 'x', 'k')).toBeUndefined();
    // In the order of UTF-8 bytes, which is not that of UTF-16: U+FF5E sorts before U+1F600.
    for (const key of ['b', '\u{1f600}', 'a', '\uff5e']) state.indexPut('c', 'x', 'i', 'v', key);
    const scan = (options: { after?: string; limit: number }): readonly string[] =>
      state.scan('c', 'x', 'i', 'v', options);
    expect(scan({ limit: 10 })).toEqual(['a', 'b', '\uff5e', '\u{1f600}']);
    expect(scan({ limit: 1, after: 'b' })).toEqual(['\uff5e']);
    state.indexDelete('c', 'x', 'i', 'v', 'b');
    expect(scan({ limit: 2 })).toEqual(['a', '\uff5e']);
    expect(state.scan('c', 'x', 'i', 'other', { limit: 5 })).toEqual([]);
  });
});
