import type { RouteContext, RouteProblem, SqlRow } from '@hefu/contract';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Hasher } from '@hefu/merkle';
import { GROUP_ITEMS } from '../batch/group-tree.ts';
import { batchHasher } from '../batch/leaf-hashes.ts';
import { hexBytes } from '../read-model/tables.ts';
import { bytesOf, DEPOSIT_COLUMNS, numberOf, visibleTo } from './rows.ts';

/** Problems of addresses under a deposit. */
export const DEPOSIT_PROBLEMS = {
  'evidence-not-found': { status: 404, title: 'There is no such deposit that you may read.' },
  'item-not-found': { status: 404, title: 'The deposit has no item at this place.' },
  'items-not-here': {
    status: 409,
    title: 'The items of this batch have not reached this node; ask the depositor’s node.',
  },
  'receipt-not-ready': {
    status: 409,
    title: 'No final checkpoint covers this deposit yet; ask again in a moment.',
  },
} as const satisfies Readonly<Record<string, RouteProblem>>;

/** The row of a deposit that the viewer may read; ends the request when there is none. */
export async function readDeposit(context: RouteContext, id: string): Promise<SqlRow> {
  const visible = visibleTo(context.viewer);
  const [row] = await context.query(
    `select ${DEPOSIT_COLUMNS}, d.roots as roots from evidence_deposits d
      where d.id = ? and ${visible.sql}`,
    [hexBytes(id), ...visible.parameters],
  );
  return row ?? context.problem('evidence-not-found', { id });
}

/** The row of a deposit whose items are here. */
export async function readDepositWithItems(context: RouteContext, id: string): Promise<SqlRow> {
  const row = await readDeposit(context, id);
  return numberOf(row['items_here']) === 1 ? row : context.problem('items-not-here', { id });
}

/** CBOR of the items from `from` up to, not including, `to`, in order. */
export async function readItems(
  context: RouteContext,
  deposit: SqlRow,
  from: number,
  to: number,
): Promise<Uint8Array[]> {
  const rows = await context.query(
    `select item from evidence_items where number = ? and position >= ? and position < ?
      order by position`,
    [numberOf(deposit['number']), from, to],
  );
  return rows.map((row) => bytesOf(row['item']));
}

/** CBOR of the items of one group. */
export async function readGroup(
  context: RouteContext,
  deposit: SqlRow,
  group: number,
): Promise<Uint8Array[]> {
  return readItems(context, deposit, group * GROUP_ITEMS, (group + 1) * GROUP_ITEMS);
}

/** Groups read in one query by who reads them all: a query costs a way to another thread and back. */
const GROUPS_PER_QUERY = 8;

/** Reads the groups of a deposit for who asks for them in order, several at a time. */
export function groupsOf(
  context: RouteContext,
  deposit: SqlRow,
): (group: number) => Promise<readonly Uint8Array[]> {
  let from = -1;
  let items: Promise<readonly Uint8Array[]> = Promise.resolve([]);
  return async (group) => {
    const place = group % GROUPS_PER_QUERY;
    if (group - place !== from) {
      from = group - place;
      const start = from * GROUP_ITEMS;
      items = readItems(context, deposit, start, start + GROUPS_PER_QUERY * GROUP_ITEMS);
    }
    return (await items).slice(place * GROUP_ITEMS, (place + 1) * GROUP_ITEMS);
  };
}

/** The receipt of the deposit's statement and the hasher of its chain. */
export async function readReceipt(
  context: RouteContext,
  id: string,
): Promise<{ readonly receipt: object; readonly hasher: Hasher }> {
  const receipt = await context.receipt(id);
  if (typeof receipt !== 'object' || receipt === null || !('suite' in receipt)) {
    return context.problem('receipt-not-ready', { id });
  }
  const hashName = suiteHash(receipt.suite === 'gm' ? 'gm' : 'international');
  return { receipt, hasher: batchHasher(hashName) };
}
