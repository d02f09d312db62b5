import type { NativeHost } from '@hefu/contract';
import { fsck } from '../fsck/fsck.ts';
import { replay } from '../fsck/replay.ts';
import type { ReplayVerdict } from '../fsck/replay.ts';
import type { FsckOptions, FsckReport } from '../fsck/report.ts';
import type { StoreReader } from '../store-port.ts';
import { MemoryStore } from './memory-store.ts';

/** Runs a walk that reports progress, to its end. */
export function runToEnd<Result>(walk: Generator<unknown, Result>): Result {
  for (let step = walk.next(); ; step = walk.next()) if (step.done === true) return step.value;
}

/** Proves a whole store, signatures included unless told otherwise. */
export function proveStore(
  store: StoreReader,
  options: Partial<Pick<FsckOptions, 'signatures' | 'faultsMax' | 'host'>> = {},
): FsckReport {
  return runToEnd(fsck({ store, signatures: true, faultsMax: 20, ...options }));
}

/** Executes a chain again, into a store in memory. */
export function replayStore(source: StoreReader, host: NativeHost): ReplayVerdict {
  return runToEnd(replay({ source, target: new MemoryStore(), host }));
}
