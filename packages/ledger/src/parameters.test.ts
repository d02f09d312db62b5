import { toHex } from '@hefu/bytes';
import { decodeEntry, digestOfParameters } from '@hefu/protocol';
import { describe, expect, it } from 'vitest';
import type { Chain } from './chain.ts';
import { numberKey } from './keys.ts';
import { ChainReader } from './reader.ts';
import {
  MemoryStore,
  MINI_GENESIS_TIME_MS,
  miniChain,
  proveStore,
  replayStore,
} from './testing/index.ts';
import type { MiniChain } from './testing/index.ts';

// Goal: what governance changes of the parameters is in force from the next block on, on every node and in every replay, and each block
// names what counts after it. Method: chains whose parameters change under way; after each block the whole store is proved, at the end it
// is executed again.

const START_MS = MINI_GENESIS_TIME_MS + 1_000;
const DAY_MS = 86_400_000;

type Call = Parameters<MiniChain['call']>[0];

class Setting {
  readonly mini: MiniChain;
  readonly store = new MemoryStore();
  readonly chain: Chain;
  timeMs = START_MS;

  constructor(parameters: Record<string, number> = {}) {
    this.mini = miniChain({ parameters });
    this.chain = this.mini.create(this.store);
  }

  /** Makes a block of these calls; gives the codes of their entries. */
  block(...calls: readonly Call[]): readonly string[] {
    this.timeMs += 1_000;
    const candidates = calls.map((call) =>
      this.mini.candidate(this.mini.call({ expires: this.timeMs + 1_000, ...call }).bytes),
    );
    const executed = this.chain.execute({ timeMs: this.timeMs, candidates });
    this.chain.commit(executed, this.mini.lines(executed.head));
    const { faults } = proveStore(this.store, { host: this.mini.host });
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    return executed.results.map(({ code }) => code);
  }

  set(values: Record<string, number>): Call {
    const all = { ...this.chain.parameters, ...values };
    return { contract: 'membership', method: 'setParameters', args: { values: all } };
  }

  /** Digests that the block entries name, by height. */
  digests(): string[] {
    const reader = new ChainReader(this.store);
    return Array.from({ length: this.chain.head.height + 1 }, (_, height) => {
      const entry = reader.decodedEntry((reader.block(height)?.size ?? 0) - 1);
      return entry?.kind === 'block' ? toHex(entry.parametersDigest) : '';
    });
  }
}

let made = 0;
function write(by = 0): Call {
  made++;
  return { by, method: 'write', args: { key: `n${made}`, text: '' } };
}

describe('parameters', () => {
  it('count from the next block on, and the block that changes them names the new ones', () => {
    const setting = new Setting();
    const { chain, mini } = setting;
    const before = chain.parameters;
    expect(before).toEqual(mini.genesis.parameters);
    setting.block(write());
    const change = mini.candidate(mini.call(setting.set({ blockStatementsMax: 7 })).bytes);
    const executed = chain.execute({ timeMs: setting.timeMs, candidates: [change] });
    expect(chain.parameters).toEqual(before);
    chain.commit(executed, mini.lines(executed.head));
    expect(chain.parameters).toEqual({ ...before, blockStatementsMax: 7 });
    setting.block(write());
    setting.block(setting.set({ blockStatementsMax: before.blockStatementsMax }));
    const digest = (values: typeof before): string =>
      toHex(digestOfParameters('international', values));
    const [old, changed] = [digest(before), digest({ ...before, blockStatementsMax: 7 })];
    expect(setting.digests()).toEqual([old, old, changed, changed, old]);
    expect(replayStore(setting.store, mini.host)).toEqual({ ok: true, blocks: 5 });
  });

  it('stay what they were where a block that would change them is not committed', () => {
    const setting = new Setting();
    const { chain, mini } = setting;
    const change = mini.candidate(mini.call(setting.set({ heartbeatMs: 5_000 })).bytes);
    chain.execute({ timeMs: setting.timeMs, candidates: [change] });
    setting.block(write());
    expect(chain.parameters).toEqual(mini.genesis.parameters);
    expect(new Set(setting.digests()).size).toBe(1);
  });

  it('move the horizon: what is gone stays gone', () => {
    const setting = new Setting({ stateHorizonBlocks: 3 });
    const { chain } = setting;
    for (let block = 0; block < 6; block++) setting.block(write());
    expect(chain.head.prunedHeight).toBe(3);
    setting.block(setting.set({ stateHorizonBlocks: 0 }));
    expect(chain.head.prunedHeight).toBe(4);
    setting.block(write());
    setting.block(write());
    expect(chain.head.prunedHeight).toBe(4);
    setting.block(setting.set({ stateHorizonBlocks: 2 }));
    setting.block(write());
    expect(chain.head.prunedHeight).toBe(9);
    setting.block(setting.set({ stateHorizonBlocks: 100 }));
    while (chain.prunable()) chain.prune();
    setting.block(write());
    expect(chain.head.prunedHeight).toBe(10);
    expect(replayStore(setting.store, setting.mini.host).ok).toBe(true);
  });

  it('are proved by fsck: a block that names others is found', () => {
    const setting = new Setting();
    setting.block(setting.set({ heartbeatMs: 5_000 }));
    const reader = new ChainReader(setting.store);
    const index = (reader.block(1)?.size ?? 0) - 1;
    const entry = reader.entry(index);
    if (entry === undefined) throw new Error('no block entry');
    const decoded = decodeEntry(entry);
    expect(decoded.ok && decoded.entry.kind).toBe('block');
    // The digest of the parameters comes last.
    const wrong = entry.map((byte, at) => (at === entry.length - 1 ? byte ^ 1 : byte));
    setting.store.commit((transaction) => {
      transaction.put('entries', numberKey(index), wrong);
    });
    const { faults } = proveStore(setting.store, { host: setting.mini.host });
    expect(faults).toContainEqual({ code: 'parameters-wrong', at: '1' });
  });
});

