import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { quantile } from './statistics.ts';

/** Appends, each synced, from which the disk's time is taken. */
const SYNCS = 300;
const APPEND_BYTES = 4_096;

/** Under what a run was made. */
export interface Conditions {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly runtime: string;
  readonly fsyncMsMedian: number;
  readonly fsyncMsP99: number;
}

/** Describes the machine; measures its disk where `folder` lies. */
export function conditionsIn(folder: string): Conditions {
  const times = syncTimes(folder);
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    runtime: `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
    fsyncMsMedian: quantile(times, 0.5),
    fsyncMsP99: quantile(times, 0.99),
  };
}

/** Milliseconds of appending 4 KiB and syncing them. */
function syncTimes(folder: string): number[] {
  const directory = mkdtempSync(join(folder, 'sync-'));
  const file = openSync(join(directory, 'file'), 'a');
  const bytes = new Uint8Array(APPEND_BYTES).fill(7);
  const times: number[] = [];
  try {
    for (let i = 0; i < SYNCS; i++) {
      const startMs = performance.now();
      writeSync(file, bytes);
      fdatasyncSync(file);
      times.push(performance.now() - startMs);
    }
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
  return times;
}
