import { equalBytes } from '@hefu/bytes';
import type { NativeHost } from '@hefu/contract';
import { Chain } from '../chain.ts';
import type { Candidate } from '../execution.ts';
import { parseCandidate } from '../foreign/parse-candidate.ts';
import { registrationAt } from '../foreign/read-registration.ts';
import type { ForeignCandidate } from '../foreign/register.ts';
import { numberKey } from '../keys.ts';
import { ChainReader } from '../reader.ts';
import type { BlockRecord } from '../reader.ts';
import type { Store, StoreReader, Table } from '../store-port.ts';

/** Blocks read at a time. */
const BLOCKS_PER_READ = 1_000;

export interface ReplayProgress {
  readonly height: number;
  readonly lastHeight: number;
}

/** Executing again led to the same log and state, or the first height where it did not. */
export type ReplayVerdict =
  | { readonly ok: true; readonly blocks: number }
  | {
      readonly ok: false;
      readonly height: number;
      readonly code: 'log-differs' | 'state-differs' | 'derived-differs';
      /** Log index of the first entry that differs. */
      readonly index?: number;
    };

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
      const { height } = block;
      const index = firstDifference(reader, options.target, block);
      const state = equalBytes(chain.head.state.hash, block.state.hash);
      // The block entry holds the state root: where it alone differs, it is the state that does.
      if (index !== undefined && (state || index < block.size - 1)) {
        return { ok: false, height, code: 'log-differs', index };
      }
      if (!state) return { ok: false, height, code: 'state-differs' };
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
  if (!tableAgrees(options, 'indexes') || !tableAgrees(options, 'due')) {
    return { ok: false, height: head.height, code: 'derived-differs' };
  }
  return { ok: true, blocks };
}

function candidatesOf(
  reader: ChainReader,
  from: number,
  to: number,
): (Candidate | ForeignCandidate)[] {
  const candidates: (Candidate | ForeignCandidate)[] = [];
  for (let index = from; index < to; index++) {
    const record = reader.statementAt(index) ?? registrationAt(reader, index);
    if (record === undefined) continue;
    const parsed = parseCandidate(record.statement, reader.spec.hashName);
    if (parsed.ok) candidates.push(parsed.candidate);
  }
  return candidates;
}

/** Log index of the first entry of a block that is not the same in both, or in one of them only. */
function firstDifference(
  source: ChainReader,
  target: StoreReader,
  block: BlockRecord,
): number | undefined {
  for (let index = block.firstIndex; index < block.size; index++) {
    const [a, b] = [source.entry(index), target.get('entries', numberKey(index))];
    if (a === undefined || b === undefined || !equalBytes(a, b)) return index;
  }
  return target.has('entries', numberKey(block.size)) ? block.size : undefined;
}

/** Whether a table holds the same rows in both stores. */
function tableAgrees(
  { source, target }: { readonly source: StoreReader; readonly target: StoreReader },
  table: Table,
): boolean {
  const others = target.range(table)[Symbol.iterator]();
  for (const [key, value] of source.range(table)) {
    const other = others.next();
    if (other.done === true) return false;
    if (!equalBytes(other.value[0], key) || !equalBytes(other.value[1], value)) {
      others.return?.();
      return false;
    }
  }
  return others.next().done === true;
}
