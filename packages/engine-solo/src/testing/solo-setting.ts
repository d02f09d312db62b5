import { verify } from '@hefu/crypto/sign';
import { Ledger } from '@hefu/ledger';
import type { InFlightLimits, RegisterResult, SignatureChecker, SubmitResult } from '@hefu/ledger';
import { ManualClock, MemoryStore, MINI_GENESIS_TIME_MS, miniChain } from '@hefu/ledger/testing';
import type { MiniChain } from '@hefu/ledger/testing';
import { SoloEngine } from '../solo-engine.ts';

/** Checks signatures in this thread. */
export const checker: SignatureChecker = {
  verifyBatch: (items) =>
    Promise.resolve(
      items.map((item) => verify(item.algorithm, item.publicKey, item.message, item.signature)),
    ),
};

/** A whole ledger with the embedded engine, and what tests turn in it. */
export interface Setting {
  readonly mini: MiniChain;
  readonly store: MemoryStore;
  readonly clock: ManualClock;
  readonly ledger: Ledger;
  readonly halted: unknown[];
  readonly submit: (...statements: Uint8Array[]) => Promise<SubmitResult[]>;
  /** Registers what the issuer of that number signed of a subject. */
  readonly register: (by: number, subject: string) => Promise<RegisterResult>;
}

/** What a setting is made of, where it is not new. */
export interface SettingOptions {
  readonly store?: MemoryStore;
  readonly mini?: MiniChain;
  readonly signatures?: SignatureChecker;
  readonly inFlight?: InFlightLimits;
  /** Called beside the ledger's own listener. */
  readonly onCommitted?: () => void;
}

/** Opens a ledger with the embedded engine over a store in memory, with a clock that moves by hand and real signatures. */
export function setting(options: SettingOptions = {}): Setting {
  const { store = new MemoryStore(), mini = miniChain(), signatures = checker } = options;
  mini.create(store);
  const clock = new ManualClock(MINI_GENESIS_TIME_MS + 1_000);
  const halted: unknown[] = [];
  const ledger: Ledger = Ledger.open({
    store,
    host: mini.host,
    clock,
    signatures,
    ...(options.inFlight === undefined ? {} : { inFlight: options.inFlight }),
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
          options.onCommitted?.();
        },
        onHalted: (error) => halted.push(error),
      }),
  });
  const submit = (...statements: Uint8Array[]): Promise<SubmitResult[]> =>
    ledger.submit(statements);
  const register = async (by: number, subject: string): Promise<RegisterResult> =>
    ledger.register(mini.foreign(by, subject).foreign.bytes);
  return { mini, store, clock, ledger, halted, submit, register };
}
