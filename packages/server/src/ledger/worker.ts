import { parentPort, workerData } from 'node:worker_threads';
import { createNativeHost } from '@hefu/contract';
import { createVerifyPool } from '@hefu/crypto/pool';
import { SoloEngine } from '@hefu/engine-solo';
import { isQuorumAlone, Ledger, requireValidator, validatorSigner } from '@hefu/ledger';
import type { Chain, CheckpointSigner, Clock } from '@hefu/ledger';
import { openStore } from '@hefu/store-lmdb';
import { builtInModules } from '../modules.ts';
import { rememberingSigner } from '../standing/remembering-signer.ts';
import type { SigningState } from '../standing/signing-state.ts';
import { judgeStanding } from '../standing/standing.ts';
import { askKey } from './ask-key.ts';
import type { WorkerData } from './client.ts';
import { unpackStatements } from './messages.ts';
import type { FromWorker, PackedStatements, ToWorker, WorkerSetup } from './messages.ts';
import { readSpecOf } from './spec.ts';

/**
 * The thread that owns one chain's writing side: store, execution, sealing, engine. Nothing else in the process writes the
 * chain, and nothing here waits for a request.
 */

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker only');

const { setup: ownSetup, keys } = workerData as WorkerData;

function send(message: FromWorker): void {
  port?.postMessage(message);
}

const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    // Longer delays than a timer can hold end early and are armed anew.
    const timer = setTimeout(callback, Math.min(delayMs, TIMER_MAX_MS));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Longest delay of a timer: 2^31 − 1 ms. */
const TIMER_MAX_MS = 2_147_483_647;

function describeFault(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'ledger-failed';
  return { code, message };
}

interface OpenLedger {
  readonly ledger: Ledger;
  readonly signing: SigningState;
  /** Whether the chain had no signing state. */
  readonly adopted: boolean;
}

function openLedger(setup: WorkerSetup): OpenLedger {
  const store = openStore({
    path: setup.storePath,
    ...(setup.mapSizeBytes === undefined ? {} : { mapSizeBytes: setup.mapSizeBytes }),
  });
  let signing: SigningState | undefined;
  let pool: ReturnType<typeof createVerifyPool> | undefined;
  try {
    const spec = readSpecOf(store);
    const standing = judgeStanding(store, setup.standing);
    if (!standing.ok) {
      throw Object.assign(new Error(standing.message), { code: standing.code });
    }
    const { state, adopted } = standing;
    signing = state;
    const host = createNativeHost({
      chain: spec.chain,
      suite: spec.genesis.suite,
      modules: builtInModules,
    });
    pool = createVerifyPool({ threads: setup.verifyThreads });
    const ledger: Ledger = Ledger.open({
      store,
      host,
      clock: systemClock,
      signatures: pool,
      genesisDigest: setup.genesisDigest,
      engine: (chain) => engineOf(chain, setup, state, () => ledger),
    });
    return { ledger, signing, adopted };
  } catch (error) {
    signing?.[Symbol.dispose]();
    void pool?.close();
    store.close();
    throw error;
  }
}

/**
 * Signs with the key that the validators in force name. Throws LedgerFault unless it can for the next block, and is enough for it: nobody
 * else's lines reach an engine that runs alone.
 */
function signerOf(chain: Chain, organisation: string): CheckpointSigner {
  const { spec, validators } = chain;
  requireValidator(spec.chain, validators.set, organisation);
  if (!isQuorumAlone(validators.set, organisation)) {
    const what = `the checkpoints of ${spec.chain} need the lines of more than ${organisation}`;
    throw Object.assign(new Error(what), { code: 'not-the-operator' });
  }
  const signer = validatorSigner({
    spec,
    organisation,
    set: () => chain.validators.set,
    keyOf: (publicKey) => askKey(keys, publicKey),
  });
  signer.ready();
  return signer;
}

function engineOf(
  chain: Chain,
  setup: WorkerSetup,
  signing: SigningState,
  ledger: () => Ledger,
): SoloEngine {
  const signer = signerOf(chain, setup.organisation);
  return new SoloEngine({
    chain,
    clock: systemClock,
    monotonicMs: () => performance.now(),
    signer: rememberingSigner(signer, signing),
    defer: (callback) => {
      setImmediate(callback);
    },
    onCommitted: (block) => {
      signing.committed(block.executed.head);
      ledger().attachmentsCommitted(block.executed.attachments);
      const { height, size, timeMs } = block.executed.head;
      send({
        type: 'committed',
        block: {
          height,
          size,
          timeMs,
          statements: block.executed.results.filter(({ entered }) => entered).length,
          executeSeconds: block.executeMs / 1000,
          commitSeconds: block.commitMs / 1000,
          waiting: block.waiting,
        },
      });
    },
    onHalted: (error) => {
      send({ type: 'halted', ...describeFault(error) });
    },
  });
}

async function submit(ledger: Ledger, call: number, packed: PackedStatements): Promise<void> {
  send({ type: 'submitted', call, results: await ledger.submit(unpackStatements(packed)) });
}

async function register(ledger: Ledger, call: number, statement: Uint8Array): Promise<void> {
  send({ type: 'registered', call, result: await ledger.register(statement) });
}

async function close({ ledger, signing }: OpenLedger, call: number): Promise<void> {
  await ledger.close();
  signing[Symbol.dispose]();
  send({ type: 'closed', call });
  port?.close();
}

function serve(open: OpenLedger): void {
  const { ledger, adopted } = open;
  port?.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'submit':
        void submit(ledger, message.call, message.statements);
        return;
      case 'stage':
        send({
          type: 'staged',
          call: message.call,
          result: ledger.stageAttachment(message.bytes, message.sender),
        });
        return;
      case 'register':
        void register(ledger, message.call, message.statement);
        return;
      case 'close':
        void close(open, message.call);
        return;
      default:
        message satisfies never;
    }
  });
  send({ type: 'ready', adopted });
}

try {
  serve(openLedger(ownSetup));
} catch (error) {
  send({ type: 'failed', ...describeFault(error) });
  port.close();
}
