import { rmSync } from 'node:fs';
import { toHex } from '@hefu/bytes';
import { ChainReader, registrationAt } from '@hefu/ledger';
import { parseStatement } from '@hefu/protocol';
import { openStore } from '@hefu/store-lmdb';
import { StartError, toStartError } from '../node/start-fault.ts';
import { digestsNamed } from './named-attachments.ts';
import { rootOfSize } from './root-of-size.ts';
import { TailWriter } from './tail-format.ts';

export interface ExportTailOptions {
  /** Folder of the chain's store; its node may run. */
  readonly storePath: string;
  /** Entries that the other copy has already. */
  readonly fromSize: number;
  /** File to write; must not be there. */
  readonly out: string;
  readonly onProgress?: (size: number, lastSize: number) => void;
}

export interface ExportTailReport {
  readonly chain: string;
  readonly fromSize: number;
  readonly size: number;
  readonly blocks: number;
  readonly statements: number;
  readonly attachments: number;
}

/** Blocks read at a time. */
const BLOCKS_PER_READ = 200;

/**
 * Writes what a chain has beyond `fromSize` entries: statements, attachments and checkpoints, block by block, so that another copy
 * can execute it again. `fromSize` must be the end of a block. Throws StartError, with no file left.
 */
export function exportTail(options: ExportTailOptions): ExportTailReport {
  using store = openStore({ path: options.storePath, readOnly: true });
  using snapshot = store.snapshot();
  const reader = new ChainReader(snapshot);
  const root = rootOfSize(reader, options.fromSize);
  if (root === undefined) {
    throw new StartError(
      'data-missing',
      `the log has ${reader.head().size} entries, and not ${options.fromSize}`,
    );
  }
  try {
    using writer = new TailWriter(options.out);
    const { chain, genesisDigest } = reader.spec;
    writer.write({ kind: 'header', chain, genesisDigest, size: options.fromSize, root });
    return writeBlocks(options, reader, writer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(options.out, { force: true });
    throw toStartError(error);
  }
}

function writeBlocks(
  { fromSize, onProgress }: ExportTailOptions,
  reader: ChainReader,
  writer: TailWriter,
): ExportTailReport {
  const { size: lastSize } = reader.head();
  const done = { blocks: 0, statements: 0 };
  const written = new Set<string>();
  for (let from = 0; ;) {
    const blocks = reader.blocks({ from, limit: BLOCKS_PER_READ });
    for (const block of blocks) {
      if (block.size <= fromSize) continue;
      const statements: Uint8Array[] = [];
      for (let index = block.firstIndex; index < block.size - 1; index++) {
        const record = reader.statementAt(index) ?? registrationAt(reader, index);
        if (record === undefined) continue;
        statements.push(record.statement);
        writeAttachments(reader, writer, record.statement, written);
      }
      const root = rootOfSize(reader, block.size);
      const checkpoint = reader.checkpointOfSize(block.size);
      if (root === undefined || checkpoint === undefined) {
        throw new StartError('data-damaged', `the store lacks the checkpoint of ${block.size}`);
      }
      const { height, timeMs, size } = block;
      writer.write({ kind: 'block', height, timeMs, size, root, statements, checkpoint });
      done.blocks++;
      done.statements += statements.length;
      onProgress?.(size, lastSize);
    }
    const last = blocks.at(-1);
    if (last === undefined) break;
    from = last.height + 1;
  }
  writer.end(done.blocks);
  const { chain } = reader.spec;
  return { chain, fromSize, size: lastSize, ...done, attachments: written.size };
}

function writeAttachments(
  reader: ChainReader,
  writer: TailWriter,
  bytes: Uint8Array,
  written: Set<string>,
): void {
  const parsed = parseStatement(bytes, reader.spec.hashName);
  if (!parsed.ok) return;
  for (const digest of digestsNamed(parsed.statement)) {
    const name = toHex(digest);
    if (written.has(name)) continue;
    const attachment = reader.attachment(digest);
    if (attachment === undefined) continue;
    written.add(name);
    writer.write({ kind: 'attachment', bytes: attachment });
  }
}
