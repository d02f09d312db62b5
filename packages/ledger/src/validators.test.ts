// Goal: whatever changes of the validators governance makes, the log hands over from each set to the next, so that a trust file of any
// age leads to today and no forged one does. Method: random histories of changes, statements, idle heartbeats and crashes on a miniature chain;
// after each block the whole store is proven; every trust file on the way is held against every checkpoint, and its handovers are bent.
import { generateKeyPair } from '@hefu/crypto/keys';
import { parseCheckpoint, parseTrust, setForSize, trustOf, verifyCheckpoint } from '@hefu/protocol';
import type { TrustDocument, Validator } from '@hefu/protocol';
import { toHex } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chain } from './chain.ts';
import { isQuorumAlone, noteSigner, validatorSigner } from './checkpoint-signer.ts';
import type { LedgerFault } from './errors.ts';
import { handoversOf, validatorsOfSize } from './handovers.ts';
import { handoverKey } from './meta-keys.ts';
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

const mini = miniChain({ parameters: { stateHorizonBlocks: 2 } });
/** Keys of validators that may join, beside the one of the genesis. */
const KEYS = ['beta', 'delta', 'gamma', 'omega'].flatMap((organisation) =>
  [1, 5].map((power) => {
    const { publicKey, privateKey } = generateKeyPair('ed25519');
    const validator: Validator = { organisation, algorithm: 'ed25519', publicKey, power };
    return { validator, privateKey };
  }),
);
const [OPERATOR] = mini.spec.validators;

interface Act {
  /** Places among KEYS of who signs next, the operator of the genesis besides; undefined changes nothing. */
  readonly next: readonly number[] | undefined;
  readonly writes: number;
  readonly fate: 'commit' | 'reopen' | 'crash-before' | 'crash-after';
}

const act: fc.Arbitrary<Act> = fc.record({
  next: fc
    .option(fc.uniqueArray(fc.nat(KEYS.length - 1), { maxLength: 4 }), { freq: 2 })
    .map((places) => places ?? undefined),
  writes: fc.nat(2),
  fate: fc.oneof(
    { weight: 6, arbitrary: fc.constant('commit' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...(['reopen', 'crash-before', 'crash-after'] as const)),
    },
  ),
});

function setOf(places: readonly number[]): Validator[] {
  const chosen = new Map<string, Validator>();
  if (OPERATOR !== undefined && places.length < 3) chosen.set(OPERATOR.organisation, OPERATOR);
  for (const place of places) {
    const key = KEYS[place];
    if (key !== undefined) chosen.set(key.validator.organisation, key.validator);
  }
  return [...chosen.values()].toSorted((a, b) => (a.organisation < b.organisation ? -1 : 1));
}

/** The lines of everybody in a set. */
function linesOf(
  chain: MiniChain,
  set: readonly Validator[],
  head: { readonly size: number; readonly root: Uint8Array; readonly timeMs: number },
): string[] {
  return set.flatMap((validator) => {
    const hex = toHex(validator.publicKey);
    const own = KEYS.find((each) => toHex(each.validator.publicKey) === hex);
    if (own === undefined) return chain.lines(head as never);
    const signer = noteSigner({ spec: chain.spec, validator, privateKey: own.privateKey });
    return signer.sign({ ...head, timeSeconds: Math.floor(head.timeMs / 1000) });
  });
}

interface History {
  readonly reader: ChainReader;
  readonly trusts: readonly TrustDocument[];
}

let written = 0;

function play(acts: readonly Act[]): History {
  let store = new MemoryStore();
  let chain = mini.create(store);
  let timeMs = MINI_GENESIS_TIME_MS + 1_000;
  const trusts: TrustDocument[] = [];
  const step = ({ next, writes, fate }: Act): void => {
    timeMs += 1_000;
    const calls = Array.from({ length: writes }, () =>
      mini.call({ method: 'write', args: { key: `n${written++}`, text: '' } }),
    );
    if (next !== undefined) {
      const args = { validators: setOf(next).map((each) => ({ ...each })) };
      calls.push(mini.call({ contract: 'membership', method: 'setValidators', args }));
    }
    const handsOver = chain.nextDueMs() === chain.head.timeMs;
    const { size } = chain.head;
    const candidates = calls.map(({ bytes }) => mini.candidate(bytes));
    const executed = chain.execute({ timeMs, candidates });
    // The new set signs a larger log, whether or not anything waits.
    if (handsOver) expect(executed.head.size).toBeGreaterThan(size);
    const lines = linesOf(mini, chain.validators.set, executed.head);
    if (fate === 'crash-before') store.crashAt(1, 'before');
    if (fate === 'crash-after') store.crashAt(1, 'after');
    try {
      chain.commit(executed, lines);
    } catch (error) {
      if (!(error instanceof StoreCrash)) throw error;
    }
    if (fate !== 'commit') {
      store = store.reopen();
      chain = Chain.open({ store, host: mini.host });
    }
    while (chain.prunable()) chain.prune();
    expect(proveStore(store, { host: mini.host, signatures: false }).faults).toEqual([]);
    trusts.push(trustOf(mini.genesis, handoversOf(new ChainReader(store))));
  };
  for (const each of acts) step(each);
  for (let beat = 0; beat < 2; beat++) step({ next: undefined, writes: 0, fate: 'commit' });
  expect(replayStore(store, mini.host)).toMatchObject({ ok: true });
  return { reader: new ChainReader(store), trusts };
}

