import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { ReadModel } from '../types.ts';
import { expectedCounts } from './sample-chain.ts';

const TABLES = ['sample_deposits', 'sample_totals', 'sample_items'];

/** One digest over all rows of the sample tables, read from the file itself. */
export function digestOfTables(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  const digest = createHash('sha256');
  for (const table of TABLES) {
    for (const row of database.prepare(`select * from ${table} order by 1, 2, 3`).iterate()) {
      digest.update(JSON.stringify(Object.values(row)));
    }
    digest.update(table);
  }
  database.close();
  return digest.digest('hex');
}

/** What does not fit in the file: rows that are not exactly those of the heights recorded. */
export function faultsOfFile(file: string, batchItems: number): string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const heights = new Map(
    database
      .prepare('select name, height from hefu_projections')
      .all()
      .map((row) => [row['name'], Number(row['height'])]),
  );
  const found = database
    .prepare(
      `select (select count(*) from sample_deposits) as deposits,
        (select count(*) from sample_items) as items,
        (select coalesce(sum(amount), 0) from sample_totals) as amount`,
    )
    .get();
  database.close();
  const { deposits } = expectedCounts(heights.get('sample/deposits') ?? -1, batchItems);
  const { items, amount } = expectedCounts(heights.get('sample/totals') ?? -1, batchItems);
  return Object.entries({ deposits, items, amount })
    .filter(([name, expected]) => found?.[name] !== expected)
    .map(([name, expected]) => `${name}: ${String(found?.[name])} rows, not ${expected}`);
}

/** Heights in a file, by projection. */
export function heightsOfFile(file: string): readonly number[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('select height from hefu_projections order by name').all();
  database.close();
  return rows.map((row) => Number(row['height']));
}

/** Counts as a query sees them, with the height it is told. */
export async function countsByQuery(
  model: ReadModel,
): Promise<{ height: number; deposits: number; items: number; amount: number }> {
  const { height, rows } = await model.read(
    `select (select count(*) from sample_deposits) as deposits,
      (select count(*) from sample_items) as items,
      (select coalesce(sum(amount), 0) from sample_totals) as amount`,
  );
  const [row] = rows;
  return {
    height,
    deposits: Number(row?.['deposits']),
    items: Number(row?.['items']),
    amount: Number(row?.['amount']),
  };
}
