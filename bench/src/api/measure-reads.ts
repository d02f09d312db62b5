import { fileURLToPath } from 'node:url';
import type { BenchNode } from '../http/bench-node.ts';
import { startChildServer } from '../http/child-server.ts';
import { readsPerSecond } from '../http/reads.ts';
import { besideLimit } from '../measure/beside-limit.ts';
import type { Figure } from '../measure/report.ts';

const BARE_ENTRY = fileURLToPath(new URL('../http/bare-entry.ts', import.meta.url));
/** Requests before each measurement. */
const WARM_UP = 3_000;
const TILES = 19;

/** The node's reads beside a bare route of the same HTTP server with answers of the same size. */
export async function measureReads(
  node: BenchNode,
  receipts: readonly string[],
  requests: number,
  say: (text: string) => void,
): Promise<Figure[]> {
  await using bare = await startChildServer(BARE_ENTRY);
  const tiles = Array.from(
    { length: TILES },
    (_, n) => `/log/tile/0/${String(n).padStart(3, '0')}`,
  );
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
  return figures;
}

async function sizeOf(node: BenchNode, path: string): Promise<number> {
  const answer = await fetch(node.url + path);
  if (!answer.ok) throw new Error(`${path}: status ${answer.status}`);
  return (await answer.arrayBuffer()).byteLength;
}
