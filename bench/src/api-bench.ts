import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBrowser } from './api/measure-browser.ts';
import { measureReads } from './api/measure-reads.ts';
import { measureSignIn } from './api/measure-sign-in.ts';
import { measureStreams } from './api/measure-streams.ts';
import { measureVault } from './api/measure-vault.ts';
import { startBenchNode } from './http/bench-node.ts';
import { depositIds } from './http/load.ts';
import { conditionsIn } from './measure/conditions.ts';
import type { Conditions } from './measure/conditions.ts';
import type { Figure } from './measure/report.ts';

/** Statements whose receipts are read. */
const STATEMENTS = 5_000;

/** Groups of rows, in the order they are measured in. */
export const API_ROWS = ['reads', 'streams', 'vault', 'sign-in', 'browser'] as const;
export type ApiRow = (typeof API_ROWS)[number];

export interface ApiBenchOptions {
  /** Requests of each rate. */
  readonly requests: number;
  /** How long events are sent. */
  readonly streamSeconds: number;
  /** Size of the object that the vault takes and gives. */
  readonly sizeMib: number;
  readonly rows: readonly ApiRow[];
  readonly say: (text: string) => void;
}

/** Measures what people and their systems wait for, on a node in a process of its own. */
export async function apiBench(options: ApiBenchOptions): Promise<{
  readonly conditions: Conditions;
  readonly figures: readonly Figure[];
}> {
  const { requests, streamSeconds, sizeMib, rows, say } = options;
  const root = mkdtempSync(join(tmpdir(), 'hefu-bench-'));
  try {
    const conditions = conditionsIn(root);
    await using node = await startBenchNode(root);
    say('statements to read');
    const count = rows.includes('reads') ? STATEMENTS : 1;
    const receipts = (await depositIds(node, count)).map((id) => `/v1/statements/${id}/receipt`);
    const measures: Readonly<Record<ApiRow, () => Promise<Figure[]>>> = {
      reads: () => measureReads(node, receipts, requests, say),
      streams: () => measureStreams(node, streamSeconds),
      vault: () => measureVault(node, root, sizeMib, say),
      'sign-in': () => measureSignIn(node),
      browser: () => measureBrowser(node, receipts[0] ?? ''),
    };
    const figures: Figure[] = [];
    for (const row of API_ROWS) {
      if (!rows.includes(row)) continue;
      say(row);
      figures.push(...(await measures[row]()));
    }
    return { conditions, figures };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
