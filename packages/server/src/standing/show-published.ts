import { equalBytes } from '@hefu/bytes';
import { ChainReader, validatorsOfSize } from '@hefu/ledger';
import { parseCheckpoint, setForSize, verifyCheckpoint } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { openStore } from '@hefu/store-lmdb';
import { chainPaths, dataPaths, readNodeFile } from '../node/data-folder.ts';
import type { ChainPaths } from '../node/data-folder.ts';
import { lockFolder } from '../node/folder-lock.ts';
import { StartError, toStartError } from '../node/start-fault.ts';
import { readHold, writeHold } from './hold.ts';
import type { LogHead } from './signing-state.ts';
import { judgeStanding } from './standing.ts';
import type { StandingCode } from './standing.ts';

export interface StandingOptions {
  /** The data folder; its node must not run. */
  readonly directory: string;
  /** Chain id; the node's first chain unless given. */
  readonly chain?: string;
}

/** Where a chain stands, and whether its node will write to it. */
export interface StandingReport {
  readonly chain: string;
  /** Entries in the log. */
  readonly size: number;
  /** Entries of the longest published log that was shown and is still to be reached. */
  readonly published: number | undefined;
  readonly standing:
    | { readonly ok: true }
    | { readonly ok: false; readonly code: StandingCode; readonly message: string };
}

export type PublishedVerdict =
  | ({ readonly ok: true } & StandingReport)
  /** The note is no checkpoint of this chain by one of its validators. */
  | { readonly ok: false; readonly code: 'published-invalid'; readonly reason: string };

/**
 * Shows a node a checkpoint that was published: it writes nothing before its log holds that. One that is shorter than what was
 * shown before changes nothing. Throws StartError, `data-in-use` while the node runs.
 */
export function showPublished(
  options: StandingOptions & {
    readonly note: string;
    /** A trust file that leads further than the log here, for a checkpoint by validators that it does not know yet. */
    readonly trust?: Trust;
  },
): PublishedVerdict {
  return withChain(options, (files, reader) => {
    const head = headOf(reader, options.note, options.trust);
    if (!('size' in head)) return { ok: false, code: 'published-invalid', reason: head.reason };
    const hold = readHold(files.standing.hold) ?? {};
    const known = hold.published;
    if (known === undefined || known.size < head.size) {
      writeHold(files.standing.hold, { ...hold, published: head });
    }
    return { ok: true, ...reportOf(files, reader) };
  });
}

/**
 * The operator declares that nothing was published after the backup that the chain was restored from. If that is wrong, the chain
 * forks, and everybody who compares checkpoints sees it. Throws as `showPublished` does.
 */
export function declareNothingPublished(options: StandingOptions): StandingReport {
  return withChain(options, (files, reader) => {
    const hold = readHold(files.standing.hold);
    if (hold?.restored !== undefined && hold.published === undefined) {
      const { size, root } = hold.restored;
      writeHold(files.standing.hold, { ...hold, published: { size, root } });
    }
    return reportOf(files, reader);
  });
}

/** Where a chain stands, and whether its node will write to it. Throws as `showPublished` does. */
export function readStanding(options: StandingOptions): StandingReport {
  return withChain(options, reportOf);
}

function withChain<T>(
  options: StandingOptions,
  work: (files: ChainPaths, reader: ChainReader) => T,
): T {
  const paths = dataPaths(options.directory);
  try {
    const { chains } = readNodeFile(paths);
    using _lock = lockFolder(paths.lockFile);
    const entry = chains.find(
      ({ chain }) => options.chain === undefined || chain === options.chain,
    );
    if (entry === undefined) {
      throw new StartError('data-missing', `${paths.root} holds no chain ${options.chain ?? ''}`);
    }
    const files = chainPaths(paths, entry.slug);
    using store = openStore({ path: files.store, readOnly: true });
    return work(files, new ChainReader(store));
  } catch (error) {
    throw toStartError(error);
  }
}

/**
 * What a note says, if one of the chain's validators has signed it. One is enough here: nobody else could have made its line, and
 * a fork begins with one signature.
 */
function headOf(
  reader: ChainReader,
  note: string,
  trust: Trust | undefined,
): LogHead | { readonly reason: string } {
  const { chain, genesis, genesisDigest } = reader.spec;
  const parsed = parseCheckpoint(note);
  if (!parsed.ok) return { reason: parsed.code };
  const { size: published } = parsed.checkpoint;
  if (trust !== undefined && !equalBytes(trust.genesis, genesisDigest)) {
    return { reason: 'foreign-chain' };
  }
  const set =
    trust === undefined ? validatorsOfSize(reader, published).set : setForSize(trust, published);
  const verdict = verifyCheckpoint({ note, suite: genesis.suite, chain, set });
  if (verdict.ok) return { size: verdict.size, root: verdict.root };
  const signed = verdict.lines?.some(({ ok, organisation }) => ok && organisation !== undefined);
  if (signed !== true) return { reason: verdict.code };
  return { size: parsed.checkpoint.size, root: parsed.checkpoint.root };
}

function reportOf(files: ChainPaths, reader: ChainReader): StandingReport {
  const { size } = reader.head();
  const published = readHold(files.standing.hold)?.published?.size;
  const standing = judgeStanding(reader.store, files.standing);
  if (standing.ok) standing.state[Symbol.dispose]();
  return {
    chain: reader.spec.chain,
    size,
    published,
    standing: standing.ok
      ? { ok: true }
      : { ok: false, code: standing.code, message: standing.message },
  };
}
