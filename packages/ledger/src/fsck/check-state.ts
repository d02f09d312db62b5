import { equalBytes, toHex } from '@hefu/bytes';
import { checkStateStep, checkStateTree } from '@hefu/merkle';
import type { NodeReader, StateRoot } from '@hefu/merkle';
import type { ChainSpec } from '../chain-spec.ts';
import { decodeBlockRow } from '../head.ts';
import type { BlockRow, Head } from '../head.ts';
import { numberKey, numberOfKey } from '../keys.ts';
import { frameStaleKeys, staleKeys } from '../stale.ts';
import type { StoreReader } from '../store-port.ts';
import type { Findings, FsckProgress } from './report.ts';
import { readRow, walkRows } from './rows.ts';

/** Length of a key that is a height. */
const HEIGHT_BYTES = 8;

export interface StateCheckOptions {
  readonly store: StoreReader;
  readonly findings: Findings;
  readonly spec: ChainSpec;
  readonly head: Head;
}

/**
 * Proves the state tree in force whole, then the earlier ones that are kept, newest first, by what each block made stale; with both
 * known, that the store holds these nodes and no others.
 */
export function* checkState(options: StateCheckOptions): Generator<FsckProgress> {
  const { store, findings, spec, head } = options;
  yield { stage: 'state', done: 0, total: 1 };
  const { hasher } = spec;
  const reader: NodeReader = (key) => readRow(store, findings, 'state', key);
  const whole = checkStateTree({ hasher, reader, root: head.state });
  if (!whole.ok) {
    findings.add('state-wrong', toHex(whole.key), whole.code);
    return;
  }
  findings.counts.stateLeaves = whole.leaves;
  const stale = yield* checkSteps(options, reader);
  if (stale === undefined) return;
  let rows = 0;
  for (const _ of walkRows(store, findings, 'state')) rows++;
  const expected = whole.leaves + whole.nodes + stale;
  if (rows !== expected) findings.add('row-unexpected', 'state', `${rows} rows, not ${expected}`);
  yield { stage: 'state', done: 1, total: 1 };
}

/** Number of stale nodes that are still stored; undefined when a step does not hold. */
function* checkSteps(
  { store, findings, spec, head }: StateCheckOptions,
  reader: NodeReader,
): Generator<FsckProgress, number | undefined> {
  const listed = new Set<number>();
  for (const [key] of walkRows(store, findings, 'stale')) {
    if (key.length === HEIGHT_BYTES) listed.add(numberOfKey(key));
    else findings.add('row-unexpected', `stale/${toHex(key)}`);
  }
  // Blocks below the horizon whose nodes were not deleted yet: commits delete some at a time, oldest first.
  let lowest = head.prunedHeight + 1;
  for (const height of listed) lowest = Math.min(lowest, height);
  let count = 0;
  let later: { readonly height: number; readonly state: StateRoot } | undefined;
  for (const [key, bytes] of walkRows(store, findings, 'blocks', { reverse: true })) {
    if (findings.full) return undefined;
    const row = decodeRow(bytes);
    // A malformed row has its finding already.
    if (row === undefined) return undefined;
    if (later !== undefined) {
      if (later.height < lowest) break;
      const { height, state } = later;
      const step = checkStateStep({
        hasher: spec.hasher,
        reader,
        earlier: row.state,
        later: state,
      });
      if (!step.ok) {
        // Below the horizon nobody promised the state, so that it is the list that should not be there.
        if (height <= head.prunedHeight) findings.add('stale-wrong', height);
        else findings.add('state-wrong', toHex(step.key), `${step.code}, before height ${height}`);
        return undefined;
      }
      compare(store, findings, height, step.stale);
      listed.delete(height);
      count += step.stale.length;
    }
    later = { height: numberOfKey(key), state: row.state };
    const done = head.height - later.height;
    yield { stage: 'state', done, total: Math.max(done, head.height - lowest + 1) };
  }
  for (const height of listed) findings.add('row-unexpected', `stale/${height}`);
  return count;
}

/** The list of a block against what the step from the state before it made stale. */
function compare(
  store: StoreReader,
  findings: Findings,
  height: number,
  found: readonly Uint8Array[],
): void {
  const framed = readRow(store, findings, 'stale', numberKey(height)) ?? new Uint8Array(0);
  const listed = staleKeys(framed);
  // As sets and by number: a node named twice may stand where another is missing.
  const names = new Set(found.map(toHex));
  const named = new Set(listed.map(toHex));
  const agrees =
    listed.length === found.length &&
    named.size === names.size &&
    listed.every((key) => names.has(toHex(key))) &&
    equalBytes(framed, frameStaleKeys(listed));
  if (!agrees) findings.add('stale-wrong', height);
}

function decodeRow(bytes: Uint8Array): BlockRow | undefined {
  try {
    return decodeBlockRow(bytes);
  } catch {
    return undefined;
  }
}
