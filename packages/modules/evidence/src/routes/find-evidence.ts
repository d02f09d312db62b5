import { route } from '@hefu/contract';
import type { SqlRow, SqlValue, Viewer } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import { ITEM_CASE_LENGTH_MAX } from '../item/item.ts';
import { hexBytes } from '../read-model/tables.ts';
import { foundJsonSchema } from '../views.ts';
import type { FoundJson } from '../views.ts';
import { bytesOf, DEPOSIT_COLUMNS, depositOf, itemOf, numberOf, visibleTo } from './rows.ts';
import type { Condition } from './rows.ts';

/** Entries of a page when the query does not say, and at the most. */
export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 200;

/** Texts of a query that are whole numbers. */
export const wholeNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const pageLimit = z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT);

/** Where a page goes on: the last deposit's number, and the item's position where items are found. */
const POSITION = /^([0-9]{1,16})-([0-9]{1,6})$/;

const findQuerySchema = z.strictObject({
  /** Digest of the content, whichever hash. */
  digest: text.hex32().optional(),
  sha256: text.hex32().optional(),
  sm3: text.hex32().optional(),
  case: z.string().min(1).max(ITEM_CASE_LENGTH_MAX).optional(),
  depositor: text.memberId().optional(),
  organisation: text.organisationId().optional(),
  /** Blocks of this time or later, milliseconds UTC. */
  from: wholeNumber.optional(),
  /** Blocks before this time. */
  to: wholeNumber.optional(),
  limit: pageLimit,
  cursor: z.string().regex(POSITION).optional(),
});
type FindQuery = z.output<typeof findQuerySchema>;

/** Deposits, newest first; by digest the items that have it. */
export const findEvidenceRoute = route({
  method: 'GET',
  path: '/v1/evidence',
  summary: 'Finds evidence by digest, case, depositor, organisation or time, newest first.',
  query: findQuerySchema,
  response: z.strictObject({ items: z.array(foundJsonSchema), nextCursor: z.string().nullable() }),
  async handler(context, { query }) {
    const { sql, parameters } = findSql(query, context.viewer);
    const rows = await context.query(sql, parameters);
    const last = rows.length === query.limit ? rows.at(-1) : undefined;
    return { items: rows.map(foundOf), nextCursor: last === undefined ? null : positionOf(last) };
  },
});

/** One row for each deposit and, by digest, for each item; single deposits come with their item. */
export function findSql(query: FindQuery, viewer: Viewer): Condition {
  const byDigest =
    query.digest !== undefined || query.sha256 !== undefined || query.sm3 !== undefined;
  const conditions = [
    visibleTo(viewer),
    ...(byDigest ? digestConditions(query) : []),
    ...depositConditions(query, byDigest),
    ...cursorConditions(query.cursor, byDigest),
  ];
  const from = byDigest
    ? 'evidence_items i join evidence_deposits d on d.number = i.number'
    : `evidence_deposits d left join evidence_items i
        on i.number = d.number and d.type = 'single' and i.position = 0`;
  return {
    sql: `select ${DEPOSIT_COLUMNS}, i.position as position, i.item as item from ${from}
      where ${conditions.map((condition) => condition.sql).join(' and ')}
      order by d.number desc, i.position desc limit ?`,
    parameters: [...conditions.flatMap((condition) => condition.parameters), query.limit],
  };
}

function digestConditions({ digest, sha256, sm3 }: FindQuery): Condition[] {
  const conditions: Condition[] = [];
  if (digest !== undefined) {
    const bytes = hexBytes(digest);
    conditions.push({ sql: '(i.sha256 = ? or i.sm3 = ?)', parameters: [bytes, bytes] });
  }
  if (sha256 !== undefined) {
    conditions.push({ sql: 'i.sha256 = ?', parameters: [hexBytes(sha256)] });
  }
  if (sm3 !== undefined) conditions.push({ sql: 'i.sm3 = ?', parameters: [hexBytes(sm3)] });
  return conditions;
}

function depositConditions(query: FindQuery, byDigest: boolean): Condition[] {
  const { depositor, organisation, from, to } = query;
  const conditions: Condition[] = [];
  const add = (sql: string, ...parameters: SqlValue[]): void => {
    conditions.push({ sql, parameters });
  };
  if (query.case !== undefined && byDigest) {
    add('(i.case_name = ? or d.case_name = ?)', query.case, query.case);
  } else if (query.case !== undefined) {
    const having = 'select c.number from evidence_items c where c.case_name = ?';
    add(`(d.case_name = ? or d.number in (${having}))`, query.case, query.case);
  }
  if (depositor !== undefined) add('d.depositor = ?', depositor);
  if (organisation !== undefined) add('d.organisation = ?', organisation);
  if (from !== undefined) add('d.time >= ?', from);
  if (to !== undefined) add('d.time < ?', to);
  return conditions;
}

function cursorConditions(cursor: string | undefined, byDigest: boolean): Condition[] {
  const [, number, position] = POSITION.exec(cursor ?? '') ?? [];
  if (number === undefined || position === undefined) return [];
  const numberValue = Number(number);
  if (!byDigest) return [{ sql: 'd.number < ?', parameters: [numberValue] }];
  return [
    {
      sql: '(d.number < ? or (d.number = ? and i.position < ?))',
      parameters: [numberValue, numberValue, Number(position)],
    },
  ];
}

function foundOf(row: SqlRow): FoundJson {
  const deposit = depositOf(row);
  if (row['item'] === null || row['item'] === undefined) return deposit;
  return { ...deposit, index: numberOf(row['position']), item: itemOf(bytesOf(row['item'])) };
}

function positionOf(row: SqlRow): string {
  return `${numberOf(row['number'])}-${numberOf(row['position'] ?? 0)}`;
}
