import { concatBytes, encodeCbor, toHex, u16be } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { buildTree, createHasher } from '@hefu/merkle';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../execution.ts';
import type { ForeignCandidate } from '../foreign/register.ts';
import { frameStaleKeys, staleKeys } from '../stale.ts';
import { TABLES } from '../store-port.ts';
import type { RangeOptions, Table } from '../store-port.ts';
import { MemoryStore, MINI_GENESIS_TIME_MS, miniChain, proveStore } from '../testing/index.ts';
import type { FsckFault } from './report.ts';

// Goal: whatever is damaged, in whatever table, is found and named; what is whole is not accused. Method: a small chain with a row of every
// kind; for each table every row flipped in every byte (of long ones, in some), taken away, doubled under another key, and exchanged
// with its neighbour. Nothing may throw.

const START_MS = MINI_GENESIS_TIME_MS + 1_000;
const mini = miniChain({ parameters: { stateHorizonBlocks: 3 } });

function attachment(): {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly root: Uint8Array;
} {
  const item = encodeCbor({ text: 'one', topic: 't' });
  const bytes = concatBytes(u16be(item.length), item);
  const hasher = createHasher((each) => hash('sha256', each));
  return {
    bytes,
    digest: hash('sha256', bytes),
    root: buildTree(hasher, [hasher.leaf(item)]).root,
  };
}

/** A chain with statements, registered ones of other systems, refusals, indexes, scheduled effects, an attachment, pruned states and heartbeats. */
function sampleStore(): MemoryStore {
  const store = new MemoryStore();
  const chain = mini.create(store);
  const block = (timeMs: number, candidates: readonly (Candidate | ForeignCandidate)[]): void => {
    const executed = chain.execute({ timeMs, candidates });
    chain.commit(executed, mini.lines(executed.head));
  };
  const calls = (...made: readonly Parameters<typeof mini.call>[0][]): Candidate[] =>
    made.map((call) => mini.candidate(mini.call(call).bytes));
  const write = (key: string, vanishAt?: number): Parameters<typeof mini.call>[0] => ({
    method: 'write',
    args: { key, text: key, topic: 'sample', ...(vanishAt === undefined ? {} : { vanishAt }) },
  });
  block(START_MS, calls(write('a'), write('b', START_MS + 1), write('c', START_MS + 90_000)));
  block(START_MS + 1, calls(write('a'), write('d', START_MS + 95_000)));
  const { bytes, digest, root } = attachment();
  const args = { key: 'batch', attachment: { digest, size: bytes.length }, root, count: 1 };
  const attach = calls({ method: 'attach', args }).map((candidate) => ({
    ...candidate,
    attachment: { digest, bytes },
  }));
  block(START_MS + 2_000, attach);
  block(START_MS + 62_000, []);
  block(START_MS + 62_500, calls(write('g')));
  expect(chain.prunable()).toBe(true);
  chain.prune();
  block(START_MS + 63_000, calls(write('e'), { method: 'erase', args: { key: 'a' } }));
  const registered = [mini.foreign(1, 'lot/1'), mini.foreign(0, 'lot/2')];
  block(START_MS + 64_000, [...calls(write('f'), { method: 'fail', args: {} }), ...registered]);
  block(START_MS + 70_000, []);
  while (chain.prunable()) chain.prune();
  return store;
}

const sample = sampleStore();
const copy = new MemoryStore();
copy.commit((transaction) => {
  for (const table of TABLES) {
    for (const [key, value] of sample.range(table)) transaction.put(table, key, value);
  }
});

type Row = readonly [key: Uint8Array, value: Uint8Array | null];

/** Faults of the sample with rows of one table changed; null takes a row away. */
function damaged(table: Table, ...changes: readonly Row[]): readonly FsckFault[] {
  const write = (rows: readonly Row[]): void => {
    copy.commit((transaction) => {
      for (const [key, value] of rows) {
        if (value === null) transaction.delete(table, key);
        else transaction.put(table, key, value);
      }
    });
  };
  write(changes);
  // Only a change of a statement can make its signature wrong.
  const { faults } = proveStore(copy, { host: mini.host, signatures: table === 'statements' });
  write(changes.map(([key]): Row => [key, sample.get(table, key) ?? null]));
  return faults;
}

