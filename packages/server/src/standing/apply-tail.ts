import { equalBytes, toHex } from '@hefu/bytes';
import { Chain, ChainReader, parseCandidate } from '@hefu/ledger';
import type { Attachment, Candidate, ForeignCandidate } from '@hefu/ledger';
import { parseCheckpoint, verifyCheckpoint } from '@hefu/protocol';
import { openStore } from '@hefu/store-lmdb';
import { createBuiltInHost } from '../native-host.ts';
import { chainPaths, dataPaths, readNodeFile } from '../node/data-folder.ts';
import { lockFolder } from '../node/folder-lock.ts';
import { toStartError } from '../node/start-fault.ts';
import { digestsNamed } from './named-attachments.ts';
import { rootOfSize } from './root-of-size.ts';
import { isWholeTail, readTail } from './tail-format.ts';
import type { TailBlock, TailHeader } from './tail-format.ts';

export interface ApplyTailOptions {
  /** The data folder; its node must not run. */
  readonly directory: string;
  /** The tail. */
  readonly file: string;
  readonly onProgress?: (size: number) => void;
}

export type ApplyTailVerdict =
  | {
      readonly ok: true;
      readonly chain: string;
      /** Entries in the log now. */
      readonly size: number;
      readonly blocks: number;
      /** Blocks that were there already. */
      readonly known: number;
    }
  | {
      readonly ok: false;
      readonly code: TailCode;
      readonly message: string;
      /** Blocks that were good and are in the store now. */
      readonly blocks: number;
    };

export type TailCode =
  /** Not a tail, or damaged or cut off. */
  | 'tail-malformed'
  /** Of a chain that this folder does not hold. */
  | 'tail-other-chain'
  /** It begins behind the end of this copy. */
  | 'tail-gap'
  /** It is of another history than this copy. */
  | 'tail-differs'
  /** A checkpoint in it is not signed by the chain's validators. */
  | 'tail-unsigned';

/** Why a tail stops; what came before it is in the store. */
class TailFault extends Error {
  override readonly name = 'TailFault';
  readonly code: TailCode;

  constructor(code: TailCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Supplies the part of a chain that was published and is missing in this copy. Every block is executed again and must come to the
 * very checkpoint that was signed then, whose lines it keeps: nothing is signed here. Throws StartError, `data-in-use` while the
 * node runs.
 */
export function applyTail(options: ApplyTailOptions): ApplyTailVerdict {
  const paths = dataPaths(options.directory);
  const done = { blocks: 0, known: 0 };
  try {
    const { chains } = readNodeFile(paths);
    using _lock = lockFolder(paths.lockFile);
    if (!isWholeTail(options.file)) {
      throw new TailFault('tail-malformed', 'it is no tail, or damaged or cut off');
    }
    const frames = readTail(options.file);
    const { value: header } = frames.next();
    if (header?.kind !== 'header') throw new TailFault('tail-malformed', 'it is no tail');
    const entry = chains.find(({ chain }) => chain === header.chain);
    if (entry === undefined) {
      throw new TailFault('tail-other-chain', `it is of ${header.chain}`);
    }
    using store = openStore({ path: chainPaths(paths, entry.slug).store });
    const reader = new ChainReader(store);
    requireFitting(reader, header);
    const { chain: id, genesis } = reader.spec;
    const host = createBuiltInHost({ chain: id, suite: genesis.suite });
    const chain = Chain.open({ store, host });
    const attachments = new Map<string, Attachment>();
    for (const frame of frames) {
      if (frame === undefined || frame.kind === 'header') break;
      if (frame.kind === 'end') {
        if (frame.blocks !== done.blocks + done.known) break;
        return { ok: true, chain: id, size: chain.head.size, ...done };
      }
      if (frame.kind === 'attachment') {
        const digest = chain.spec.hash(frame.bytes);
        attachments.set(toHex(digest), { digest, bytes: frame.bytes });
      } else if (frame.size <= chain.head.size) {
        requireKnown(reader, frame);
        attachments.clear();
        done.known++;
      } else {
        applyBlock(chain, frame, attachments);
        attachments.clear();
        done.blocks++;
        options.onProgress?.(frame.size);
      }
    }
    throw new TailFault('tail-malformed', 'it is damaged or cut off');
  } catch (error) {
    if (!(error instanceof TailFault)) throw toStartError(error);
    const { code, message } = error;
    return { ok: false, code, message, blocks: done.blocks };
  }
}

function requireFitting(reader: ChainReader, header: TailHeader): void {
  if (!equalBytes(header.genesisDigest, reader.spec.genesisDigest)) {
    throw new TailFault('tail-other-chain', 'it began with another genesis');
  }
  const { size } = reader.head();
  if (header.size > size) {
    throw new TailFault('tail-gap', `it begins at ${header.size} entries; this copy has ${size}`);
  }
  const root = rootOfSize(reader, header.size);
  if (root !== undefined && equalBytes(root, header.root)) return;
  throw new TailFault('tail-differs', `its log differs within the first ${header.size} entries`);
}

function requireKnown(reader: ChainReader, block: TailBlock): void {
  const root = rootOfSize(reader, block.size);
  if (root !== undefined && equalBytes(root, block.root)) return;
  throw new TailFault('tail-differs', `its log differs within the first ${block.size} entries`);
}

function applyBlock(
  chain: Chain,
  block: TailBlock,
  attachments: ReadonlyMap<string, Attachment>,
): void {
  const { height, timeMs, size } = block;
  requireSigned(chain, block);
  if (height <= chain.head.height) {
    throw new TailFault('tail-differs', `its block ${height} is not the next one`);
  }
  const candidates = block.statements.map((bytes): Candidate | ForeignCandidate => {
    const parsed = parseCandidate(bytes, chain.spec.hashName);
    if (!parsed.ok) throw new TailFault('tail-malformed', `block ${height}: ${parsed.code}`);
    const { candidate } = parsed;
    if (candidate.foreign !== undefined) return candidate;
    const { statement } = candidate;
    const named = digestsNamed(statement).find((digest) => attachments.has(toHex(digest)));
    const attachment = named === undefined ? undefined : attachments.get(toHex(named));
    return { statement, ...(attachment === undefined ? {} : { attachment }) };
  });
  const executed = chain.execute({ timeMs, height, candidates });
  const { head } = executed;
  if (head.size !== size || !equalBytes(head.root, block.root)) {
    throw new TailFault('tail-differs', `block ${height} comes to another log here`);
  }
  chain.commit(executed, linesOf(block.checkpoint));
}

function requireSigned(chain: Chain, { height, checkpoint, size, root }: TailBlock): void {
  const { chain: id, genesis } = chain.spec;
  const verdict = verifyCheckpoint({
    note: checkpoint,
    suite: genesis.suite,
    chain: id,
    set: chain.validators.set,
  });
  if (verdict.ok && verdict.size === size && equalBytes(verdict.root, root)) return;
  const why = verdict.ok ? 'it is of another log' : verdict.code;
  throw new TailFault('tail-unsigned', `the checkpoint of block ${height}: ${why}`);
}

/** The signature lines of a note, each with its newline, as they were. */
function linesOf(note: string): string[] {
  const parsed = parseCheckpoint(note);
  if (!parsed.ok) return [];
  return note
    .slice(parsed.checkpoint.body.length + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${line}\n`);
}
