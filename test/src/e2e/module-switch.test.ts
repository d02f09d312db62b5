// Goal: a consortium moves a contract to its next version while the chain runs: planned by governance, begun at the height
// agreed, carried out over several blocks, the same when executed again; and a node without the version stops and says so.
// Method: the real membership beside a register of two versions on a whole ledger with its engine, the clock moved by hand.
import { decodeCbor } from '@hefu/bytes';
import {
  collection,
  createNativeHost,
  defineContract,
  defineModule,
  policy,
  readers,
} from '@hefu/contract';
import type { ModuleDefinition } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { verify } from '@hefu/crypto/sign';
import { SoloEngine } from '@hefu/engine-solo';
import { Ledger, replay } from '@hefu/ledger';
import type { SubmitResult } from '@hefu/ledger';
import { ManualClock, MemoryStore, MINI_GENESIS_TIME_MS, miniChain } from '@hefu/ledger/testing';
import type { MiniChain } from '@hefu/ledger/testing';
import { membership } from '@hefu/module-membership';
import type { StatementArgs } from '@hefu/protocol';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/** Three steps of migration: two full ones and the rest. */
const RECORDS = 2_500;
const RECORDS_PER_CALL = 250;
const HEARTBEAT_MS = 60_000;

const listed = { readers: readers.public(), listed: true } as const;

const first = defineContract({
  name: 'register',
  version: 1,
  collections: {
    people: collection({ value: z.strictObject({ name: text.line(40) }), ...listed }),
  },
  methods: {
    fill: {
      args: z.strictObject({ from: z.int().min(0), count: z.int().min(1).max(RECORDS_PER_CALL) }),
      policy: policy.member(),
      run(context, { from, count }) {
        for (let i = from; i < from + count; i++) {
          context.state.people.put(`p${i}`, { name: `Person ${i}` });
        }
      },
    },
  },
});

const second = defineContract({
  name: 'register',
  version: 2,
  collections: {
    people: collection({
      value: z.strictObject({ given: text.line(40), family: text.line(40) }),
      ...listed,
    }),
  },
  methods: {
    enter: {
      args: z.strictObject({ id: text.kebabName(), given: text.line(40), family: text.line(40) }),
      policy: policy.member(),
      run(context, { id, given, family }) {
        context.state.people.put(id, { given, family });
      },
    },
  },
  migrate: {
    from: 1,
    step(context, cursor, limit) {
      const page = cursor === null ? { limit } : { limit, after: cursor };
      const keys = context.previous.keys('people', page);
      for (const key of keys) {
        const { name } = context.previous.get('people', key) as { readonly name: string };
        const [given = '', family = ''] = name.split(' ');
        context.state.people.put(key, { given, family });
      }
      return keys.length < limit ? null : (keys.at(-1) ?? null);
    },
  },
});

const both = [membership, defineModule({ name: 'register', versions: [first, second] })];
const onlyFirst = [membership, defineModule({ name: 'register', versions: [first] })];

interface Setting {
  readonly mini: MiniChain;
  readonly store: MemoryStore;
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly halted: unknown[];
  /** Codes of the calls, submitted together. */
  readonly ask: (
    ...calls: (readonly [by: number, method: string, args: StatementArgs])[]
  ) => Promise<string[]>;
  readonly height: () => number;
  readonly record: (contract: string, collection: string, key: string) => unknown;
}

function open(mini: MiniChain, store: MemoryStore, modules: readonly ModuleDefinition[]): Setting {
  const clock = new ManualClock(MINI_GENESIS_TIME_MS + 1_000);
  const halted: unknown[] = [];
  const { chain, suite } = mini.genesis;
  const ledger = Ledger.open({
    store,
    host: createNativeHost({ chain, suite, modules }),
    clock,
    signatures: {
      verifyBatch: async (items) =>
        items.map((item) => verify(item.algorithm, item.publicKey, item.message, item.signature)),
    },
    engine: (each) =>
      new SoloEngine({
        chain: each,
        clock,
        signer: mini.checkpointSigner,
        defer: (callback) => {
          queueMicrotask(callback);
        },
        onHalted: (error) => halted.push(error),
      }),
  });
  return {
    mini,
    store,
    clock,
    ledger,
    halted,
    async ask(...calls) {
      const statements = calls.map(([by, method, args]) => {
        const contract = method === 'switchModule' ? 'membership' : 'register';
        return mini.call({ by, contract, method, args }).bytes;
      });
      return (await ledger.submit(statements)).map((result: SubmitResult) =>
        result.ok ? result.code : `refused: ${result.code}`,
      );
    },
    height: () => ledger.reader.head().height,
    record(contract, collectionName, key) {
      const read = ledger.reader.state({ contract, collection: collectionName, key });
      if (!read.ok || read.record.value === undefined) return undefined;
      const decoded = decodeCbor(read.record.value, { maps: 'object' });
      return decoded.ok ? decoded.value : decoded.code;
    },
  };
}

