import { equalBytes } from '@hefu/bytes';
import { projection } from '@hefu/contract';
import type { ProjectionDatabase, ProjectionEvent, SqlValue } from '@hefu/contract';
import { hash } from '@hefu/crypto/hash';
import type { z } from 'zod';
import type { DepositReaders } from '../args.ts';
import { indexBundle, itemBytes } from '../batch/bundle.ts';
import type { BundleIndex } from '../batch/bundle.ts';
import { groupRoots, rootOfRows, rowsAboveGroups } from '../batch/group-tree.ts';
import { batchHasher, leafHashes } from '../batch/leaf-hashes.ts';
import { decodeItem } from '../item/check-item.ts';
import { encodeItem } from '../item/encode-item.ts';
import type { Item } from '../item/item.ts';
import type {
  batchDepositedSchema,
  depositedSchema,
  privateDepositedSchema,
} from '../v1/contract.ts';
import { depositNumber, EVIDENCE_TABLES, hexBytes } from './tables.ts';

type Deposited = z.output<typeof depositedSchema>;
type BatchDeposited = z.output<typeof batchDepositedSchema>;
type PrivateDeposited = z.output<typeof privateDepositedSchema>;

/** Item rows given to the database at once. */
const ROWS_AT_ONCE = 4096;

const INSERT_DEPOSIT = `insert into evidence_deposits (number, id, type, height, time, depositor,
  organisation, readers, case_name, title, item_count, items_here, root, attachment,
  attachment_size, roots) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_ITEM = `insert into evidence_items (number, position, sha256, sm3, case_name, item)
  values (?, ?, ?, ?, ?, ?)`;

/** Keeps deposits and their items searchable. */
export const evidenceProjection = projection({
  name: 'evidence',
  version: 2,
  tables: EVIDENCE_TABLES,
  on: {
    'evidence/deposited': projectDeposit,
    'evidence/batch-deposited': projectBatch,
    'evidence/private-deposited': projectPrivate,
  },
});

async function projectDeposit(event: ProjectionEvent, database: ProjectionDatabase): Promise<void> {
  // The host has checked the event's data against its schema before it was emitted.
  const data = event.data as unknown as Deposited;
  const { item } = data;
  const number = depositNumber(event.height, event.index);
  await database.run(INSERT_DEPOSIT, [
    ...depositColumns(event, data, 'single'),
    item.case ?? null,
    item.title ?? null,
    1,
    1,
    null,
    null,
    null,
    null,
  ]);
  await database.run(INSERT_ITEM, itemRow(number, 0, item, encodeItem(item), null));
}

async function projectBatch(event: ProjectionEvent, database: ProjectionDatabase): Promise<void> {
  const data = event.data as unknown as BatchDeposited;
  const number = depositNumber(event.height, event.index);
  const batch = openBatch(await event.attachment?.(data.attachment.digest), data);
  await database.run(INSERT_DEPOSIT, [
    ...depositColumns(event, data, 'batch'),
    data.case ?? null,
    data.title ?? null,
    data.count,
    batch === undefined ? 0 : 1,
    data.root,
    data.attachment.digest,
    data.attachment.size,
    batch?.roots ?? null,
  ]);
  if (batch === undefined) return;
  const { bundle, places } = batch;
  let rows: (readonly SqlValue[])[] = [];
  for (let position = 0; position < places.count; position++) {
    // A copy: a driver may keep what it is given until the statement is run.
    const bytes = itemBytes(bundle, places, position).slice();
    const verdict = decodeItem(bytes);
    const item = verdict.ok ? verdict.item : undefined;
    rows.push(itemRow(number, position, item, bytes, data.case ?? null));
    if (rows.length === ROWS_AT_ONCE || position === places.count - 1) {
      await database.runMany(INSERT_ITEM, rows);
      rows = [];
    }
  }
}

/** Of private items there is nothing to search but who deposited how many. */
async function projectPrivate(event: ProjectionEvent, database: ProjectionDatabase): Promise<void> {
  const data = event.data as unknown as PrivateDeposited;
  await database.run(INSERT_DEPOSIT, [
    ...depositColumns(event, data, 'private'),
    null,
    null,
    data.count,
    0,
    data.root,
    null,
    null,
    null,
  ]);
}

function depositColumns(
  event: ProjectionEvent,
  data: Deposited | BatchDeposited | PrivateDeposited,
  type: 'single' | 'batch' | 'private',
): SqlValue[] {
  return [
    depositNumber(event.height, event.index),
    hexBytes(data.deposit),
    type,
    event.height,
    event.time,
    data.depositor,
    data.organisation,
    readersText(data.readers),
  ];
}

/** How rows carry readers for the gate: the word, or a JSON array of organisations. */
function readersText(readers: DepositReaders): string {
  return typeof readers === 'string' ? readers : JSON.stringify(readers);
}

/** An item without a case of its own is found under the batch's. */
function itemRow(
  number: number,
  position: number,
  item: Item | undefined,
  bytes: Uint8Array,
  batchCase: string | null,
): SqlValue[] {
  return [
    number,
    position,
    item?.sha256 ?? null,
    item?.sm3 ?? null,
    item?.case ?? batchCase,
    bytes,
  ];
}

interface OpenBatch {
  readonly bundle: Uint8Array;
  readonly places: BundleIndex;
  readonly roots: Uint8Array;
}

/**
 * The bundle of a batch and the roots of its groups; undefined when it is not here, or is not what
 * was signed. Its digest tells the chain's hash, which events do not name.
 */
function openBatch(bundle: Uint8Array | undefined, data: BatchDeposited): OpenBatch | undefined {
  if (bundle === undefined) return undefined;
  const isSha256 = equalBytes(hash('sha256', bundle), data.attachment.digest);
  const places = indexBundle(bundle);
  if (!places.ok || places.count !== data.count) return undefined;
  const hasher = batchHasher(isSha256 ? 'sha256' : 'sm3');
  const roots = groupRoots(hasher, leafHashes(hasher, bundle, places));
  if (!equalBytes(rootOfRows(rowsAboveGroups(hasher, roots)), data.root)) return undefined;
  return { bundle, places, roots };
}
