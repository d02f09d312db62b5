import { equalBytes } from '@hefu/bytes';
import { verifyConsistency } from '@hefu/merkle';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Chain } from './chain.ts';
import type { Candidate } from './execution.ts';
import { parseCandidate } from './foreign/parse-candidate.ts';
import type { ForeignCandidate } from './foreign/register.ts';
import { ChainReader } from './reader.ts';
import {
  MemoryStore,
  MINI_GENESIS_TIME_MS,
  miniChain,
  proveStore,
  replayStore,
  StoreCrash,
} from './testing/index.ts';
import type { MiniChain } from './testing/index.ts';

// Goal: whatever comes in, in whatever order, with crashes at any commit, the whole log and the whole state are right after every
// block. Method: seeded random histories on a miniature chain in memory against a model that is a plain map; the store is proven from first to
// last entry after each block, every checkpoint extends the one before, and at the end the history is executed again.

/** Histories of one run; more with HEFU_SIMULATIONS. */
const HISTORIES = Number(process.env['HEFU_SIMULATIONS'] ?? 150);
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

type Act =
  | {
      readonly kind: 'write';
      readonly key: string;
      readonly by: number;
      readonly vanishMs?: number;
    }
  | { readonly kind: 'erase'; readonly key: string; readonly by: number }
  | { readonly kind: 'fail' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'tampered' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'register'; readonly by: number; readonly nth: number }
  | { readonly kind: 'forged' }
  | { readonly kind: 'again'; readonly nth: number }
  | { readonly kind: 'suspend'; readonly by: number };

interface Step {
  readonly acts: readonly Act[];
  readonly passMs: number;
  readonly fate: 'commit' | 'drop' | 'crash-before' | 'crash-after' | 'reopen';
}

