import { toBase64 } from '@hefu/bytes';
import { createNativeHost } from '@hefu/contract';
import type { NativeHost } from '@hefu/contract';
import { suiteDefaultAlgorithm, suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import { generateKeyPair, keyId } from '@hefu/crypto/keys';
import type { VerifyPool } from '@hefu/crypto/pool';
import { SoloEngine } from '@hefu/engine-solo';
import { Chain, chainSpec, Ledger, noteSigner } from '@hefu/ledger';
import type { ChainSpec, Clock } from '@hefu/ledger';
import { evidence } from '@hefu/module-evidence';
import { membership } from '@hefu/module-membership';
import { GENESIS_FORMAT, signStatement } from '@hefu/protocol';
import type { GenesisDocument, StatementArgs } from '@hefu/protocol';
import { openStore } from '@hefu/store-lmdb';

const MODULES = [membership, evidence];
const MEMBER = 'bench/depositor';

/** A ledger in this process, with the embedded engine and a store on disk, and somebody to sign for. */
export interface BenchChain {
  readonly spec: ChainSpec;
  readonly publicKey: Uint8Array;
  sign(method: string, args: StatementArgs): Uint8Array;
  /** Opens the ledger; the same folder may be opened again after closing. */
  open(pool: VerifyPool): Ledger;
}

const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Makes a chain of one organisation in an empty folder. */
export function makeBenchChain(path: string, suite: Suite): BenchChain {
  const algorithm = suiteDefaultAlgorithm(suite);
  const hashName = suiteHash(suite);
  const keys = generateKeyPair(algorithm);
  const checkpoint = generateKeyPair(algorithm);
  const id = keyId(hashName, algorithm, keys.publicKey);
  const genesis: GenesisDocument = {
    format: GENESIS_FORMAT,
    chain: 'bench.hefu.example',
    suite,
    time: Date.now(),
    algorithms: [algorithm],
    organisations: [{ id: 'bench', name: 'Bench' }],
    members: [{ id: MEMBER, kind: 'service', roles: ['admin'] }],
    keys: [{ member: MEMBER, algorithm, publicKey: toBase64(keys.publicKey), purpose: 'sign' }],
    validators: [
      { organisation: 'bench', algorithm, publicKey: toBase64(checkpoint.publicKey), power: 1 },
    ],
    governance: { kind: 'majority' },
    modules: MODULES.map(({ name }) => ({ name, version: 1 })),
    parameters: {
      // As in the chains that a node makes.
      blockStatementsMax: 4_096,
      heartbeatMs: 60_000,
      attachmentBytesMax: 67_108_864,
      stateHorizonBlocks: 1_000,
    },
  };
  const spec = chainSpec(genesis);
  const [validator] = spec.validators;
  if (validator === undefined) throw new Error('a chain without a validator');
  const signer = noteSigner({ spec, validator, privateKey: checkpoint.privateKey });
  const host: NativeHost = createNativeHost({ chain: genesis.chain, suite, modules: MODULES });
  const store = openStore({ path });
  Chain.create({
    store,
    host,
    genesis,
    sign: ({ size, root }) => signer.sign({ size, root, timeSeconds: 1 }),
  });
  store.close();
  return {
    spec,
    publicKey: keys.publicKey,
    sign: (method, args) =>
      signStatement({
        hash: hashName,
        chain: genesis.chain,
        member: MEMBER,
        algorithm,
        privateKey: keys.privateKey,
        keyId: id,
        contract: 'evidence',
        method,
        args,
        expires: Date.now() + 43_200_000,
      }).bytes,
    open(pool) {
      const ledger: Ledger = Ledger.open({
        store: openStore({ path }),
        host,
        clock: systemClock,
        signatures: pool,
        engine: (chain) =>
          new SoloEngine({
            chain,
            clock: systemClock,
            signer,
            defer: (callback) => {
              setImmediate(callback);
            },
            onCommitted: ({ executed }) => {
              ledger.attachmentsCommitted(executed.attachments);
            },
            onHalted: (error) => {
              throw error;
            },
          }),
      });
      return ledger;
    },
  };
}
