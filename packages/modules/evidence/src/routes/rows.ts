import { toHex } from '@hefu/bytes';
import type { SqlRow, SqlValue, Viewer } from '@hefu/contract';
import { z } from 'zod';
import { decodeItem } from '../item/check-item.ts';
import { DEPOSIT_TYPES, itemJson } from '../views.ts';
import type { DepositJson, ItemJson } from '../views.ts';

/** Columns that {@link depositOf} reads, of the table under the name `d`. */
export const DEPOSIT_COLUMNS = `d.number as number, d.id as id, d.type as type, d.height as height,
  d.time as time, d.depositor as depositor, d.organisation as organisation, d.readers as readers,
  d.case_name as case_name, d.title as title, d.item_count as item_count,
  d.items_here as items_here, d.root as root, d.attachment as attachment,
  d.attachment_size as attachment_size`;

/** A deposit from its row. */
export function depositOf(row: SqlRow): DepositJson {
  const caseName = row['case_name'];
  const title = row['title'];
  const root = row['root'];
  const attachment = row['attachment'];
  return {
    id: toHex(bytesOf(row['id'])),
    type: z.enum(DEPOSIT_TYPES).parse(row['type']),
    height: numberOf(row['height']),
    time: numberOf(row['time']),
    depositor: textOf(row['depositor']),
    organisation: textOf(row['organisation']),
    readers: readersOf(textOf(row['readers'])),
    ...(typeof caseName === 'string' ? { case: caseName } : {}),
    ...(typeof title === 'string' ? { title } : {}),
    count: numberOf(row['item_count']),
    ...(root instanceof Uint8Array ? { root: toHex(root) } : {}),
    ...(attachment instanceof Uint8Array
      ? { attachment: { digest: toHex(attachment), size: numberOf(row['attachment_size']) } }
      : {}),
    itemsHere: numberOf(row['items_here']) === 1,
  };
}

/** An item from its CBOR. */
export function itemOf(bytes: Uint8Array): ItemJson {
  const verdict = decodeItem(bytes);
  if (!verdict.ok) throw new Error(`the read model holds an item that is ${verdict.code}`);
  return itemJson(verdict.item);
}

/** A whole number from a column; drivers give numbers, bigints or their text. */
export function numberOf(value: SqlValue | undefined): number {
  const number = Number(value);
  if (value === null || value === undefined || !Number.isSafeInteger(number)) {
    throw new Error('the read model holds no whole number where one should be');
  }
  return number;
}

/** The bytes in a column, in an array of their own kind. */
export function bytesOf(value: SqlValue | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error('the read model lacks bytes');
  return value;
}

function textOf(value: SqlValue | undefined): string {
  if (typeof value !== 'string') throw new Error('the read model lacks a text');
  return value;
}

function readersOf(column: string): DepositJson['readers'] {
  if (column === 'public' || column === 'consortium') return column;
  return z.array(z.string()).parse(JSON.parse(column));
}

/** Part of a `where` clause with its parameters. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/**
 * Rows that the viewer may read, so that pages are full. The gate looks at each row again: this
 * only spares it the others. Organisation ids have no character that means anything to `like`.
 */
export function visibleTo(viewer: Viewer): Condition {
  switch (viewer.kind) {
    case 'node':
      return { sql: '1 = 1', parameters: [] };
    case 'public':
      return { sql: 'd.readers = ?', parameters: ['public'] };
    case 'organisation':
      return {
        sql: '(d.readers in (?, ?) or d.readers like ?)',
        parameters: ['public', 'consortium', `%"${viewer.organisation}"%`],
      };
  }
}
