import { concatBytes, encodeCbor, u16be } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { DUE_EFFECTS_PER_BLOCK_MAX } from '@hefu/ledger';
import type { Candidate, SignatureChecker, SubmitResult, Table } from '@hefu/ledger';
import { MemoryStore, miniChain, proveStore } from '@hefu/ledger/testing';
import type { ManualClock, MiniChain } from '@hefu/ledger/testing';
import { buildTree, createHasher } from '@hefu/merkle';
import { describe, expect, it } from 'vitest';
import {
  BLOCK_BYTES_MAX,
  PRUNE_PAUSE_MS,
  STORE_FULL_RETRY_MS,
  WAITING_BYTES_MAX,
  WAITING_MAX,
} from './solo-engine.ts';
import { checker, setting } from './testing/solo-setting.ts';

// Goal: what a client submits gets one answer, durable or refused, whatever arrives beside it. Method: a whole ledger with the
// embedded engine over a store in memory, a clock that moves by hand, and real signatures.

function codes(results: readonly SubmitResult[]): string[] {
  return results.map((result) => (result.ok ? result.code : `refused: ${result.code}`));
}

function faults(store: MemoryStore): unknown {
  return proveStore(store).faults;
}

describe('submission', () => {
  it('answers each statement of a body, in order, and loses nothing beside a bad one', async () => {
    const { mini, submit, store } = setting();
    const write = (key: string): Uint8Array =>
      mini.call({ method: 'write', args: { key, text: '' } }).bytes;
    const wrong = write('wrong').slice();
    wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
    const twin = write('twin');
    const results = await submit(
      write('a'),
      new Uint8Array(0),
      write('b').subarray(1),
      wrong,
      twin,
      twin,
      mini.call({ method: 'write', args: { key: '' } }).bytes,
      mini.call({ method: 'nothing', args: {} }).bytes,
      mini.call({ contract: 'nowhere', method: 'write', args: {} }).bytes,
      new Uint8Array(70_000),
      write('c'),
    );
    expect(codes(results)).toEqual([
      'ok',
      'refused: statement-malformed',
      'refused: statement-not-canonical',
      'refused: signature-wrong',
      'ok',
      'ok',
      'refused: args-invalid',
      'refused: unknown-method',
      'refused: unknown-contract',
      'refused: statement-too-large',
      'ok',
    ]);
    expect(results[5]).toMatchObject({ duplicate: true });
    expect(results[6]).toMatchObject({
      data: { errors: [{ pointer: '/key' }, { pointer: '/text' }] },
    });
    expect(faults(store)).toEqual([]);
  });

  it('answers what is beyond the quota before it is ordered, and by entry what was on its way', async () => {
    const mini = miniChain({ parameters: { organisationStatementsPerDayMax: 3 } });
    const { submit, store, ledger } = setting({ mini });
    const write = (key: string): Uint8Array =>
      mini.call({ method: 'write', args: { key, text: '' } }).bytes;
    const [a, ...others] = ['a', 'b', 'c', 'd'].map(write);
    if (a === undefined) throw new Error('no statement');
    expect(codes(await submit(a))).toEqual(['ok']);
    // All four are admitted before any of them is in a block.
    expect(codes(await submit(...others))).toEqual(['ok', 'ok', 'statement-quota-exceeded']);
    const { size } = ledger.chain.head;
    const late = await submit(write('e'), a);
    expect(codes(late)).toEqual(['refused: statement-quota-exceeded', 'ok']);
    expect(late[1]).toMatchObject({ duplicate: true });
    expect(ledger.chain.head.size).toBe(size);
    expect(faults(store)).toEqual([]);
  });

  it('gives a statement that comes again its first result, under way or committed', async () => {
    const { mini, submit } = setting();
    const { bytes } = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    const [first, second] = await Promise.all([submit(bytes), submit(bytes)]);
    const third = await submit(bytes);
    expect(first[0]).not.toHaveProperty('duplicate');
    for (const [again] of [second, third]) expect(again).toEqual({ ...first[0], duplicate: true });
  });

  it('lets no copy with a wrong signature get the right one refused', async () => {
    const { mini, submit } = setting();
    const { bytes } = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    const wrong = bytes.slice();
    wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
    const [bad, good] = await Promise.all([submit(wrong), submit(bytes)]);
    expect(codes([...bad, ...good])).toEqual(['refused: signature-wrong', 'ok']);
  });

  it('refuses what has expired by the clock, and lets a beat pass with nothing to do', async () => {
    const { mini, submit, clock, ledger } = setting();
    const { bytes } = mini.call({
      method: 'write',
      args: { key: 'a', text: '' },
      expires: clock.nowMs() + 10,
    });
    const height = ledger.chain.head.height;
    clock.advance(60_000);
    expect(ledger.chain.head.height).toBe(height + 1);
    expect(codes(await submit(bytes))).toEqual(['refused: expired']);
  });

  it('makes a block by itself when something falls due', async () => {
    const { mini, submit, clock, ledger } = setting();
    const vanishAt = clock.nowMs() + 30_000;
    await submit(mini.call({ method: 'write', args: { key: 'a', text: '', vanishAt } }).bytes);
    clock.advance(29_999);
    const before = ledger.chain.head.size;
    clock.advance(1);
    expect(ledger.chain.head.size).toBe(before + 2);
  });

  it('deletes stale state while nothing waits, and keeps the heartbeat', async () => {
    const { mini, submit, clock, ledger, store } = setting();
    for (let i = 0; i < 40; i++) {
      await submit(mini.call({ method: 'write', args: { key: `k${i}`, text: '' } }).bytes);
    }
    expect(ledger.chain.prunable()).toBe(true);
    const { height } = ledger.chain.head;
    clock.advance(10 * PRUNE_PAUSE_MS);
    expect(ledger.chain.prunable()).toBe(false);
    expect(ledger.chain.head.height).toBe(height);
    clock.advance(60_000);
    expect(ledger.chain.head.height).toBe(height + 1);
    expect(faults(store)).toEqual([]);
  });

  it('makes the first block of a new set of validators at once', async () => {
    const { mini, submit, clock, ledger } = setting();
    const args = { validators: mini.spec.validators.map((each) => ({ ...each, power: 7 })) };
    await submit(mini.call({ contract: 'membership', method: 'setValidators', args }).bytes);
    const { height, size } = ledger.chain.head;
    clock.advance(59_000);
    expect(ledger.chain.head).toMatchObject({ height: height + 1, size: size + 1 });
  });

  it('keeps the statement of a suspended member, with an entry that says so', async () => {
    const { mini, submit } = setting();
    const suspend = { contract: 'membership', method: 'suspend', args: { member: 'alpha/bo' } };
    await submit(mini.call(suspend).bytes);
    const call = mini.call({ by: 1, method: 'write', args: { key: 'a', text: '' } });
    expect(codes(await submit(call.bytes))).toEqual(['member-suspended']);
  });
});

