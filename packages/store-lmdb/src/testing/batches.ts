import type { Store, StoreReader } from '@hefu/ledger';
import { readU64be, u64be } from '@hefu/bytes';

/** Small rows and large values of one numbered batch, all derived from its number. */
const SMALL_ROWS = 20;
const LARGE_VALUES = 6;

const LAST = Uint8Array.of(0);

/** Commits batch `number`: rows in several tables, large values in both segmented tables, and its number as the last. */
export function commitBatch(store: Store, number: number): void {
  store.commit((transaction) => {
    for (let row = 0; row < SMALL_ROWS; row += 1) {
      transaction.put('entries', keyOf(number, row), valueOf(number, row, 200));
    }
    for (let row = 0; row < LARGE_VALUES; row += 1) {
      transaction.put('statements', keyOf(number, row), valueOf(number, row, 2000 + 700 * row));
      transaction.put('attachments', keyOf(number, row), valueOf(number, row, 30_000 * row));
    }
    transaction.put('meta', LAST, u64be(number));
  });
}

/** Number of the newest batch; 0 when there is none. */
export function lastBatch(store: StoreReader): number {
  const value = store.get('meta', LAST);
  return value === undefined ? 0 : (readU64be(value) ?? Number.NaN);
}

/** What is wrong with batch `number`; undefined when it is whole. */
export function faultOfBatch(store: StoreReader, number: number): string | undefined {
  for (let row = 0; row < SMALL_ROWS; row += 1) {
    if (!same(store.get('entries', keyOf(number, row)), valueOf(number, row, 200))) {
      return `batch ${number}: row ${row}`;
    }
  }
  for (let row = 0; row < LARGE_VALUES; row += 1) {
    const statement = store.get('statements', keyOf(number, row));
    const attachment = store.get('attachments', keyOf(number, row));
    if (!same(statement, valueOf(number, row, 2000 + 700 * row))) {
      return `batch ${number}: statement ${row}`;
    }
    if (!same(attachment, valueOf(number, row, 30_000 * row))) {
      return `batch ${number}: attachment ${row}`;
    }
  }
  return undefined;
}

/** Rows that belong to batches after `number`: there must be none of a batch that was not committed. */
export function rowsAfterBatch(store: StoreReader, number: number): number {
  let count = 0;
  for (const table of ['entries', 'statements', 'attachments'] as const) {
    count += [...store.range(table, { from: keyOf(number + 1, 0) })].length;
  }
  return count;
}

function keyOf(number: number, row: number): Uint8Array {
  return Uint8Array.of(...u64be(number), row);
}

function valueOf(number: number, row: number, size: number): Uint8Array {
  const value = new Uint8Array(size);
  for (let index = 0; index < size; index += 1) value[index] = number * 31 + row * 7 + index;
  return value;
}

function same(left: Uint8Array | undefined, right: Uint8Array): boolean {
  return left !== undefined && Buffer.compare(left, right) === 0;
}