function codes(faults: readonly FsckFault[]): string[] {
  return [...new Set(faults.map(({ code }) => code))];
}

function rowsOf(table: Table): (readonly [Uint8Array, Uint8Array])[] {
  return Array.from(sample.range(table));
}

/** For each table: codes of which at least one must be named. */
const FLIPPED: { readonly [T in Table]: readonly FsckFault['code'][] } = {
  meta: ['meta-wrong', 'index-wrong', 'due-wrong'],
  entries: ['head-wrong', 'entry-malformed', 'tile-wrong'],
  tiles: ['tile-wrong'],
  statements: ['statement-wrong', 'statement-signature-wrong', 'outcome-wrong'],
  blocks: ['block-row-wrong'],
  checkpoints: ['checkpoint-wrong'],
  // Of a state below the horizon, which is only waiting to be deleted, the list is at fault.
  state: ['state-wrong', 'stale-wrong'],
  stale: ['stale-wrong'],
  ids: ['id-index-wrong'],
  indexes: [],
  due: ['due-wrong'],
  attachments: ['attachment-wrong'],
};
const MISSING: typeof FLIPPED = {
  ...FLIPPED,
  entries: ['entry-missing'],
  statements: ['statement-missing'],
  checkpoints: ['checkpoint-missing'],
  stale: ['stale-wrong', 'row-unexpected'],
  indexes: ['index-wrong'],
  attachments: ['attachment-missing'],
};
const SWAPPED: typeof FLIPPED = {
  ...FLIPPED,
  entries: ['entry-out-of-order', 'head-wrong'],
};
/** Of a row too many. */
const EXTRA: readonly FsckFault['code'][] = [
  'row-unexpected',
  'id-index-wrong',
  'index-wrong',
  'due-wrong',
  'attachment-wrong',
  'stale-wrong',
  'checkpoint-wrong',
];

/** Bytes of a value that are flipped: all of a short one, of a long one some. */
const FLIPS_MAX = 4;

function expectOneOf(
  found: readonly FsckFault[],
  allowed: readonly FsckFault['code'][],
  where: string,
): void {
  const named = found.some(({ code }) => allowed.includes(code));
  expect(named, `${where}: ${codes(found).join(' ')}`).toBe(true);
}

/**
 * The lines of a heartbeat that a later block has overtaken: nothing tells that there was one, and nothing needs it. The lines of a
 * block, and the freshest, are always missed.
 */
function isOvertaken(table: Table, key: Uint8Array): boolean {
  if (table !== 'checkpoints') return false;
  const rows = rowsOf(table).map(([each]) => toHex(each));
  const index = rows.indexOf(toHex(key));
  return index < rows.length - 1 && rows[index - 1]?.slice(0, 16) === rows[index]?.slice(0, 16);
}