describe('attachments', () => {
  const hasher = createHasher((bytes) => hash('sha256', bytes));
  const items = ['one', 'two', 'three'].map((text) => encodeCbor({ text, topic: 't' }));
  const bundle = concatBytes(...items.flatMap((item) => [u16be(item.length), item]));
  const { root } = buildTree(
    hasher,
    items.map((item) => hasher.leaf(item)),
  );
  const args = {
    key: 'batch',
    attachment: { digest: hash('sha256', bundle), size: bundle.length },
    root,
    count: 3,
  };

  it('become durable in the block of the statement that names them', async () => {
    const { mini, submit, ledger, store } = setting();
    expect(ledger.stageAttachment(bundle)).toMatchObject({ ok: true });
    expect(store.get('attachments', args.attachment.digest)).toBe(undefined);
    expect(codes(await submit(mini.call({ method: 'attach', args }).bytes))).toEqual(['ok']);
    expect(store.get('attachments', args.attachment.digest)).toEqual(bundle);
    expect(codes(await submit(mini.call({ method: 'attach', args }).bytes))).toEqual(['ok']);
    expect(faults(store)).toEqual([]);
  });

  it.each([
    ['is absent', {}, false, 'attachment-missing'],
    [
      'has another size',
      { attachment: { ...args.attachment, size: 1 } },
      true,
      'attachment-mismatch',
    ],
    ['has another root', { root: new Uint8Array(32) }, true, 'attachment-mismatch'],
    ['has another count', { count: 2 }, true, 'attachment-mismatch'],
  ])('are refused before ordering when one %s', async (_, change, staged, code) => {
    const { mini, submit, ledger } = setting();
    if (staged) ledger.stageAttachment(bundle);
    const call = mini.call({ method: 'attach', args: { ...args, ...change } });
    expect(codes(await submit(call.bytes))).toEqual([`refused: ${code}`]);
  });

  it('are taken up to the bound that the consortium has set, and no byte beyond it', async () => {
    const boundOf = (attachmentBytesMax: number) =>
      setting({ mini: miniChain({ parameters: { attachmentBytesMax } }) });
    const within = boundOf(bundle.length);
    within.ledger.stageAttachment(bundle);
    const call = { method: 'attach', args };
    expect(codes(await within.submit(within.mini.call(call).bytes))).toEqual(['ok']);
    const beyond = boundOf(bundle.length - 1);
    beyond.ledger.stageAttachment(bundle);
    expect(await beyond.submit(beyond.mini.call(call).bytes)).toMatchObject([
      { ok: false, code: 'attachment-too-large', data: { bytesMax: bundle.length - 1 } },
    ]);
    const lying = { ...args, attachment: { ...args.attachment, size: 1 } };
    expect(
      codes(await beyond.submit(beyond.mini.call({ method: 'attach', args: lying }).bytes)),
    ).toEqual(['refused: attachment-mismatch']);
  });

  it('are refused when an item is none of the schema, with its place', async () => {
    const { mini, submit, ledger } = setting();
    const bad = encodeCbor({ text: 1 });
    const broken = concatBytes(bundle, u16be(bad.length), bad);
    ledger.stageAttachment(broken);
    const attachment = { digest: hash('sha256', broken), size: broken.length };
    const call = mini.call({ method: 'attach', args: { ...args, attachment } });
    const [result] = await submit(call.bytes);
    expect(result).toMatchObject({ ok: false, code: 'item-invalid', data: { item: 3 } });
  });
});

