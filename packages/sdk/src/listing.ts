import { equalBytes, tryEncodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { ReadOptions } from './calls.ts';
import type { HefuClient } from './client.ts';
import type { StatePlace } from './read-state.ts';

/** Rows that are proven at a time. */
const ROWS_AT_ONCE = 8;

/** Items of a listing with the height for which they are told. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly height: number;
}

/** How a row of a listing follows from a value of the state. */
export interface RowRule<T> {
  /** What is listed, for the evidence. */
  readonly path: string;
  place(row: T): StatePlace;
  /** The row as the value makes it, as far as the value makes it, for the block after the height. */
  expected(value: CborValue, row: T, height: number): Partial<T>;
}

/**
 * Holds every row against the proven state: listings come from read models, which have no proofs of their own. That no row
 * was left out is not proven. A client, or a read, that takes the nodes' word proves nothing. Throws ProofError
 * `listing-contradicted`.
 */
export async function proveRows<T extends object>(
  client: HefuClient,
  { items, height }: Listed<T>,
  rule: RowRule<T>,
  { verify }: ReadOptions = {},
): Promise<void> {
  if (client.verifier === undefined || verify === false) return;
  for (let from = 0; from < items.length; from += ROWS_AT_ONCE) {
    const part = items.slice(from, from + ROWS_AT_ONCE);
    await Promise.all(part.map(async (row) => proveRow(client, row, height, rule)));
  }
}

async function proveRow<T extends object>(
  client: HefuClient,
  row: T,
  height: number,
  rule: RowRule<T>,
): Promise<void> {
  const { contract, collection, key } = rule.place(row);
  // Most rows are as they are now; those that have changed since the listing are looked up as they were.
  const now = await client.state(contract, collection, key);
  if (agrees(row, now.value, height, rule)) return;
  const then = await client.state(contract, collection, key, { atHeight: height });
  if (agrees(row, then.value, height, rule)) return;
  const { log } = client;
  if (log === undefined) return;
  throw log.fault('listing-contradicted', `${contract}/${collection}/${key} at height ${height}`, {
    asked: rule.path,
    answer: row,
  });
}

function agrees<T extends object>(
  row: T,
  value: CborValue | undefined,
  height: number,
  rule: RowRule<T>,
): boolean {
  if (value === undefined) return false;
  const expected = rule.expected(value, row, height);
  return Object.entries(expected).every(([name, each]) =>
    sameValue(each, (row as Readonly<Record<string, unknown>>)[name]),
  );
}

/** Whether two plain values are the same, whatever the order of their fields. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return left === right;
  const one = tryEncodeCbor(left);
  const two = tryEncodeCbor(right);
  return one.ok && two.ok && equalBytes(one.bytes, two.bytes);
}
