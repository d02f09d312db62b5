import { existsSync, rmSync } from 'node:fs';
import { chainSpec, ChainReader, isQuorumAlone } from '@hefu/ledger';
import { openStore } from '@hefu/store-lmdb';
import { makeChain } from '../node/init-data.ts';
import { chainPaths, dataPaths, readNodeFile, slugOf, writeNodeFile } from '../node/data-folder.ts';
import type { ChainEntry, ChainPaths } from '../node/data-folder.ts';
import { lockFolder } from '../node/folder-lock.ts';
import { openNodeKeystore } from '../node/open-node-keystore.ts';
import type { Environment } from '../node/open-node-keystore.ts';
import { requireGenesis } from '../node/require-genesis.ts';
import { toStartError } from '../node/start-fault.ts';
import { readHold, writeHold } from './hold.ts';
import { SigningState } from './signing-state.ts';
import type { LogHead } from './signing-state.ts';
import { judgeStanding } from './standing.ts';
import { successorGenesis, successorOf } from './successor-genesis.ts';

export interface BreakOptions {
  /** The data folder; its node must not run. */
  readonly directory: string;
  /** Chain id; the node's first chain unless given. */
  readonly chain?: string;
  readonly environment?: Environment;
  readonly nowMs: number;
  /** Asked before anything is written; nothing is done unless it resolves. */
  readonly confirm: (plan: BreakPlan) => Promise<void>;
}

/** What a break will do. */
export interface BreakPlan {
  readonly chain: string;
  /** The chain that goes on. */
  readonly successor: string;
  /** Entries of the log here. */
  readonly size: number;
  /** Entries of the last checkpoint that is known. */
  readonly lastSize: number;
  readonly organisations: number;
  readonly members: number;
}

export type BreakVerdict =
  | ({ readonly ok: true; readonly genesis: Uint8Array } & BreakPlan)
  | { readonly ok: false; readonly code: BreakCode; readonly message: string };

export type BreakCode =
  /** The chain can be written to. */
  | 'break-not-needed'
  /** A break was declared already. */
  | 'chain-broken'
  /** Nobody has shown what was published, so that the last checkpoint is not known. */
  | 'published-unknown'
  /** The chain's name has no room for a number behind it, or the folder holds no such chain. */
  | 'break-impossible'
  /** Others sign with this node, who have to agree. */
  | 'not-the-operator';

/**
 * Declares that a chain's published history is lost beyond what is here: it is never written to again, and a new one goes on under the
 * next origin, whose genesis names the last checkpoint that is known of the old one and takes over the consortium as it stands.
 * Throws StartError, `data-in-use` while the node runs, `key-missing`.
 */
export async function declareBreak(options: BreakOptions): Promise<BreakVerdict> {
  const paths = dataPaths(options.directory);
  // What the caller's question throws is the caller's own.
  let declined: unknown;
  try {
    const { chains } = readNodeFile(paths);
    using _lock = lockFolder(paths.lockFile);
    const entry = chains.find(
      ({ chain }) => options.chain === undefined || chain === options.chain,
    );
    if (entry === undefined) return refuse('break-impossible', 'there is no such chain here');
    const files = chainPaths(paths, entry.slug);
    using store = openStore({ path: files.store, readOnly: true });
    const reader = new ChainReader(store);
    const last = lastKnown(reader, files);
    if (!('size' in last)) return last;
    const successor = successorOf(entry.chain);
    if (successor === undefined || chains.some(({ chain }) => chain === successor)) {
      return refuse('break-impossible', `${entry.chain} has no room for a number behind it`);
    }
    const genesis = requireGenesis(
      successorGenesis(reader, { chain: successor, last, timeMs: options.nowMs }),
    );
    if (!isQuorumAlone(chainSpec(genesis).validators, entry.organisation)) {
      const message = `${entry.organisation} does not make checkpoints final alone`;
      return refuse('not-the-operator', message);
    }
    const plan: BreakPlan = {
      chain: entry.chain,
      successor,
      size: reader.head().size,
      lastSize: last.size,
      organisations: genesis.organisations.length,
      members: genesis.members.length,
    };
    try {
      await options.confirm(plan);
    } catch (error) {
      declined = error;
      throw error;
    }
    const next: ChainEntry = { ...entry, slug: slugOf(successor), chain: successor };
    // What an attempt that was interrupted has left: no node has ever opened it.
    const { root } = chainPaths(paths, next.slug);
    if (existsSync(root)) rmSync(root, { recursive: true });
    const keystore = openNodeKeystore(paths, options.environment ?? process.env);
    const spec = makeChain(paths, next, genesis, keystore);
    const hold = readHold(files.standing.hold) ?? {};
    writeHold(files.standing.hold, { ...hold, published: last, successor });
    writeNodeFile(paths, [next, ...chains]);
    return { ok: true, genesis: spec.genesisDigest, ...plan };
  } catch (error) {
    throw error === declined ? error : toStartError(error);
  }
}

/** The largest log that is known of a chain that may not be written to: published, or signed here; the one that is here at the least. */
function lastKnown(
  reader: ChainReader,
  files: ChainPaths,
): LogHead | Extract<BreakVerdict, { readonly ok: false }> {
  const standing = judgeStanding(reader.store, files.standing);
  if (standing.ok) {
    standing.state[Symbol.dispose]();
    return refuse('break-not-needed', 'the node writes to this chain');
  }
  if (standing.code === 'chain-broken') return refuse('chain-broken', standing.message);
  if (standing.code === 'restored-unconfirmed') {
    return refuse('published-unknown', standing.message);
  }
  const { size, root } = reader.head();
  const published = readHold(files.standing.hold)?.published;
  const signed = signedHead(files.standing.signingState);
  if (published !== undefined && signed !== undefined) {
    return signed.size > published.size ? signed : published;
  }
  return published ?? signed ?? { size, root };
}

function signedHead(path: string): LogHead | undefined {
  try {
    using state = SigningState.open(path);
    return state?.signed.head;
  } catch {
    // Damaged: what was signed last is not known.
    return undefined;
  }
}

function refuse(code: BreakCode, message: string): Extract<BreakVerdict, { readonly ok: false }> {
  return { ok: false, code, message };
}
