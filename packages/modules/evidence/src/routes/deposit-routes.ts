import { route } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import { GROUP_ITEMS } from '../batch/group-tree.ts';
import { BATCH_ITEMS_MAX } from '../batch/limits.ts';
import { itemPath, itemReceipt } from '../receipts/item-receipt.ts';
import { receiptLines, singleReceiptLine } from '../receipts/receipt-lines.ts';
import { pageLimit, wholeNumber } from './find-evidence.ts';
import {
  DEPOSIT_PROBLEMS,
  readDeposit,
  readDepositWithItems,
  readGroup,
  readItems,
  groupsOf,
  readReceipt,
} from './read-deposit.ts';
import { depositJsonSchema, itemJsonSchema } from '../views.ts';
import { bytesOf, depositOf, itemOf, numberOf } from './rows.ts';

const depositParams = z.strictObject({ id: text.hex32() });
const itemParams = z.strictObject({
  id: text.hex32(),
  index: z.coerce.number().int().min(0).max(BATCH_ITEMS_MAX),
});
const itemAtSchema = z.strictObject({ index: z.int(), item: itemJsonSchema });

/** One deposit. */
export const depositRoute = route({
  method: 'GET',
  path: '/v1/evidence/{id}',
  summary: 'A deposit: who, when, and what of it the statement says.',
  params: depositParams,
  response: depositJsonSchema,
  problems: DEPOSIT_PROBLEMS,
  async handler(context, { params }) {
    return depositOf(await readDeposit(context, params.id));
  },
});

/** Items of a deposit, page by page. */
export const itemsRoute = route({
  method: 'GET',
  path: '/v1/evidence/{id}/items',
  summary: 'The items of a deposit in their order.',
  params: depositParams,
  query: z.strictObject({ limit: pageLimit, cursor: wholeNumber.optional() }),
  response: z.strictObject({ items: z.array(itemAtSchema), nextCursor: z.string().nullable() }),
  problems: DEPOSIT_PROBLEMS,
  async handler(context, { params, query }) {
    const row = await readDepositWithItems(context, params.id);
    const from = query.cursor ?? 0;
    const items = await readItems(context, row, from, from + query.limit);
    const end = from + items.length;
    return {
      items: items.map((item, i) => ({ index: from + i, item: itemOf(item) })),
      nextCursor: end < numberOf(row['item_count']) && items.length > 0 ? String(end) : null,
    };
  },
});

/** One item. */
export const itemRoute = route({
  method: 'GET',
  path: '/v1/evidence/{id}/items/{index}',
  summary: 'One item of a deposit.',
  params: itemParams,
  response: itemAtSchema,
  problems: DEPOSIT_PROBLEMS,
  async handler(context, { params: { id, index } }) {
    const row = await readDepositWithItems(context, id);
    const [item] = await readItems(context, row, index, index + 1);
    if (item === undefined) return context.problem('item-not-found', { id, index });
    return { index, item: itemOf(item) };
  },
});

/** Receipt of one item: of a single deposit, the statement's own. */
export const itemReceiptRoute = route({
  method: 'GET',
  path: '/v1/evidence/{id}/items/{index}/receipt',
  summary: 'The receipt of one item: a whole hefu-receipt/1, verifiable by itself.',
  params: itemParams,
  response: z.looseObject({ format: z.literal('hefu-receipt/1') }),
  problems: DEPOSIT_PROBLEMS,
  async handler(context, { params: { id, index } }) {
    const row = await readDepositWithItems(context, id);
    const { receipt, hasher } = await readReceipt(context, id);
    const group = await readGroup(context, row, Math.floor(index / GROUP_ITEMS));
    const item = group[index % GROUP_ITEMS];
    if (item === undefined) return context.problem('item-not-found', { id, index });
    if (row['type'] !== 'batch') return asReceipt(receipt);
    const path = itemPath(hasher, index, group, bytesOf(row['roots']));
    return asReceipt(itemReceipt(receipt, item, index, path));
  },
});

/** Receipts of all items of a deposit, as lines of JSON. */
export const receiptsRoute = route({
  method: 'GET',
  path: '/v1/evidence/{id}/receipts',
  summary: 'The receipts of all items of a deposit: one line of JSON each, in their order.',
  params: depositParams,
  response: z.custom<AsyncIterable<Uint8Array>>(isAsyncIterable),
  problems: DEPOSIT_PROBLEMS,
  async handler(context, { params: { id } }) {
    const row = await readDepositWithItems(context, id);
    const { receipt, hasher } = await readReceipt(context, id);
    if (row['type'] !== 'batch') return singleReceiptLine(receipt);
    return receiptLines({
      hasher,
      statementReceipt: receipt,
      count: numberOf(row['item_count']),
      roots: bytesOf(row['roots']),
      group: groupsOf(context, row),
    });
  },
});

function asReceipt(receipt: object): { [name: string]: unknown; format: 'hefu-receipt/1' } {
  return { ...receipt, format: 'hefu-receipt/1' };
}

function isAsyncIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