const by = fc.nat({ max: 2 });
const key = fc.constantFrom(...KEYS);
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), key, by }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      key,
      by,
      vanishMs: fc.nat({ max: 5_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('erase' as const), key, by }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        ...(['fail', 'unknown', 'invalid', 'expired', 'tampered', 'foreign', 'forged'] as const),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('register' as const), by, nth: fc.nat({ max: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('again' as const), nth: fc.nat({ max: 20 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('suspend' as const), by: fc.constantFrom(1, 2) }),
  },
);
const step: fc.Arbitrary<Step> = fc.record({
  acts: fc.array(anyAct, { maxLength: 5 }),
  passMs: fc.oneof(fc.nat({ max: 3_000 }), fc.constant(-1_000)),
  fate: fc.oneof(
    { weight: 8, arbitrary: fc.constant('commit' as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(...(['drop', 'crash-before', 'crash-after', 'reopen'] as const)),
    },
  ),
});

/** Statements, what must come of each, and the notes as they must stand. */
class Model {
  readonly mini: MiniChain;
  /** Notes by key, with the time at which each vanishes. */
  notes = new Map<string, number | undefined>();
  suspended = new Set<number>();
  readonly entered = new Set<string>();
  readonly made: { readonly bytes: Uint8Array; readonly act: Act }[] = [];

  constructor(mini: MiniChain) {
    this.mini = mini;
  }

  make(act: Act, timeMs: number): { readonly bytes: Uint8Array; readonly act: Act } {
    const { mini } = this;
    const args = { key: 'x', text: '' };
    const vanishAt =
      act.kind === 'write' && act.vanishMs !== undefined ? timeMs + act.vanishMs : undefined;
    const made = (call: Parameters<MiniChain['call']>[0]): Uint8Array => mini.call(call).bytes;
    const own = (bytes: Uint8Array): { readonly bytes: Uint8Array; readonly act: Act } => ({
      bytes,
      act,
    });
    switch (act.kind) {
      case 'write': {
        const written = {
          key: act.key,
          text: 'note',
          ...(vanishAt === undefined ? {} : { vanishAt }),
        };
        return own(made({ by: act.by, method: 'write', args: written }));
      }
      case 'erase':
        return own(made({ by: act.by, method: 'erase', args: { key: act.key } }));
      case 'suspend': {
        const member = mini.signers[act.by]?.member ?? '';
        return own(made({ contract: 'membership', method: 'suspend', args: { member } }));
      }
      case 'fail':
        return own(made({ method: 'fail', args: {} }));
      case 'unknown':
        return own(made({ method: 'nothing', args: {} }));
      case 'invalid':
        return own(made({ method: 'write', args: { key: '' } }));
      case 'expired':
        return own(made({ method: 'write', args, expires: MINI_GENESIS_TIME_MS }));
      case 'foreign':
        return own(made({ method: 'write', args, chain: 'other.example' }));
      case 'register':
        return own(mini.foreign(act.by, `lot/${act.nth}`).foreign.bytes);
      case 'forged': {
        const bytes = mini.foreign(0, 'forged').foreign.bytes.slice();
        bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 4;
        return own(bytes);
      }
      case 'tampered': {
        const bytes = made({ method: 'write', args }).slice();
        bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 4;
        return own(bytes);
      }
      case 'again':
        return (
          this.made[act.nth % Math.max(1, this.made.length)] ?? this.make({ kind: 'fail' }, timeMs)
        );
      default:
        return act satisfies never;
    }
  }

  /** What must come of a statement in this block. `suspendedBefore` is who was suspended when the block began. */
  expect(made: Act, name: string, suspendedBefore: ReadonlySet<number>, timeMs: number): string {
    switch (made.kind) {
      case 'expired':
        return 'expired';
      case 'foreign':
        return 'wrong-chain';
      case 'tampered':
      case 'forged':
        return 'signature-wrong';
      default:
    }
    if (this.entered.has(name)) return 'duplicate';
    // Whose standing has ended gets no entry for a statement of another system, so that it may come again.
    if (made.kind === 'register' && suspendedBefore.has(made.by)) return 'member-suspended';
    this.entered.add(name);
    const who = 'by' in made && made.kind !== 'suspend' ? made.by : 0;
    if (suspendedBefore.has(who)) return 'member-suspended';
    switch (made.kind) {
      case 'write':
        if (this.notes.has(made.key)) return 'notes/taken';
        // Nothing may be scheduled for the block's own time.
        if (made.vanishMs === 0) return 'contract-failed';
        this.notes.set(made.key, made.vanishMs === undefined ? undefined : timeMs + made.vanishMs);
        return 'ok';
      case 'erase':
        return this.notes.delete(made.key) ? 'ok' : 'notes/missing';
      case 'suspend':
        this.suspended.add(made.by);
        return 'ok';
      case 'fail':
        return 'contract-failed';
      case 'unknown':
        return 'unknown-method';
      case 'invalid':
        return 'args-invalid';
      case 'register':
        return 'ok';
      case 'again':
        return 'never';
      default:
        return made satisfies never;
    }
  }

  vanish(timeMs: number): void {
    for (const [name, at] of this.notes) {
      if (at !== undefined && at <= timeMs) this.notes.delete(name);
    }
  }
}

function candidateOf(bytes: Uint8Array): Candidate | ForeignCandidate {
  const parsed = parseCandidate(bytes, mini.spec.hashName);
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.candidate;
}

function proveAll(store: MemoryStore, model: Model): void {
  const { faults } = proveStore(store, { signatures: false, host: model.mini.host });
  expect(faults, 'the store holds together').toEqual([]);
  const reader = new ChainReader(store);
  for (const name of KEYS) {
    const verdict = reader.state({ contract: 'notes', collection: 'notes', key: name });
    const present = verdict.ok && verdict.record.value !== undefined;
    expect(present, `note ${name}`).toBe(model.notes.has(name));
  }
}

function requireCodes(found: readonly string[], expected: readonly string[]): void {
  expect(found).toEqual(expected);
}

interface Size {
  readonly size: number;
  readonly root: Uint8Array;
}

function proveGrowth(reader: ChainReader, before: Size): Size {
  const { size, root } = reader.head();
  const path = reader.consistency(before.size, size);
  const claim = { hasher: reader.spec.hasher, size1: before.size, size2: size, path };
  expect(
    verifyConsistency({ ...claim, root1: before.root, root2: root }),
    'the log only grew',
  ).toBe(true);
  return { size, root };
}

const mini = miniChain({ parameters: { stateHorizonBlocks: 3, blockStatementsMax: 100 } });

function run(steps: readonly Step[]): void {
  let store = new MemoryStore();
  let chain = mini.create(store);
  const model = new Model(mini);
  let wallMs = MINI_GENESIS_TIME_MS + 1_000;
  let last: Size = chain.head;
  for (const { acts, passMs, fate } of steps) {
    wallMs += passMs;
    const timeMs = Math.max(wallMs, chain.head.timeMs);
    const made = acts.map((each) => model.make(each, timeMs));
    const candidates = made.map(({ bytes }) => candidateOf(bytes));
    const executed = chain.execute({ timeMs: wallMs, candidates });
    expect(executed.head.timeMs).toBe(timeMs);
    const lines = mini.lines(executed.head);
    let durable = fate !== 'drop' && fate !== 'crash-before';
    if (fate === 'crash-before' || fate === 'crash-after') {
      store.crashAt(1, fate === 'crash-before' ? 'before' : 'after');
    }
    try {
      if (fate !== 'drop') chain.commit(executed, lines);
    } catch (error) {
      if (!(error instanceof StoreCrash)) throw error;
      store = store.reopen();
      chain = Chain.open({ store, host: mini.host });
      durable = fate === 'crash-after';
    }
    if (durable) {
      const suspendedBefore = new Set(model.suspended);
      model.vanish(timeMs);
      const expected = made.map(({ act: each }, index) => {
        const { statement, foreign } = candidates[index] ?? candidateOf(new Uint8Array());
        const name = String(statement?.id ?? foreign?.digest);
        return model.expect(each, name, suspendedBefore, timeMs);
      });
      requireCodes(
        executed.results.map(({ code }) => code),
        expected,
      );
      model.made.push(...made);
    }
    if (fate === 'reopen') chain = Chain.open({ store, host: mini.host });
    if (passMs % 2 === 0 && chain.prunable()) chain.prune();
    proveAll(store, model);
    last = proveGrowth(new ChainReader(store), last);
  }
  expect(replayStore(store, mini.host)).toMatchObject({ ok: true });
  expect(equalBytes(chain.head.root, last.root)).toBe(true);
}

it(`holds in ${HISTORIES} random histories`, { timeout: 60_000 + HISTORIES * 1_000 }, () => {
  expect.hasAssertions();
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      run(steps);
    }),
    { numRuns: HISTORIES },
  );
});