function requireAll({ reader, trusts }: History): void {
  const today = parseTrust(trusts.at(-1));
  if (!today.ok) throw new Error(today.code);
  const notes = Array.from(reader.store.range('checkpoints'), ([, note]) =>
    String(Buffer.from(note)),
  );
  const { chain, suite } = today.trust;
  for (const note of notes) {
    const parsed = parseCheckpoint(note);
    if (!parsed.ok) throw new Error(parsed.code);
    const { size } = parsed.checkpoint;
    const set = setForSize(today.trust, size);
    expect(verifyCheckpoint({ note, suite, chain, set, exact: true }).ok, `size ${size}`).toBe(
      true,
    );
    expect(validatorsOfSize(reader, size).set).toEqual(set);
  }
  for (const document of trusts) {
    const { handovers } = document;
    // A file of any age, and what anybody gives of the rest.
    const more = (trusts.at(-1)?.handovers ?? []).slice(handovers.length);
    const joined = parseTrust({ ...document, handovers: [...handovers, ...more] });
    expect(joined).toEqual(today);
  }
}

function requireForgeriesRefused(document: TrustDocument): void {
  const { handovers } = document;
  const codeOf = (bent: TrustDocument['handovers']): string => {
    const verdict = parseTrust({ ...document, handovers: bent });
    if (verdict.ok) return 'ok';
    return verdict.code === 'trust-handover-broken' ? verdict.cause : verdict.code;
  };
  for (const [place, handover] of handovers.entries()) {
    const others = handovers.toSpliced(place, 1);
    if (place < handovers.length - 1) {
      expect(codeOf(others)).toBe('handover-missing');
      const renumbered = others.map((each, at) => ({ ...each, number: at + 1 }));
      expect(codeOf(renumbered)).toBe('handover-set-mismatch');
      const next = handovers[place + 1];
      if (next !== undefined) {
        expect(codeOf(handovers.toSpliced(place, 2, next, handover))).toBe('handover-missing');
      }
    }
    expect(codeOf(handovers.toSpliced(place, 0, handover))).toBe('handover-out-of-order');
    const [body = '', lines = ''] = handover.checkpoint.split('\n\n');
    const first = lines.slice(0, lines.indexOf('\n') + 1);
    expect(codeOf(handovers.with(place, { ...handover, checkpoint: `${body}\n\n${first}` }))).toBe(
      'checkpoint-quorum-short',
    );
    const heavier = handover.validators.map((each) => ({ ...each, power: each.power + 1 }));
    expect(codeOf(handovers.with(place, { ...handover, validators: heavier }))).toBe(
      'handover-set-mismatch',
    );
  }
}