/** A chain at version 1 with many records; alpha governs it. */
async function filled(modules: readonly ModuleDefinition[]): Promise<Setting> {
  const mini = miniChain({
    modules: both,
    members: ['alpha/ann', 'beta/bo'],
    governance: { kind: 'organisation', organisations: ['alpha'] },
    parameters: { heartbeatMs: HEARTBEAT_MS },
  });
  const store = new MemoryStore();
  mini.create(store);
  const setting = open(mini, store, modules);
  const calls = Array.from({ length: RECORDS / RECORDS_PER_CALL }, (_, i) => {
    const args = { from: i * RECORDS_PER_CALL, count: RECORDS_PER_CALL };
    return [0, 'fill', args] as const;
  });
  expect(new Set(await setting.ask(...calls))).toEqual(new Set(['ok']));
  return setting;
}

const plan = (height: number, version = 2): StatementArgs => ({
  name: 'register',
  version,
  height,
});
const refused = (code: string): string[] => [`membership/${code}`];

describe('the switch of a contract', () => {
  it('is planned, begins at its height, takes several blocks, and is the same when executed again', async () => {
    const setting = await filled(both);
    const { ask, clock, height, record } = setting;
    const due = height() + 5;
    expect(await ask([1, 'switchModule', plan(due)])).toEqual(['not-permitted']);
    expect(await ask([0, 'switchModule', plan(due, 3)])).toEqual(refused('version-not-next'));
    expect(await ask([0, 'switchModule', plan(height() + 2)])).toEqual(refused('height-too-soon'));
    expect(await ask([0, 'switchModule', plan(due + 1)])).toEqual(['ok']);
    const before = { version: 1, next: { version: 2, height: due + 1 }, cursor: null };
    expect(record('membership', 'modules', 'register')).toEqual(before);
    expect(height()).toBe(due - 1);
    expect(await ask([1, 'fill', { from: RECORDS - 1, count: 1 }])).toEqual(['ok']);
    expect(height()).toBe(due);
    expect(record('membership', 'modules', 'register')).toEqual(before);
    // The call is judged in the first block of the migration, behind its first step.
    expect(await ask([0, 'switchModule', plan(due + 50, 3)])).toEqual(refused('module-migrating'));
    expect(height()).toBe(due + 1);
    expect(record('membership', 'modules', 'register')).toMatchObject({
      version: 2,
      next: null,
      cursor: expect.any(String),
    });
    const enter = { id: 'new', given: 'New', family: 'Person' };
    expect(await ask([0, 'enter', enter])).toEqual(['refused: contract-migrating']);
    // With nothing to do but the switch, the chain makes the blocks of it by itself.
    clock.advance(0);
    expect(height()).toBe(due + 3);
    expect(record('membership', 'modules', 'register')).toEqual({
      version: 2,
      next: null,
      cursor: null,
    });
    for (let i = 0; i < RECORDS; i++) {
      const expected = { given: 'Person', family: String(i) };
      expect(record('register', 'people', `p${i}`), `record ${i}`).toEqual(expected);
    }
    expect(await ask([0, 'enter', enter])).toEqual(['ok']);
    expect(await ask([0, 'fill', { from: 0, count: 1 }])).toEqual(['refused: unknown-method']);

    const target = new MemoryStore();
    const again = replay({ source: setting.store, target, host: setting.mini.host });
    let step = again.next();
    while (step.done !== true) step = again.next();
    expect(step.value).toMatchObject({ ok: true });
    await setting.ledger.close();
  });

  it('stops a node that lacks the version, which then does not start before it has it', async () => {
    const setting = await filled(onlyFirst);
    const { ask, clock, height, halted, mini, store } = setting;
    const due = height() + 3;
    expect(await ask([0, 'switchModule', plan(due)])).toEqual(['ok']);
    // An idle chain comes to the height by its heartbeats.
    clock.advance(HEARTBEAT_MS);
    expect(height()).toBe(due - 1);
    clock.advance(HEARTBEAT_MS);
    expect(height()).toBe(due - 1);
    const fault = {
      code: 'module-version-missing',
      message: expect.stringMatching(/version 2 of contract register.*install a newer release/),
    };
    expect(halted).toEqual([expect.objectContaining(fault)]);
    await setting.ledger.close();
    const onDisk = store.reopen();
    expect(() => open(mini, onDisk, onlyFirst)).toThrow(expect.objectContaining(fault));
    const newer = open(mini, onDisk, both);
    newer.clock.advance(HEARTBEAT_MS);
    expect(newer.height()).toBe(due + 2);
    expect(newer.record('register', 'people', 'p0')).toEqual({ given: 'Person', family: '0' });
    await newer.ledger.close();
  });
});