describe('faults of the store', () => {
  class FullStore extends MemoryStore {
    full = false;
    refused = 0;
    override commit(write: Parameters<MemoryStore['commit']>[0]): void {
      if (this.full) this.refused++;
      if (this.full) throw Object.assign(new Error('no space left'), { code: 'store-full' });
      super.commit(write);
    }
  }

  it('a full disk refuses statements, retryably, and the ledger goes on by itself', async () => {
    const store = new FullStore();
    const { mini, submit, halted, clock } = setting({ store });
    const { bytes } = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    store.full = true;
    expect(codes(await submit(bytes))).toEqual(['refused: store-full']);
    clock.advance(60_000 + STORE_FULL_RETRY_MS);
    store.full = false;
    expect(codes(await submit(bytes))).toEqual(['ok']);
    expect(halted).toEqual([]);
    expect(faults(store)).toEqual([]);
  });

  it('a full disk is not tried again and again by what happens while idle', async () => {
    const store = new FullStore();
    const mini = miniChain({ parameters: { stateHorizonBlocks: 1 } });
    const { submit, clock, ledger, halted } = setting({ store, mini });
    for (const key of ['a', 'b', 'c']) {
      await submit(mini.call({ method: 'write', args: { key, text: '' } }).bytes);
    }
    expect(ledger.chain.prunable()).toBe(true);
    store.full = true;
    clock.advance(10 * STORE_FULL_RETRY_MS);
    expect(store.refused).toBeGreaterThan(5);
    expect(store.refused).toBeLessThan(13);
    store.full = false;
    clock.advance(2 * STORE_FULL_RETRY_MS);
    expect(ledger.chain.prunable()).toBe(false);
    expect(halted).toEqual([]);
    expect(faults(store)).toEqual([]);
  });

  it('any other fault halts the engine rather than let it go on', async () => {
    const { mini, submit, halted, store } = setting();
    store.crashAt(1, 'before');
    const call = (key: string): Uint8Array =>
      mini.call({ method: 'write', args: { key, text: '' } }).bytes;
    expect(codes(await submit(call('a')))).toEqual(['refused: halted']);
    expect(halted).toHaveLength(1);
  });
});