describe('fsck', () => {
  it('accuses nothing of a whole store, which holds a row in every table', () => {
    for (const table of TABLES) expect(rowsOf(table), table).not.toEqual([]);
    expect(proveStore(sample, { host: mini.host })).toEqual({
      entries: 24,
      statements: 13,
      blocks: 7,
      checkpoints: 9,
      stateLeaves: 16,
      attachments: 1,
      faults: [],
    });
  });

  it.each(TABLES)('names a flipped bit in any row of %s', (table) => {
    for (const [key, value] of rowsOf(table)) {
      const step = Math.max(1, value.length / FLIPS_MAX);
      for (let at = 0; at < value.length; at += step) {
        const place = Math.floor(at);
        const flipped = value.slice();
        flipped[place] = (flipped[place] ?? 0) ^ 1;
        const where = `${table}/${toHex(key)} byte ${place}`;
        expectOneOf(damaged(table, [key, flipped]), FLIPPED[table], where);
      }
    }
    expect(damaged(table), 'the sample is whole again').toEqual([]);
  });

  it('names a list of stale nodes whose last length is wrong, though it gives the same nodes', () => {
    for (const [key, framed] of rowsOf('stale')) {
      const last = framed.length - 1 - (staleKeys(framed).at(-1)?.length ?? 0);
      const longer = framed.slice();
      longer[last] = (longer[last] ?? 0) + 1;
      expect(staleKeys(longer)).toEqual(staleKeys(framed));
      expectOneOf(damaged('stale', [key, longer]), ['stale-wrong'], toHex(key));
    }
  });

  it('names a list of stale nodes that has one twice and another not at all', () => {
    const lists = rowsOf('stale').filter(([, framed]) => staleKeys(framed).length > 1);
    expect(lists).not.toEqual([]);
    for (const [key, framed] of lists) {
      const [first = new Uint8Array(0), , ...rest] = staleKeys(framed);
      const twice = frameStaleKeys([first, first, ...rest]);
      expectOneOf(damaged('stale', [key, twice]), ['stale-wrong'], toHex(key));
    }
  });

  it.each(TABLES)('names a row that is missing from %s', (table) => {
    for (const [key] of rowsOf(table)) {
      const found = damaged(table, [key, null]);
      if (isOvertaken(table, key)) expect(found).toEqual([]);
      else expectOneOf(found, MISSING[table], `${table}/${toHex(key)}`);
    }
    expect(damaged(table), 'the sample is whole again').toEqual([]);
  });

  it.each(TABLES)('names a row too many in %s', (table) => {
    for (const [key, value] of rowsOf(table)) {
      const other = key.slice();
      other[other.length - 1] = (other.at(-1) ?? 0) ^ 0x80;
      for (const added of [other, concatBytes(key, Uint8Array.of(0))]) {
        if (sample.has(table, added)) continue;
        expectOneOf(damaged(table, [added, value]), EXTRA, `${table}/${toHex(added)}`);
      }
    }
    expect(damaged(table), 'the sample is whole again').toEqual([]);
  });

  it.each(TABLES)('names rows of %s that were exchanged', (table) => {
    for (const [index, [key, value]] of rowsOf(table).entries()) {
      const [otherKey, otherValue] = rowsOf(table)[index + 1] ?? [key, value];
      if (toHex(otherValue) === toHex(value)) continue;
      const found = damaged(table, [key, otherValue], [otherKey, value]);
      expectOneOf(found, SWAPPED[table], `${table}/${toHex(key)}`);
    }
    expect(damaged(table), 'the sample is whole again').toEqual([]);
  });

  it('stops at the number of faults asked for, and names what the store itself calls damaged', () => {
    class Damaged extends MemoryStore {
      override get(table: Table, key: Uint8Array): Uint8Array | undefined {
        if (table === 'tiles') throw Object.assign(new Error('torn'), { code: 'store-damaged' });
        return super.get(table, key);
      }
      override *range(table: Table, options: RangeOptions = {}): ReturnType<MemoryStore['range']> {
        let left = 2;
        for (const row of super.range(table, options)) {
          if (table === 'statements' && left-- === 0) {
            throw Object.assign(new Error('torn'), { code: 'store-damaged' });
          }
          yield row;
        }
      }
    }
    const store = new Damaged();
    store.commit((transaction) => {
      for (const table of TABLES) {
        for (const [key, value] of sample.range(table)) transaction.put(table, key, value);
      }
    });
    const { faults } = proveStore(store);
    expect(faults).toMatchObject([
      { code: 'row-damaged', at: expect.stringContaining('statements') },
      { code: 'row-damaged', at: expect.stringContaining('tiles') },
      { code: 'tile-wrong' },
    ]);
    expect(proveStore(store, { faultsMax: 1 }).faults).toHaveLength(1);
  });
});
