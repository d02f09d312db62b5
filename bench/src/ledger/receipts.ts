import { ChainReader, receiptOf } from '@hefu/ledger';
import type { Ledger } from '@hefu/ledger';
import {
  parseStatement,
  parseTrust,
  trustOf as trustDocument,
  verifyReceipt,
} from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { quantile } from '../measure/statistics.ts';
import type { BenchChain } from './bench-chain.ts';

const RUNS = 300;

/** Median milliseconds of verifying a receipt, of building one, and of an inclusion proof. */
export interface ReceiptFigures {
  readonly verifyMs: number;
  readonly buildMs: number;
  readonly inclusionMs: number;
}

/** Measures over statements spread through the log. */
export function measureReceipts(
  chain: BenchChain,
  ledger: Ledger,
  statements: readonly Uint8Array[],
): ReceiptFigures {
  const reader = new ChainReader(ledger.reader.store);
  const trust = trustOf(chain);
  const times = { verify: [] as number[], build: [] as number[], inclusion: [] as number[] };
  const { size } = reader.head();
  for (let run = 0; run < RUNS; run++) {
    const bytes = statements[Math.floor((run * statements.length) / RUNS)];
    const parsed = bytes === undefined ? undefined : parseStatement(bytes, chain.spec.hashName);
    if (parsed?.ok !== true) throw new Error('no statement');
    let startMs = performance.now();
    const made = receiptOf(reader, parsed.statement.id);
    times.build.push(performance.now() - startMs);
    if (!made.ok) throw new Error(made.code);
    startMs = performance.now();
    const verdict = verifyReceipt({ receipt: made.receipt, trust });
    times.verify.push(performance.now() - startMs);
    if (!verdict.ok) throw new Error(verdict.code);
    startMs = performance.now();
    reader.inclusion(made.parts.logged.index, size);
    times.inclusion.push(performance.now() - startMs);
  }
  return {
    verifyMs: quantile(times.verify, 0.5),
    buildMs: quantile(times.build, 0.5),
    inclusionMs: quantile(times.inclusion, 0.5),
  };
}

function trustOf(chain: BenchChain): Trust {
  const parsed = parseTrust(trustDocument(chain.spec.genesis, []));
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.trust;
}