describe('closing', () => {
  it('answers what waits and what is being checked, arms no timer and refuses the rest', async () => {
    const { mini, submit, ledger, halted, clock, store } = setting();
    const call = (key: string): Uint8Array =>
      mini.call({ method: 'write', args: { key, text: '' } }).bytes;
    const [checking, waiting] = [submit(call('a')), submit(call('b'), call('c'))];
    const closed = ledger.close();
    expect(codes(await submit(call('d')))).toEqual(['refused: halted']);
    await closed;
    expect(codes([...(await checking), ...(await waiting)])).toEqual(['ok', 'ok', 'ok']);
    expect(codes(await submit(call('e')))).toEqual(['refused: halted']);
    clock.advance(600_000);
    expect(halted).toEqual([]);
    expect(faults(store.reopen())).toEqual([]);
  });
});

describe('closing the engine', () => {
  it('makes blocks of what waits, and then no more of itself', async () => {
    const { mini, ledger, clock, halted } = setting();
    const call = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    const ordered = ledger.engine.order([mini.candidate(call.bytes)]);
    await ledger.engine.close();
    expect(await ordered).toMatchObject([{ ok: true }]);
    const { height } = ledger.chain.head;
    clock.advance(600_000);
    expect(ledger.chain.head.height).toBe(height);
    expect(halted).toEqual([]);
  });
});

describe('bounds', () => {
  const noteOf = (mini: MiniChain): Candidate => {
    const call = mini.call({ method: 'write', args: { key: 'a', text: 'x'.repeat(3_900) } });
    return mini.candidate(call.bytes);
  };

  it('of statements that wait: so many, and so many bytes, then queue-full', async () => {
    const { mini, ledger, store } = setting();
    const candidate = noteOf(mini);
    const many = Array.from({ length: WAITING_MAX + 1 }, () => candidate);
    const [refused] = await ledger.engine.order(many);
    expect(refused).toEqual({ ok: false, code: 'queue-full' });
    const bytes = candidate.statement.bytes.length;
    const fitting = Math.floor(WAITING_BYTES_MAX / bytes);
    expect(fitting).toBeLessThan(WAITING_MAX);
    const waiting = ledger.engine.order(many.slice(0, fitting));
    expect(await ledger.engine.order([candidate])).toEqual([{ ok: false, code: 'queue-full' }]);
    const results = await waiting;
    expect(results).toHaveLength(fitting);
    expect(results[0]).toMatchObject({ ok: true, result: { code: 'ok' } });
    expect(results.at(-1)).toMatchObject({ ok: true, result: { code: 'duplicate' } });
    expect(await ledger.engine.order([candidate])).toMatchObject([{ ok: true }]);
    expect(ledger.engine.waiting).toBe(0);
    expect(faults(store)).toEqual([]);
  });
});

describe('bounds of a block', () => {
  it('so many bytes of statements, though more wait and the chain allows more of them', async () => {
    const mini = miniChain({ parameters: { blockStatementsMax: 100_000 } });
    const { ledger, store } = setting({ mini });
    const call = mini.call({ method: 'write', args: { key: 'a', text: 'x'.repeat(3_900) } });
    const fitting = Math.floor(BLOCK_BYTES_MAX / call.bytes.length);
    const candidate = mini.candidate(call.bytes);
    const many = Array.from({ length: fitting + 1 }, () => candidate);
    const ordered = await ledger.engine.order(many);
    const heights = ordered.map((each) => (each.ok ? each.height : undefined));
    const [first = 0] = heights;
    expect(heights).toEqual([...Array.from({ length: fitting }, () => first), first + 1]);
    expect(faults(store)).toEqual([]);
  });
});

