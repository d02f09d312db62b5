import { toBase64 } from '@hefu/bytes';
import { createNativeHost } from '@hefu/contract';
import type { ModuleDefinition, NativeHost } from '@hefu/contract';
import { suiteDefaultAlgorithm, suiteHash } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm, Suite } from '@hefu/crypto/algorithm';
import { generateKeyPair, keyId } from '@hefu/crypto/keys';
import type { KeyPair } from '@hefu/crypto/keys';
import {
  GENESIS_FORMAT,
  issuerOf,
  parseForeignStatement,
  parseStatement,
  signStatement,
} from '@hefu/protocol';
import type { GenesisDocument, StatementArgs } from '@hefu/protocol';
import { foreignStatement } from '@hefu/protocol/testing';
import { Chain } from '../chain.ts';
import { chainSpec } from '../chain-spec.ts';
import type { ChainSpec } from '../chain-spec.ts';
import { noteSigner } from '../checkpoint-signer.ts';
import type { Candidate } from '../execution.ts';
import type { ForeignCandidate } from '../foreign/register.ts';
import type { Head } from '../head.ts';
import type { CheckpointSigner } from '../ports.ts';
import type { Store } from '../store-port.ts';
import { miniModules } from './mini-modules.ts';

/** Start of every mini chain: 2026-01-01. */
export const MINI_GENESIS_TIME_MS: number = Date.UTC(2026, 0, 1);

/** Someone who signs on a mini chain. */
export interface MiniSigner {
  readonly member: string;
  readonly keys: KeyPair;
  readonly keyId: Uint8Array;
}

/** A chain of two organisations with all its keys, for tests. */
export interface MiniChain {
  readonly genesis: GenesisDocument;
  readonly spec: ChainSpec;
  readonly host: NativeHost;
  readonly signers: readonly MiniSigner[];
  readonly checkpointSigner: CheckpointSigner;
  /** The checkpoint's lines over a head. */
  lines(head: Head): readonly string[];
  /** Makes the chain in an empty store. */
  create(store: Store): Chain;
  /** Signs a call. `by` is a place among `signers`. */
  call(call: {
    readonly by?: number;
    readonly contract?: string;
    readonly method: string;
    readonly args: StatementArgs;
    readonly expires?: number;
    readonly nonce?: Uint8Array;
    readonly chain?: string;
  }): { readonly bytes: Uint8Array; readonly id: Uint8Array };
  /** A statement for SCITT that a signer makes in its own name; the same for the same subject. */
  foreign(by: number, subject: string): ForeignCandidate;
  /** What an engine is given for a statement's bytes. */
  candidate(bytes: Uint8Array): Candidate;
}

export interface MiniChainOptions {
  readonly suite?: Suite;
  readonly modules?: readonly ModuleDefinition[];
  readonly members?: readonly string[];
  /** A majority of organisations unless given. */
  readonly governance?: GenesisDocument['governance'];
  readonly parameters?: Partial<GenesisDocument['parameters']>;
}

/** Makes a chain's genesis and keys. */
export function miniChain(options: MiniChainOptions = {}): MiniChain {
  const suite = options.suite ?? 'international';
  const modules = options.modules ?? miniModules;
  const algorithm = suiteDefaultAlgorithm(suite);
  const hashName = suiteHash(suite);
  const members = options.members ?? ['alpha/ann', 'alpha/bo', 'beta/cy'];
  const signers = members.map((member): MiniSigner => {
    const keys = generateKeyPair(algorithm);
    return { member, keys, keyId: keyId(hashName, algorithm, keys.publicKey) };
  });
  const checkpoint = generateKeyPair(algorithm);
  const genesis = miniGenesis({ suite, algorithm, modules, signers, checkpoint, ...options });
  const spec = chainSpec(genesis);
  const host = createNativeHost({ chain: genesis.chain, suite, modules });
  const [validator] = spec.validators;
  if (validator === undefined) throw new Error('a mini chain has one validator');
  const { privateKey } = checkpoint;
  const checkpointSigner = noteSigner({ spec, validator, privateKey });
  const lines = ({ size, root, timeMs }: Head): readonly string[] =>
    checkpointSigner.sign({ size, root, timeSeconds: Math.floor(timeMs / 1000) });
  return {
    genesis,
    spec,
    host,
    signers,
    checkpointSigner,
    lines,
    create: (store) => Chain.create({ store, host, genesis, sign: lines }),
    foreign(by, subject) {
      const signer = signers[by];
      if (signer === undefined) throw new Error(`no signer ${by}`);
      const issuer = issuerOf(genesis.chain, signer.member);
      const bytes = foreignStatement({ key: signer.keys, issuer, subject, kid: signer.keyId });
      const parsed = parseForeignStatement(bytes);
      if (!parsed.ok) throw new Error(parsed.code);
      return { foreign: parsed.statement };
    },
    candidate(bytes) {
      const parsed = parseStatement(bytes, hashName);
      if (!parsed.ok) throw new Error(parsed.code);
      return { statement: parsed.statement };
    },
    call({ by = 0, contract = 'notes', method, args, expires, nonce, chain }) {
      const signer = signers[by];
      if (signer === undefined) throw new Error(`no signer ${by}`);
      return signStatement({
        hash: hashName,
        chain: chain ?? genesis.chain,
        member: signer.member,
        algorithm,
        privateKey: signer.keys.privateKey,
        keyId: signer.keyId,
        contract,
        method,
        args,
        expires: expires ?? MINI_GENESIS_TIME_MS + 3_600_000,
        ...(nonce === undefined ? {} : { nonce }),
      });
    },
  };
}

function miniGenesis(parts: {
  readonly suite: Suite;
  readonly algorithm: SignatureAlgorithm;
  readonly modules: readonly ModuleDefinition[];
  readonly signers: readonly MiniSigner[];
  readonly checkpoint: KeyPair;
  readonly governance?: GenesisDocument['governance'];
  readonly parameters?: Partial<GenesisDocument['parameters']>;
}): GenesisDocument {
  const { algorithm, signers, modules } = parts;
  return {
    format: GENESIS_FORMAT,
    chain: 'mini.example/test',
    suite: parts.suite,
    time: MINI_GENESIS_TIME_MS,
    algorithms: [algorithm],
    organisations: [
      { id: 'alpha', name: 'Alpha' },
      { id: 'beta', name: 'Beta' },
    ],
    members: signers.map(({ member }) => ({ id: member, kind: 'service', roles: [] })),
    keys: signers.map(({ member, keys }) => ({
      member,
      algorithm,
      publicKey: toBase64(keys.publicKey),
      purpose: 'sign',
    })),
    validators: [
      {
        organisation: 'alpha',
        algorithm,
        publicKey: toBase64(parts.checkpoint.publicKey),
        power: 1,
      },
    ],
    governance: parts.governance ?? { kind: 'majority' },
    modules: modules.map(({ name }) => ({ name, version: 1 })),
    parameters: {
      blockStatementsMax: 1_000,
      heartbeatMs: 60_000,
      attachmentBytesMax: 524_288,
      stateHorizonBlocks: 16,
      ...parts.parameters,
    },
  };
}
