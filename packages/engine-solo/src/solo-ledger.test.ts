import { concatBytes, encodeCbor, u16be } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { verify } from '@hefu/crypto/sign';
import { Ledger } from '@hefu/ledger';
import type { SignatureChecker, SubmitResult } from '@hefu/ledger';
import {
  ManualClock,
  MemoryStore,
  MINI_GENESIS_TIME_MS,
  miniChain,
  proveStore,
} from '@hefu/ledger/testing';
import type { MiniChain } from '@hefu/ledger/testing';
import { buildTree, createHasher } from '@hefu/merkle';
import { describe, expect, it } from 'vitest';
import { PRUNE_PAUSE_MS, SoloEngine, STORE_FULL_RETRY_MS } from './solo-engine.ts';

// Goal: what a client submits gets one answer, durable or refused, whatever arrives beside it. Method: a whole ledger with the
// embedded engine over a store in memory, a clock that moves by hand, and real signatures.

const checker: SignatureChecker = {
  verifyBatch: (items) =>
    Promise.resolve(
      items.map((item) => verify(item.algorithm, item.publicKey, item.message, item.signature)),
    ),
};

interface Setting {
  readonly mini: MiniChain;
  readonly store: MemoryStore;
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly halted: unknown[];
  readonly submit: (...statements: Uint8Array[]) => Promise<SubmitResult[]>;
}

function setting(store: MemoryStore = new MemoryStore()): Setting {
  const mini = miniChain();
  mini.create(store);
  const clock = new ManualClock(MINI_GENESIS_TIME_MS + 1_000);
  const halted: unknown[] = [];
  const ledger: Ledger = Ledger.open({
    store,
    host: mini.host,
    clock,
    signatures: checker,
    engine: (chain) =>
      new SoloEngine({
        chain,
        clock,
        signer: mini.checkpointSigner,
        defer: (callback) => {
          queueMicrotask(callback);
        },
        onCommitted: ({ executed }) => {
          ledger.attachmentsCommitted(executed.attachments);
        },
        onHalted: (error) => halted.push(error),
      }),
  });
  const submit = (...statements: Uint8Array[]): Promise<SubmitResult[]> =>
    ledger.submit(statements);
  return { mini, store, clock, ledger, halted, submit };
}

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
    override commit(write: Parameters<MemoryStore['commit']>[0]): void {
      if (this.full) throw Object.assign(new Error('no space left'), { code: 'store-full' });
      super.commit(write);
    }
  }

  it('a full disk refuses statements, retryably, and the ledger goes on by itself', async () => {
    const store = new FullStore();
    const { mini, submit, halted, clock } = setting(store);
    const { bytes } = mini.call({ method: 'write', args: { key: 'a', text: '' } });
    store.full = true;
    expect(codes(await submit(bytes))).toEqual(['refused: store-full']);
    clock.advance(60_000 + STORE_FULL_RETRY_MS);
    store.full = false;
    expect(codes(await submit(bytes))).toEqual(['ok']);
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