describe('bounds of the intake', () => {
  const call = (mini: MiniChain, key: string, text = ''): Uint8Array =>
    mini.call({ method: 'write', args: { key, text } }).bytes;

  it.each([
    ['number', { statementsMax: 3, bytesMax: 1_000_000 }, ''],
    ['bytes', { statementsMax: 1_000, bytesMax: 6_000 }, 'x'.repeat(2_500)],
  ])(
    'by %s: what is on its way is answered, what is too much is not taken in',
    async (_, inFlight, text) => {
      const { mini, submit, store } = setting({ inFlight });
      const first = submit(call(mini, 'a', text), call(mini, 'b', text), call(mini, 'c', text));
      const second = submit(call(mini, 'd', text), new Uint8Array(3));
      expect(codes(await second)).toEqual(['refused: queue-full', 'refused: statement-malformed']);
      expect(codes(await first)).toEqual(['ok', 'ok', 'ok']);
      expect(codes(await submit(call(mini, 'd', text)))).toEqual(['ok']);
      expect(faults(store)).toEqual([]);
    },
  );
});

describe('faults of this node', () => {
  const write = (mini: MiniChain, key: string): Uint8Array =>
    mini.call({ method: 'write', args: { key, text: '' } }).bytes;

  it('a block that is durable is answered so, whatever its listener does; then all stops', async () => {
    let calls = 0;
    const { mini, submit, halted } = setting({
      onCommitted: () => {
        calls++;
        throw new Error('the listener failed');
      },
    });
    expect(codes(await submit(write(mini, 'a')))).toEqual(['ok']);
    expect(halted).toHaveLength(1);
    expect(codes(await submit(write(mini, 'b')))).toEqual(['refused: halted']);
    expect(calls).toBe(1);
  });

  it('a lost checking thread costs nothing; a checker that stays broken stops the ledger', async () => {
    let failures = 1;
    const failing: SignatureChecker = {
      verifyBatch: async (items) => {
        if (failures-- > 0) throw new Error('the thread died');
        return checker.verifyBatch(items);
      },
    };
    const { mini, submit, halted } = setting({ signatures: failing });
    expect(codes(await submit(write(mini, 'a')))).toEqual(['ok']);
    expect(halted).toEqual([]);
    failures = 100;
    const both = await Promise.all([submit(write(mini, 'b')), submit(write(mini, 'c'))]);
    const last = await submit(write(mini, 'd'));
    for (const results of [...both, last]) expect(codes(results)).toEqual(['refused: halted']);
    expect(halted).toHaveLength(1);
  });

  it('a store that can no longer be read refuses and stops, and does not throw', async () => {
    class Unreadable extends MemoryStore {
      broken = false;
      override get(table: Table, key: Uint8Array): Uint8Array | undefined {
        if (this.broken) throw Object.assign(new Error('torn'), { code: 'store-damaged' });
        return super.get(table, key);
      }
    }
    const store = new Unreadable();
    const { mini, submit, halted } = setting({ store });
    store.broken = true;
    const call = mini.call({ contract: 'nowhere', method: 'write', args: {} });
    expect(codes(await submit(call.bytes, write(mini, 'a')))).toEqual([
      'refused: halted',
      'refused: halted',
    ]);
    expect(halted).toMatchObject([{ code: 'store-damaged' }]);
  });
});

