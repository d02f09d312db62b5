import type { Suite } from '@hefu/crypto/algorithm';
import type { Keystore } from '@hefu/keystore';
import { chainSpec, requireValidator } from '@hefu/ledger';
import type { ChainSpec } from '@hefu/ledger';
import type { GenesisDocument } from '@hefu/protocol';
import { existsSync } from 'node:fs';
import { createChain } from '../ledger/create-chain.ts';
import { builtInModules } from '../modules.ts';
import { checkpointKeyOf } from './checkpoint-key.ts';
import {
  beginMaking,
  chainPaths,
  dataPaths,
  endMaking,
  makeCredentialsFile,
  slugOf,
  writeNodeFile,
} from './data-folder.ts';
import type { ChainEntry, DataPaths } from './data-folder.ts';
import { jsonText, makeFolder, writeFileAtomic } from './files.ts';
import { lockFolder } from './folder-lock.ts';
import { makeGenesis } from './make-genesis.ts';
import { makeNodeKeystore } from './open-node-keystore.ts';
import type { Environment } from './open-node-keystore.ts';
import { emptyPlan, samplePlan } from './sample-consortium.ts';
import type { ConsortiumPlan } from './sample-consortium.ts';
import { StartError, toStartError } from './start-fault.ts';

export interface InitOptions {
  /** The data folder; made when absent. */
  readonly directory: string;
  readonly suite?: Suite;
  /** Chain id; a default one unless given. */
  readonly chain?: string;
  /** `sample`: three organisations of our making; `empty`: the node's own alone. */
  readonly consortium: 'sample' | 'empty';
  /** The node's own organisation, for `empty`. */
  readonly organisation?: { readonly id: string; readonly name: string };
  readonly environment?: Environment;
  readonly nowMs?: number;
}

export interface InitResult {
  readonly directory: string;
  readonly chain: string;
  readonly slug: string;
  readonly organisation: string;
  readonly suite: Suite;
  /** Hex. */
  readonly genesisDigest: Uint8Array;
  /** Members whose keys are in the keystore. */
  readonly members: readonly string[];
}

/** Whether a folder holds a node. */
export function isDataFolder(directory: string): boolean {
  return existsSync(dataPaths(directory).nodeFile);
}

/**
 * Makes a data folder: keys, genesis, the chain with its first checkpoint, the operator's credentials. node.json comes
 * last, so that a folder is whole or not there. Throws StartError: `data-exists`, `data-incomplete`, `data-in-use`,
 * `data-read-only`, `disk-full`, `genesis-invalid`, `master-key-…`.
 */
export function initData(options: InitOptions): InitResult {
  const paths = dataPaths(options.directory);
  try {
    makeRoot(paths.root);
    using _lock = lockFolder(paths.lockFile);
    requireRoom(paths);
    beginMaking(paths);
    const result = makeData(paths, options);
    endMaking(paths);
    return result;
  } catch (error) {
    throw toStartError(error);
  }
}

/** A file in the way, or a place that takes no folder, is a place without the right to write. */
function makeRoot(root: string): void {
  try {
    makeFolder(root);
  } catch (cause) {
    const error = toStartError(cause);
    if (error.code !== 'start-failed') throw error;
    throw new StartError('data-read-only', `${root} cannot be made: ${error.message}`, { cause });
  }
}

function requireRoom(paths: DataPaths): void {
  if (existsSync(paths.nodeFile)) {
    throw new StartError('data-exists', `${paths.root} already holds a node`);
  }
  if (existsSync(paths.chains) && !existsSync(paths.makingMarker)) {
    throw new StartError('data-incomplete', `${paths.root} holds chains but no node.json`);
  }
}

function makeData(paths: DataPaths, options: InitOptions): InitResult {
  const suite = options.suite ?? 'international';
  const plan = planOf(options);
  const keystore = makeNodeKeystore(paths, options.environment ?? process.env);
  const nowMs = options.nowMs ?? Date.now();
  const genesis = makeGenesis({ plan, suite, nowMs, keystore, modules: builtInModules });
  const entry: ChainEntry = {
    slug: slugOf(genesis.chain),
    chain: genesis.chain,
    organisation: plan.organisations[0].id,
  };
  const spec = makeChain(paths, entry, genesis, keystore);
  makeCredentialsFile(paths);
  writeNodeFile(paths, [entry]);
  return {
    directory: paths.root,
    ...entry,
    suite,
    genesisDigest: spec.genesisDigest,
    members: genesis.members.map(({ id }) => id),
  };
}

function planOf(options: InitOptions): ConsortiumPlan {
  return options.consortium === 'sample'
    ? samplePlan(options.chain)
    : emptyPlan(options.chain, options.organisation);
}

/** Makes a chain's folder with its store, genesis block and first checkpoint. Throws StartError `key-missing`. */
export function makeChain(
  paths: DataPaths,
  entry: ChainEntry,
  genesis: GenesisDocument,
  keystore: Keystore,
): ChainSpec {
  const chain = chainPaths(paths, entry.slug);
  makeFolder(chain.root);
  makeFolder(chain.vault);
  writeFileAtomic(chain.genesisFile, jsonText(genesis));
  const spec = chainSpec(genesis);
  const { organisation } = entry;
  const validator = requireValidator(spec.chain, spec.validators, organisation);
  const privateKey = checkpointKeyOf(keystore, genesis.suite, validator.publicKey);
  if (privateKey === undefined) {
    const what = `the keystore holds no checkpoint key of ${organisation} for ${spec.chain}`;
    throw new StartError('key-missing', what);
  }
  createChain({ storePath: chain.store, genesis, checkpointKey: { organisation, privateKey } });
  return spec;
}
