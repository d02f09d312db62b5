import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBenchNode } from './http/bench-node.ts';
import type { BenchNode } from './http/bench-node.ts';
import { startChildServer } from './http/child-server.ts';
import { depositIds } from './http/load.ts';
import { readsPerSecond } from './http/reads.ts';
import { besideLimit } from './measure/beside-limit.ts';
import { conditionsIn } from './measure/conditions.ts';
import type { Conditions } from './measure/conditions.ts';
import type { Figure } from './measure/report.ts';

const BARE_ENTRY = fileURLToPath(new URL('./http/bare-entry.ts', import.meta.url));
/** Requests before each measurement. */
const WARM_UP = 3_000;

export interface ApiBenchOptions {
  /** Requests of each rate. */
  readonly requests: number;
  readonly say: (text: string) => void;
}

/** Measures the node's reads beside a bare route of the same HTTP server with answers of the same size. */
export async function apiBench({ requests, say }: ApiBenchOptions): Promise<{
  readonly conditions: Conditions;
  readonly figures: readonly Figure[];
}> {
  const root = mkdtempSync(join(tmpdir(), 'hefu-bench-'));
  try {
    const conditions = conditionsIn(root);
    await using node = await startBenchNode(root);
    await using bare = await startChildServer(BARE_ENTRY);
    say('statements to read');
    const ids = await depositIds(node, 5_000);
    const receipts = ids.map((id) => `/v1/statements/${id}/receipt`);
    const tiles = Array.from({ length: 19 }, (_, n) => `/log/tile/0/${String(n).padStart(3, '0')}`);
    const figures: Figure[] = [];
    for (const { name, paths, atLeast } of [
      { name: 'receipts', paths: receipts, atLeast: 5_000 },
      { name: 'tiles', paths: tiles, atLeast: 10_000 },
    ]) {
      say(name);
      const size = await sizeOf(node, paths[0] ?? '');
      const barePaths = [`/bytes/${size}`];
      await readsPerSecond(node.url, paths, WARM_UP);
      await readsPerSecond(bare.url, barePaths, WARM_UP);
      const { rate, limit } = await besideLimit(
        () => readsPerSecond(bare.url, barePaths, requests),
        () => readsPerSecond(node.url, paths, requests),
      );
      figures.push(
        { name: `${name} read`, value: rate, unit: '/s', goal: { atLeast } },
        {
          name: `${name} read, beside a bare route`,
          value: rate,
          unit: '/s',
          against: { name: `bare Fastify route of ${size} bytes`, value: limit },
          goal: { atLeast: 0.5 },
        },
      );
    }
    return { conditions, figures };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function sizeOf(node: BenchNode, path: string): Promise<number> {
  const answer = await fetch(node.url + path);
  if (!answer.ok) throw new Error(`${path}: status ${answer.status}`);
  return (await answer.arrayBuffer()).byteLength;
}