describe('time', () => {
  it('a statement that expires between admission and its block gets no entry', async () => {
    const clockBox: { clock?: ManualClock } = {};
    const slow: SignatureChecker = {
      verifyBatch: async (items) => {
        clockBox.clock?.jumpTo(clockBox.clock.nowMs() + 20);
        return checker.verifyBatch(items);
      },
    };
    const { mini, submit, clock, store } = setting({ signatures: slow });
    clockBox.clock = clock;
    const args = { key: 'a', text: '' };
    const call = mini.call({ method: 'write', args, expires: clock.nowMs() + 10 });
    expect(codes(await submit(call.bytes))).toEqual(['refused: expired']);
    expect(faults(store)).toEqual([]);
  });

  it('a clock that is set back stops neither statements nor heartbeats, and runs nothing twice', async () => {
    const { mini, submit, clock, ledger, store } = setting();
    const startMs = clock.nowMs();
    const args = { key: 'a', text: '', vanishAt: startMs + 5_000 };
    await submit(mini.call({ method: 'write', args }).bytes);
    clock.advance(10_000);
    const size = ledger.chain.head.size;
    clock.jumpTo(startMs - 1_800_000);
    const later = mini.call({ method: 'write', args: { key: 'b', text: '' } });
    expect(codes(await submit(later.bytes))).toEqual(['ok']);
    expect(ledger.chain.head.timeMs).toBe(startMs + 5_000);
    expect(ledger.chain.head.size).toBe(size + 2);
    const height = ledger.chain.head.height;
    clock.advance(120_000);
    expect(ledger.chain.head.height).toBe(height + 2);
    expect(faults(store)).toEqual([]);
  });

  it('a clock that is set back while stale state is deleted does not put the heartbeat off', async () => {
    const mini = miniChain({ parameters: { stateHorizonBlocks: 1 } });
    const { submit, clock, ledger } = setting({ mini });
    for (const key of ['a', 'b', 'c']) {
      await submit(mini.call({ method: 'write', args: { key, text: '' } }).bytes);
    }
    expect(ledger.chain.prunable()).toBe(true);
    const { height } = ledger.chain.head;
    clock.jumpTo(clock.nowMs() - 3_600_000);
    clock.advance(3_600_000 - PRUNE_PAUSE_MS);
    expect(ledger.chain.prunable()).toBe(false);
    expect(ledger.chain.head.height - height).toBeGreaterThan(50);
  });

  it('more due effects than a block may run take several blocks, in order, and then it rests', async () => {
    const { mini, submit, clock, ledger, store } = setting();
    const startMs = clock.nowMs();
    const count = DUE_EFFECTS_PER_BLOCK_MAX + 5;
    const calls = Array.from({ length: count }, (_, i) => {
      const args = { key: `k${i}`, text: '', vanishAt: startMs + 1_000 };
      return mini.call({ method: 'write', args }).bytes;
    });
    await submit(...calls);
    const { height, size } = ledger.chain.head;
    clock.advance(1_100);
    expect(ledger.chain.head).toMatchObject({ size: size + count + 2, height: height + 2 });
    clock.advance(50_000);
    expect(ledger.chain.head.height).toBe(height + 2);
    expect(faults(store)).toEqual([]);
  });

  it('a migration in steps runs through by itself, effects of its contract wait for it, and then it rests', async () => {
    const { mini, submit, clock, ledger, store } = setting();
    const startMs = clock.nowMs();
    const writes = Array.from({ length: 1_100 }, (_, i) => {
      const vanishAt = i === 0 ? { vanishAt: startMs + 10_000 } : {};
      return mini.call({ method: 'write', args: { key: `k${i}`, text: '', ...vanishAt } }).bytes;
    });
    for (let from = 0; from < writes.length; from += 500) {
      await submit(...writes.slice(from, from + 500));
    }
    const height = ledger.chain.head.height + 2;
    const args = { name: 'notes', version: 2, height };
    await submit(mini.call({ contract: 'membership', method: 'switchModule', args }).bytes);
    clock.jumpTo(startMs + 10_000);
    clock.advance(10);
    // Two steps, the first of a thousand; the effect has its entry in the block of the last one.
    expect(ledger.chain.versionOf('notes')).toBe(2);
    expect(ledger.chain.head.entryHeight).toBe(height + 1);
    const reader = ledger.reader;
    const due = reader.decodedEntry(ledger.chain.head.size - 2);
    expect(due).toMatchObject({ kind: 'due', height: height + 1, code: 'unknown-method' });
    clock.advance(50_000);
    expect(ledger.chain.head.entryHeight).toBe(height + 1);
    expect(ledger.chain.nextDueMs()).toBe(undefined);
    expect(faults(store)).toEqual([]);
  });
});
