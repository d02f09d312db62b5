import { fromHex, toHex } from '@hefu/bytes';
import type { SqlRow, SqlValue, Viewer } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import { decodeItem } from '../item/check-item.ts';
import type { Item } from '../item/item.ts';

/** An item as JSON: digests in hex, the rest as it is. */
export const itemJsonSchema = z.strictObject({
  kind: z.enum(['file', 'text', 'digest']),
  sha256: text.hex32().optional(),
  sm3: text.hex32().optional(),
  size: z.int().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  case: z.string().optional(),
  mediaType: z.string().optional(),
  claimed: z.int().optional(),
});
export type ItemJson = z.output<typeof itemJsonSchema>;

/** What kinds of deposits there are. */
const DEPOSIT_TYPES = ['single', 'batch', 'private'] as const;

/** A deposit as JSON. */
export const depositJsonSchema = z.strictObject({
  id: text.hex32(),
  type: z.enum(DEPOSIT_TYPES),
  height: z.int(),
  /** Time of its block, milliseconds UTC. */
  time: z.int(),
  depositor: z.string(),
  organisation: z.string(),
  readers: z.union([z.enum(['public', 'consortium']), z.array(z.string())]),
  case: z.string().optional(),
  title: z.string().optional(),
  /** Items in it; 1 for a single deposit. */
  count: z.int(),
  /** Root of the items' tree; of a batch only. */
  root: text.hex32().optional(),
  attachment: z.strictObject({ digest: text.hex32(), size: z.int() }).optional(),
  /** Whether the items can be read here; false while a batch's bundle has not come yet. */
  itemsHere: z.boolean(),
});
export type DepositJson = z.output<typeof depositJsonSchema>;

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
    id: textOf(row['id']),
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

/** An item as JSON. */
export function itemJson(item: Item): ItemJson {
  const { sha256, sm3, ...rest } = item;
  return {
    ...rest,
    ...(sha256 === undefined ? {} : { sha256: toHex(sha256) }),
    ...(sm3 === undefined ? {} : { sm3: toHex(sm3) }),
  };
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

/** Bytes of a hex parameter that its schema has checked. */
export function hexBytes(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array(0);
}
