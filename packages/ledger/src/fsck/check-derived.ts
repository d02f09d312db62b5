import { equalBytes, toHex } from '@hefu/bytes';
import { DUE_START, numberKey, parseDueKey, dueIdKey } from '../keys.ts';
import { META_DERIVED } from '../meta-keys.ts';
import { DerivedSum } from '../state/derived-sum.ts';
import type { DerivedTable } from '../state/derived-sum.ts';
import type { StoreReader } from '../store-port.ts';
import type { Findings, FsckProgress } from './report.ts';
import { readRow, walkRows } from './rows.ts';

const CODES = { indexes: 'index-wrong', due: 'due-wrong' } as const;

/** Compares the rows of indexes and of scheduled effects with the sum that was kept when they were written. */
export function* checkDerived(store: StoreReader, findings: Findings): Generator<FsckProgress> {
  const kept = new DerivedSum(readRow(store, findings, 'meta', META_DERIVED));
  for (const [done, table] of (['indexes', 'due'] as const).entries()) {
    yield { stage: 'derived', done, total: 2 };
    checkTable(store, findings, table, kept);
  }
  yield { stage: 'derived', done: 2, total: 2 };
}

function checkTable(
  store: StoreReader,
  findings: Findings,
  table: DerivedTable,
  kept: DerivedSum,
): void {
  const sum = new DerivedSum();
  for (const [key, value] of walkRows(store, findings, table)) {
    sum.toggle(table, key, value);
    if (table === 'due' && !isDueRow(store, findings, key)) {
      findings.add(CODES.due, toHex(key), 'no counterpart');
    }
  }
  if (!equalBytes(sum.of(table), kept.of(table))) findings.add(CODES[table], 'sum');
}

/** Whether a row by time has its counterpart by id, which says the same time. */
function isDueRow(store: StoreReader, findings: Findings, key: Uint8Array): boolean {
  if (key[0] !== DUE_START[0]) return true;
  try {
    const { timeMs, contract, id } = parseDueKey(key);
    const time = readRow(store, findings, 'due', dueIdKey(contract, id));
    return time !== undefined && equalBytes(time, numberKey(timeMs));
  } catch {
    return false;
  }
}
