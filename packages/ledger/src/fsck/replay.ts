import { equalBytes } from '@hefu/bytes';
import type { NativeHost } from '@hefu/contract';
import { parseStatement } from '@hefu/protocol';
import { Chain } from '../chain.ts';
import type { Candidate } from '../execution.ts';
import { ChainReader } from '../reader.ts';
import type { Store, StoreReader } from '../store-port.ts';

/** Blocks read at a time. */
const BLOCKS_PER_READ = 1_000;

export interface ReplayProgress {
  readonly height: number;
  readonly lastHeight: number;
}

/** Executing again led to the same log and state, or the first height where it did not. */
export type ReplayVerdict =
  | { readonly ok: true; readonly blocks: number }
  | { readonly ok: false; readonly height: number; readonly code: 'log-differs' | 'state-differs' };

/**
 * Executes a chain again, from its genesis, into an empty store, and compares log and state after every block: what the contracts
 * did then they must do now.
 */
export function* replay(options: {
  readonly source: StoreReader;
  /** Empty; the caller disposes of it. */
  readonly target: Store;
  readonly host: NativeHost;
}): Generator<ReplayProgress, ReplayVerdict> {
  const reader = new ChainReader(options.source);
  const head = reader.head();
  const chain = Chain.create({
    store: options.target,
    host: options.host,
    genesis: reader.spec.genesis,
    sign: () => [],
  });
  let blocks = 0;
  for (let from = 0; from <= head.height;) {
    const batch = reader.blocks({ from, limit: BLOCKS_PER_READ });
    for (const block of batch) {
      if (block.height > 0) {
        const executed = chain.execute({
          timeMs: block.timeMs,
          height: block.height,
          candidates: candidatesOf(reader, block.firstIndex, block.size - 1),
        });
        chain.commit(executed, []);
      }
      const { size, state } = chain.head;
      if (!equalBytes(state.hash, block.state.hash)) {
        return { ok: false, height: block.height, code: 'state-differs' };
      }
      if (size !== block.size || !lastEntriesAgree(reader, new ChainReader(options.target), size)) {
        return { ok: false, height: block.height, code: 'log-differs' };
      }
      blocks++;
    }
    const last = batch.at(-1);
    if (last === undefined) break;
    yield { height: last.height, lastHeight: head.height };
    from = last.height + 1;
  }
  if (!equalBytes(chain.head.root, head.root)) {
    return { ok: false, height: head.height, code: 'log-differs' };
  }
  return { ok: true, blocks };
}

function candidatesOf(reader: ChainReader, from: number, to: number): Candidate[] {
  const candidates: Candidate[] = [];
  for (let index = from; index < to; index++) {
    const record = reader.statementAt(index);
    if (record === undefined) continue;
    const parsed = parseStatement(record.statement, reader.spec.hashName);
    if (parsed.ok) candidates.push({ statement: parsed.statement });
  }
  return candidates;
}

function lastEntriesAgree(source: ChainReader, target: ChainReader, size: number): boolean {
  const [a, b] = [source.entry(size - 1), target.entry(size - 1)];
  return a !== undefined && b !== undefined && equalBytes(a, b);
}