describe('quotas', () => {
  const quota = (limit: number): Record<string, number> => ({
    organisationStatementsPerDayMax: limit,
  });

  it('are judged in order: what is beyond gets an entry that says so', () => {
    const setting = new Setting(quota(3));
    // Two members of alpha, one of beta.
    expect(setting.block(write(0), write(1))).toEqual(['ok', 'ok']);
    expect(setting.block(write(0), write(1), write(2), write(0))).toEqual([
      'ok',
      'statement-quota-exceeded',
      'ok',
      'statement-quota-exceeded',
    ]);
    expect(setting.chain.isQuotaSpent('alpha', 'notes', setting.timeMs)).toBe(true);
    expect(setting.chain.isQuotaSpent('alpha', 'membership', setting.timeMs)).toBe(false);
    expect(setting.chain.isQuotaSpent('beta', 'notes', setting.timeMs)).toBe(false);
    expect(replayStore(setting.store, setting.mini.host)).toEqual({ ok: true, blocks: 3 });
  });

  it('begin anew with each day', () => {
    const setting = new Setting(quota(1));
    expect(setting.block(write(), write())).toEqual(['ok', 'statement-quota-exceeded']);
    setting.timeMs = MINI_GENESIS_TIME_MS + DAY_MS - 2_000;
    expect(setting.block(write())).toEqual(['statement-quota-exceeded']);
    expect(setting.chain.isQuotaSpent('alpha', 'notes', setting.timeMs + 1_000)).toBe(false);
    expect(setting.block(write(), write())).toEqual(['ok', 'statement-quota-exceeded']);
  });

  it('count what a contract refuses, and neither what is to membership nor what has no entry', () => {
    const setting = new Setting(quota(2));
    const erase = { method: 'erase', args: { key: 'nothing' } };
    expect(setting.block(erase, setting.set(quota(2)), write())).toEqual([
      'notes/missing',
      'ok',
      'ok',
    ]);
    expect(setting.block(write())).toEqual(['statement-quota-exceeded']);
    const late = { ...write(2), expires: setting.timeMs };
    expect(setting.block(late, write(2), write(2), write(2))).toEqual([
      'expired',
      'ok',
      'ok',
      'statement-quota-exceeded',
    ]);
  });

  it('come and go with the parameters', () => {
    const setting = new Setting();
    expect(setting.block(write(), write(), setting.set(quota(1)), write())).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    // Counted from the block on from which there is one.
    expect(setting.block(write(), write())).toEqual(['ok', 'statement-quota-exceeded']);
    expect(setting.block(setting.set(quota(0)), write())).toEqual([
      'ok',
      'statement-quota-exceeded',
    ]);
    expect(setting.block(write(), write())).toEqual(['ok', 'ok']);
  });
});

describe('the bound of attachments', () => {
  const attach = (size: number): Call => {
    made++;
    const attachment = { digest: new Uint8Array(32), size };
    const args = { key: `n${made}`, attachment, root: new Uint8Array(32), count: 1 };
    return { method: 'attach', args };
  };

  it('gives what another node let through an entry that says so, from the next block on', () => {
    const setting = new Setting({ attachmentBytesMax: 10 });
    expect(setting.block(attach(11), write())).toEqual(['attachment-too-large', 'ok']);
    const raised = setting.set({ attachmentBytesMax: 11 });
    expect(setting.block(raised, attach(11))).toEqual(['ok', 'attachment-too-large']);
    expect(setting.block(attach(12))).toEqual(['attachment-too-large']);
    expect(setting.block(setting.set({ attachmentBytesMax: 0 }), attach(12))).toEqual([
      'ok',
      'attachment-too-large',
    ]);
    expect(replayStore(setting.store, setting.mini.host)).toEqual({ ok: true, blocks: 5 });
  });
});