describe('changes of the validators', () => {
  it(
    'lead from a trust file of any age to today, and nothing else does',
    { timeout: 60_000 },
    () => {
      expect.hasAssertions();
      fc.assert(
        fc.property(fc.array(act, { minLength: 1, maxLength: 8 }), (acts) => {
          const history = play(acts);
          requireAll(history);
          const last = history.trusts.at(-1);
          if (last !== undefined) requireForgeriesRefused(last);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('twice in a block are one, and a set that comes back is another', () => {
    const store = new MemoryStore();
    const chain = mini.create(store);
    let timeMs = MINI_GENESIS_TIME_MS + 1_000;
    const block = (...sets: readonly (readonly number[])[]): void => {
      timeMs += 1_000;
      const candidates = sets.map((places) => {
        const args = { validators: setOf(places).map((each) => ({ ...each })) };
        const call = mini.call({ contract: 'membership', method: 'setValidators', args });
        return mini.candidate(call.bytes);
      });
      const executed = chain.execute({ timeMs, candidates });
      chain.commit(executed, linesOf(mini, chain.validators.set, executed.head));
    };
    block([0], [0, 2]);
    expect(chain.validators.number).toBe(1);
    block([]);
    block([0, 2]);
    block();
    const reader = new ChainReader(store);
    expect(proveStore(store, { host: mini.host }).faults).toEqual([]);
    const handovers = handoversOf(reader);
    expect(handovers.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(handovers[0]?.validators).toEqual(handovers[2]?.validators);
    expect(parseTrust(trustOf(mini.genesis, handovers)).ok).toBe(true);
    const jump = [handovers[2], handovers[1]].flatMap((each) => (each === undefined ? [] : [each]));
    expect(parseTrust(trustOf(mini.genesis, jump))).toMatchObject({ cause: 'handover-missing' });
  });

  it('lead no further than enough of the set before have signed', () => {
    const store = new MemoryStore();
    const chain = mini.create(store);
    let timeMs = MINI_GENESIS_TIME_MS + 1_000;
    const block = (places: readonly number[] | undefined, signers: readonly Validator[]): void => {
      timeMs += 1_000;
      const candidates = (places === undefined ? [] : [places]).map((each) => {
        const args = { validators: setOf(each).map((validator) => ({ ...validator })) };
        const call = mini.call({ contract: 'membership', method: 'setValidators', args });
        return mini.candidate(call.bytes);
      });
      const executed = chain.execute({ timeMs, candidates });
      chain.commit(executed, linesOf(mini, signers, executed.head));
    };
    block([0, 2], chain.validators.set);
    block([4], chain.validators.set.slice(0, 1));
    const reader = new ChainReader(store);
    expect(handoversOf(reader).map(({ number }) => number)).toEqual([1]);
    expect(validatorsOfSize(reader, chain.head.size + 1).number).toBe(2);
  });

  it('that the store does not keep, or keeps wrongly, are found', () => {
    const made = (): MemoryStore => {
      const store = new MemoryStore();
      const chain = mini.create(store);
      const args = { validators: setOf([0]).map((each) => ({ ...each })) };
      const call = mini.call({ contract: 'membership', method: 'setValidators', args });
      const timeMs = MINI_GENESIS_TIME_MS + 1_000;
      const executed = chain.execute({ timeMs, candidates: [mini.candidate(call.bytes)] });
      chain.commit(executed, mini.lines(executed.head));
      return store;
    };
    const codes = (change: (store: MemoryStore, row: Uint8Array) => void): string[] => {
      const store = made();
      const row = store.get('meta', handoverKey(1));
      if (row === undefined) throw new Error('no handover');
      change(store, row);
      return proveStore(store, { host: mini.host }).faults.map(({ code, at }) => `${code} ${at}`);
    };
    expect(codes(() => undefined)).toEqual([]);
    expect(
      codes((store) => {
        store.commit((transaction) => transaction.delete('meta', handoverKey(1)));
      }),
    ).toEqual(['validators-wrong 1', 'validators-wrong handovers']);
    expect(
      codes((store, row) => {
        const bent = row.slice();
        bent[1] = (bent[1] ?? 0) ^ 1;
        store.commit((transaction) => transaction.put('meta', handoverKey(1), bent));
      }),
    ).toEqual(['validators-wrong 1']);
    expect(
      codes((store, row) => {
        store.commit((transaction) => transaction.put('meta', handoverKey(2), row));
      }),
    ).toEqual(['validators-wrong handovers']);
  });
});

describe('the signer of a validator', () => {
  it('takes the key of the set in force, and refuses without it', () => {
    const [first, second] = KEYS;
    if (first === undefined || second === undefined) throw new Error('no keys');
    let set = [first.validator];
    const held = new Map([[toHex(first.validator.publicKey), first.privateKey]]);
    const signer = validatorSigner({
      spec: mini.spec,
      organisation: 'beta',
      set: () => set,
      keyOf: (publicKey) => held.get(toHex(publicKey)),
    });
    const checkpoint = { size: 1, root: new Uint8Array(32), timeSeconds: 1 };
    const { privateKey } = first;
    const own = noteSigner({ spec: mini.spec, validator: first.validator, privateKey });
    expect(signer.sign(checkpoint)).toEqual(own.sign(checkpoint));
    set = [second.validator];
    const faultOf = (work: () => unknown): LedgerFault['data'] | undefined => {
      try {
        work();
      } catch (error) {
        return (error as LedgerFault).data;
      }
      return undefined;
    };
    const key = toHex(second.validator.publicKey);
    const missing = { code: 'checkpoint-key-missing', organisation: 'beta', key };
    expect(faultOf(() => signer.sign(checkpoint))).toEqual(missing);
    expect(faultOf(() => signer.ready())).toEqual(missing);
    held.set(key, second.privateKey);
    expect(faultOf(() => signer.ready())).toBeUndefined();
    set = [];
    expect(faultOf(() => signer.sign(checkpoint))).toMatchObject({ code: 'not-a-validator' });
  });

  it('signs alone only with more than two thirds', () => {
    const of = (...powers: readonly number[]): Validator[] =>
      powers.map((power, at) => ({
        organisation: `o${at}`,
        algorithm: 'ed25519',
        publicKey: new Uint8Array(32),
        power,
      }));
    expect(isQuorumAlone(of(1), 'o0')).toBe(true);
    expect(isQuorumAlone(of(2, 1), 'o0')).toBe(false);
    expect(isQuorumAlone(of(3, 1), 'o0')).toBe(true);
    expect(isQuorumAlone(of(3, 1), 'o2')).toBe(false);
  });
});
