import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVerifyPool } from '@hefu/crypto/pool';
import type { VerifyPool } from '@hefu/crypto/pool';
import { startBenchNode } from './http/bench-node.ts';
import {
  bodiesPerSecond,
  itemReceiptsPerSecond,
  singlesPerSecond,
  submitToReceiptMs,
} from './http/load.ts';
import { measureBatches } from './ledger/batches.ts';
import { makeBenchChain } from './ledger/bench-chain.ts';
import { checksPerSecond } from './ledger/limits.ts';
import { measureReceipts } from './ledger/receipts.ts';
import { measureScale } from './ledger/scale.ts';
import { signDeposits, submitAll } from './ledger/statements.ts';
import { besideLimit } from './measure/beside-limit.ts';
import type { BesideLimit } from './measure/beside-limit.ts';
import { conditionsIn } from './measure/conditions.ts';
import type { Conditions } from './measure/conditions.ts';
import type { Figure } from './measure/report.ts';

/** Statements before each measurement: a node runs for months, and its first seconds go into compiling. */
const WARM_UP = 5_000;

export interface LedgerBenchOptions {
  /** Statements of each rate. */
  readonly statements: number;
  /** Statements of the long run; 0 leaves it out. */
  readonly scale: number;
  readonly say: (text: string) => void;
}

export interface LedgerBenchResult {
  readonly conditions: Conditions;
  readonly figures: readonly Figure[];
}

/** Measures what the ledger promises; every rate beside its limit, in the same run. */
export async function ledgerBench(options: LedgerBenchOptions): Promise<LedgerBenchResult> {
  const root = mkdtempSync(join(tmpdir(), 'hefu-bench-'));
  const pool = createVerifyPool({ threads: availableParallelism() });
  try {
    const conditions = conditionsIn(root);
    const figures: Figure[] = [];
    const limit = await inProcess(root, pool, options, figures);
    await guomi(root, pool, options, figures);
    await throughHttp(root, { limit, conditions, options, figures });
    if (options.scale > 0) await longRun(root, pool, options, figures);
    return { conditions, figures };
  } finally {
    await pool.close();
    rmSync(root, { recursive: true, force: true });
  }
}

async function inProcess(
  root: string,
  pool: VerifyPool,
  { statements, say }: LedgerBenchOptions,
  figures: Figure[],
): Promise<() => Promise<number>> {
  say('international suite, in process');
  const chain = makeBenchChain(join(root, 'international'), 'international');
  const signed = signDeposits(chain, 20_000);
  const limit = (): Promise<number> => checksPerSecond(chain, pool, signed);
  const ledger = chain.open(pool);
  await submitAll(ledger, signDeposits(chain, WARM_UP));
  figures.push(
    figureOf(
      'durable statements, in process',
      'Ed25519 checks, all cores',
      0.6,
      await besideLimit(limit, () => submitAll(ledger, signDeposits(chain, statements))),
    ),
  );
  await submitAll(ledger, signed);
  const { verifyMs, buildMs, inclusionMs } = measureReceipts(chain, ledger, signed);
  figures.push(
    { name: 'receipt verified', value: verifyMs, unit: 'ms', goal: { below: 1 } },
    { name: 'receipt built', value: buildMs, unit: 'ms' },
    { name: 'inclusion proof', value: inclusionMs, unit: 'ms', goal: { below: 1 } },
  );
  const { itemsPerSecond, receiptsPerSecond } = await measureBatches(chain, ledger, 5);
  figures.push(
    {
      name: 'batch items into the ledger',
      value: itemsPerSecond,
      unit: '/s',
      goal: { atLeast: 200_000 },
    },
    {
      name: 'receipts of batch items, one stream in process',
      value: receiptsPerSecond,
      unit: '/s',
      goal: { atLeast: 50_000 },
    },
  );
  await ledger.close();
  return limit;
}

async function guomi(
  root: string,
  pool: VerifyPool,
  { statements, say }: LedgerBenchOptions,
  figures: Figure[],
): Promise<void> {
  say('GM suite, in process');
  const chain = makeBenchChain(join(root, 'gm'), 'gm');
  const signed = signDeposits(chain, 8_000);
  const ledger = chain.open(pool);
  await submitAll(ledger, signDeposits(chain, WARM_UP));
  const measured = await besideLimit(
    () => checksPerSecond(chain, pool, signed),
    () => submitAll(ledger, signDeposits(chain, Math.ceil(statements / 3))),
  );
  await submitAll(ledger, signed);
  figures.push(figureOf('durable statements, GM chain', 'SM2 checks, all cores', 0.6, measured), {
    name: 'receipt verified, GM',
    value: measureReceipts(chain, ledger, signed).verifyMs,
    unit: 'ms',
  });
  await ledger.close();
}

async function throughHttp(
  root: string,
  setting: {
    readonly limit: () => Promise<number>;
    readonly conditions: Conditions;
    readonly options: LedgerBenchOptions;
    readonly figures: Figure[];
  },
): Promise<void> {
  const { limit, conditions, figures } = setting;
  const { say, statements } = setting.options;
  say('through HTTP');
  await using node = await startBenchNode(root);
  await bodiesPerSecond(node, 2 * WARM_UP);
  figures.push(
    {
      name: 'p99 of one statement, submit to receipt, idle node',
      value: await submitToReceiptMs(node),
      unit: 'ms',
      goal: { below: 5 * conditions.fsyncMsP99 + 10 },
    },
    figureOf(
      'durable statements, HTTP bodies of 1,000',
      'Ed25519 checks, all cores',
      0.5,
      await besideLimit(limit, () => bodiesPerSecond(node, statements)),
    ),
    figureOf(
      'durable statements, HTTP one a request, 64 connections',
      'Ed25519 checks, all cores',
      0.2,
      await besideLimit(limit, () => singlesPerSecond(node, Math.ceil(statements / 2))),
    ),
  );
  await itemReceiptsPerSecond(node);
  figures.push({
    name: 'receipts of batch items, one HTTP stream',
    value: await itemReceiptsPerSecond(node),
    unit: '/s',
    goal: { atLeast: 50_000 },
  });
}

function figureOf(
  name: string,
  limitName: string,
  atLeast: number,
  { rate, limit }: BesideLimit,
): Figure {
  return {
    name,
    value: rate,
    unit: '/s',
    against: { name: limitName, value: limit },
    goal: { atLeast },
  };
}

async function longRun(
  root: string,
  pool: VerifyPool,
  { scale, say }: LedgerBenchOptions,
  figures: Figure[],
): Promise<void> {
  say(`${scale} statements`);
  const chain = makeBenchChain(join(root, 'scale'), 'international');
  const figure = await measureScale(chain, pool, scale, (done, rate) => {
    say(`${done} statements, ${Math.round(rate)} a second`);
  });
  figures.push(
    {
      name: `throughput at ${scale} statements`,
      value: figure.late,
      unit: '/s',
      against: { name: 'throughput at 100,000', value: figure.early },
      goal: { atLeast: 0.8 },
    },
    { name: 'heap and external memory', value: figure.heapMib, unit: 'MiB', goal: { below: 400 } },
    { name: 'restart', value: figure.restartSeconds, unit: 's', goal: { below: 5 } },
    {
      name: 'inclusion proof at that size',
      value: figure.inclusionMs,
      unit: 'ms',
      goal: { below: 1 },
    },
  );
}
