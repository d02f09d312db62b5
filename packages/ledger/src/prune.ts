import { numberKey } from './keys.ts';
import { staleKeys } from './stale.ts';
import type { StoreReader, StoreTransaction } from './store-port.ts';

/**
 * Deleting stale state nodes. Each deletion meets a random old page, so that doing it in every block costs as much as all else that a
 * block writes (measured). It is done while the chain is idle; only a backlog that no idle moment comes to is worked off within blocks.
 */

/** Nodes after which one step ends: some ten milliseconds, which a statement that arrives meanwhile waits at most. */
export const PRUNED_NODES_PER_STEP = 5_000;
/** Blocks by which pruning may lag behind the horizon before blocks do it themselves. */
export const PRUNE_BACKLOG_BLOCKS_MAX = 20_000;
/** Blocks of a backlog that one block works off: more than it adds. */
const BACKLOG_BLOCKS_PER_COMMIT = 4;

/** Whether there are nodes to delete: blocks at or below the horizon left some stale. */
export function isPrunable(store: StoreReader, prunedHeight: number): boolean {
  const range = { to: numberKey(prunedHeight + 1), limit: 1 };
  for (const _ of store.range('stale', range)) return true;
  return false;
}

/**
 * Deletes exactly the nodes that the oldest blocks up to the horizon made stale, whole blocks at a time; what is still in use is in no
 * such list.
 */
export function pruneStep(transaction: StoreTransaction, prunedHeight: number): void {
  const rows: (readonly [Uint8Array, Uint8Array[]])[] = [];
  let count = 0;
  for (const [key, framed] of transaction.range('stale', { to: numberKey(prunedHeight + 1) })) {
    const nodes = staleKeys(framed);
    rows.push([key, nodes]);
    count += nodes.length;
    if (count >= PRUNED_NODES_PER_STEP) break;
  }
  deleteRows(transaction, rows);
}

/** Works a backlog off that has grown beyond its bound. */
export function pruneBacklog(transaction: StoreTransaction, prunedHeight: number): void {
  if (prunedHeight <= PRUNE_BACKLOG_BLOCKS_MAX) return;
  const to = numberKey(prunedHeight - PRUNE_BACKLOG_BLOCKS_MAX);
  const range = { to, limit: BACKLOG_BLOCKS_PER_COMMIT };
  const rows = Array.from(transaction.range('stale', range));
  deleteRows(
    transaction,
    rows.map(([key, framed]) => [key, staleKeys(framed)]),
  );
}

function deleteRows(
  transaction: StoreTransaction,
  rows: readonly (readonly [Uint8Array, Uint8Array[]])[],
): void {
  for (const [key, nodes] of rows) {
    for (const node of nodes) transaction.delete('state', node);
    transaction.delete('stale', key);
  }
}
