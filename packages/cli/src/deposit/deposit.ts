import { existsSync } from 'node:fs';
import { fromBase64, toBase64, toHex } from '@hefu/bytes';
import type { ReceiptDocument } from '@hefu/protocol';
import {
  BATCH_ITEMS_MAX,
  batchOfBundle,
  buildBatch,
  depositBatchCall,
  depositCall,
  depositPrivateCall,
  ProblemError,
  STATEMENTS_PER_BODY_MAX,
} from '@hefu/sdk';
import type { DepositReaders, HefuClient, Signer } from '@hefu/sdk';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { itemOf } from './items.ts';
import type { ItemSettings } from './items.ts';
import {
  batchOfRecords,
  keepRecords,
  keepSalted,
  privateBatch,
  recordsText,
  writePrivateObjects,
} from './private.ts';
import type { Journal, JournalDeposit, JournalFile, JournalSigned } from './journal.ts';
import { receiptPath, writeReceipt } from './receipt-files.ts';

export interface DepositRun {
  readonly client: HefuClient;
  readonly signer: Signer;
  readonly journal: Journal;
  /** Where the receipts go. */
  readonly out: string;
  readonly readers: DepositReaders;
  readonly settings: ItemSettings;
  /** A statement for each file, instead of one for all. */
  readonly single: boolean;
  /** Organisations that may know of a deposit of which the ledger learns digests alone; absent for any other. */
  readonly privateReaders?: readonly string[];
  /** Path of a file whose content is kept behind its salt; undefined for those that are not. */
  readonly saltedPath?: (name: string) => string | undefined;
  /** After statements were committed, with the highest of their blocks. */
  readonly onCommitted: (height: number) => void;
  /** After each receipt. */
  readonly onReceipt: (count: number) => void;
}

/** What a run did. */
export interface DepositResult {
  /** Statement ids, hex. */
  readonly statements: readonly string[];
  readonly receipts: number;
}

/** Deposits the files and writes their receipts, after what an earlier run has left undone. */
export async function depositFiles(
  run: DepositRun,
  files: readonly JournalFile[],
): Promise<DepositResult> {
  const statements: string[] = [];
  let receipts = 0;
  for (const group of openDeposits(run)) {
    receipts += await finish(run, group);
    statements.push(...group.map(({ signed }) => signed.id));
  }
  const pending = pendingFiles(run.journal, files);
  const groupMax = run.single ? STATEMENTS_PER_BODY_MAX : BATCH_ITEMS_MAX;
  for (let from = 0; from < pending.length; from += groupMax) {
    const part = pending.slice(from, from + groupMax);
    // A batch of one would only make its receipt longer.
    const single = run.single || pending.length === 1;
    const group = await (run.privateReaders !== undefined
      ? signPrivate(run, part, run.privateReaders)
      : single
        ? signSingles(run, part)
        : signBatch(run, part));
    receipts += await finish(run, group);
    statements.push(...group.map(({ signed }) => signed.id));
  }
  return { statements, receipts };
}

/** Files that no deposit holds, as they are now. */
export function pendingFiles(
  journal: Journal,
  files: readonly JournalFile[],
): readonly JournalFile[] {
  const deposited = new Set<string>();
  for (const { signed, state } of journal.deposits.values()) {
    if (state === 'void') continue;
    for (const [name, sha256] of signed.files) deposited.add(`${sha256} ${name}`);
  }
  return files.filter(({ name, sha256 }) => !deposited.has(`${sha256} ${name}`));
}

/** Deposits that were begun and not ended, or whose receipts somebody has removed; singles in groups. */
function openDeposits({ journal, out }: DepositRun): JournalDeposit[][] {
  const singles: JournalDeposit[] = [];
  const groups: JournalDeposit[][] = [];
  const newest = newestDeposits(journal);
  for (const deposit of journal.deposits.values()) {
    const { signed, state } = deposit;
    if (state === 'void') continue;
    if (state === 'done') {
      const isWhole = signed.files.every(
        ([name]) => newest.get(name) !== signed.id || existsSync(receiptPath(out, name)),
      );
      if (isWhole) continue;
    }
    if (signed.kind === 'single') singles.push(deposit);
    else groups.push([deposit]);
  }
  for (let from = 0; from < singles.length; from += STATEMENTS_PER_BODY_MAX) {
    groups.push(singles.slice(from, from + STATEMENTS_PER_BODY_MAX));
  }
  return groups;
}

/** The last deposit of each name: an earlier one's receipt has made room for it. */
function newestDeposits(journal: Journal): Map<string, string> {
  const newest = new Map<string, string>();
  for (const { signed, state } of journal.deposits.values()) {
    if (state === 'void') continue;
    for (const [name] of signed.files) newest.set(name, signed.id);
  }
  return newest;
}

async function signBatch(
  run: DepositRun,
  files: readonly JournalFile[],
): Promise<JournalDeposit[]> {
  const { client, signer, journal, readers, settings } = run;
  const items = files.map((file) => itemOf(file, settings));
  const batch = buildBatch(items, await client.hashName());
  const { title, case: caseName } = settings;
  const description = {
    readers,
    ...(title === undefined ? {} : { title }),
    ...(caseName === undefined ? {} : { case: caseName }),
  };
  const statement = await client.sign(signer, depositBatchCall(batch, description));
  const id = toHex(statement.id);
  journal.keepBundle(id, batch.bundle);
  return noteSigned(journal, [signedLine('batch', id, statement.bytes, files)]);
}

async function signPrivate(
  run: DepositRun,
  files: readonly JournalFile[],
  readers: readonly string[],
): Promise<JournalDeposit[]> {
  const { client, signer, journal, settings } = run;
  const items = files.map((file) => itemOf(file, settings));
  const batch = privateBatch(items, await client.hashName());
  const statement = await client.sign(signer, depositPrivateCall(batch, readers));
  const id = toHex(statement.id);
  journal.keepBundle(id, recordsText(batch));
  return noteSigned(journal, [signedLine('private', id, statement.bytes, files)]);
}

async function signSingles(
  run: DepositRun,
  files: readonly JournalFile[],
): Promise<JournalDeposit[]> {
  const { client, signer, journal, readers, settings } = run;
  const lines: JournalSigned[] = [];
  for (const file of files) {
    const statement = await client.sign(signer, depositCall(itemOf(file, settings), readers));
    lines.push(signedLine('single', toHex(statement.id), statement.bytes, [file]));
  }
  return noteSigned(journal, lines);
}

function signedLine(
  kind: JournalSigned['kind'],
  id: string,
  statement: Uint8Array,
  files: readonly JournalFile[],
): JournalSigned {
  return {
    type: 'signed',
    kind,
    id,
    statement: toBase64(statement),
    files: files.map(({ name, sha256 }) => [name, sha256]),
  };
}

/** On disk before anything is sent: whatever happens now, the next run knows what was said. */
function noteSigned(journal: Journal, lines: readonly JournalSigned[]): JournalDeposit[] {
  journal.append(lines, true);
  return lines.flatMap(({ id }) => {
    const deposit = journal.deposits.get(id);
    return deposit === undefined ? [] : [deposit];
  });
}

/** Submits what is not committed, and writes the receipts. */
async function finish(run: DepositRun, group: readonly JournalDeposit[]): Promise<number> {
  await submit(run, group);
  let count = 0;
  for (const deposit of group) {
    if (deposit.state === 'void') continue;
    count += await writeReceipts(run, deposit);
    run.journal.append([{ type: 'done', id: deposit.signed.id }]);
  }
  return count;
}

async function submit(run: DepositRun, group: readonly JournalDeposit[]): Promise<void> {
  const { client, journal } = run;
  const open = group.filter(({ state }) => state === 'signed');
  for (const { signed } of open) {
    if (signed.kind === 'single') continue;
    if (signed.kind === 'private') {
      // In the vault before the ledger has their digests: what is deposited can be shown.
      await keepRecords(client, batchOfRecords(journal.bundle(signed.id), await client.hashName()));
      continue;
    }
    const batch = batchOfBundle(journal.bundle(signed.id), await client.hashName());
    await client.putAttachment(toHex(batch.digest), batch.bundle);
  }
  const results = await client.submitMany(open.map(({ signed }) => bytesOf(signed.statement)));
  let refused: ProblemError | undefined;
  let height = 0;
  for (const [position, { signed }] of open.entries()) {
    const result = results[position];
    if (result === undefined) continue;
    const id = signed.id;
    if (result.ok) height = Math.max(height, result.height);
    if (result.ok && result.code === 'ok') {
      journal.append([{ type: 'committed', id }]);
      continue;
    }
    if (!result.ok && (await isCommitted(client, id))) {
      journal.append([{ type: 'committed', id }]);
      continue;
    }
    const expired = !result.ok && result.problem.code === 'expired';
    const retryable = !result.ok && result.problem.retryable;
    // An expired one was never taken in and never will be: the files are signed for again below.
    if (!retryable) journal.append([{ type: 'void', id }], true);
    if (expired) continue;
    refused ??= result.ok
      ? contractRefusal(result.code, result.data)
      : new ProblemError(result.problem);
  }
  if (refused !== undefined) throw refused;
  run.onCommitted(height);
}

async function isCommitted(client: HefuClient, id: string): Promise<boolean> {
  return (await client.statement(id))?.code === 'ok';
}

function contractRefusal(code: string, data: unknown): ProblemError {
  return new ProblemError({
    type: `/problems/${code}`,
    title: 'The deposit was refused; the refusal is in the log.',
    status: 409,
    code,
    retryable: false,
    ...(data === undefined ? {} : { data }),
  });
}

async function writeReceipts(run: DepositRun, { signed }: JournalDeposit): Promise<number> {
  const { client, journal, out } = run;
  const receipt = await client.receipt(signed.id);
  if (signed.kind === 'single') {
    for (const [name] of signed.files) writeReceipt(out, name, receipt);
    run.onReceipt(signed.files.length);
    return signed.files.length;
  }
  if (signed.kind === 'private') return writePrivateReceipts(run, signed, receipt);
  const batch = batchOfBundle(journal.bundle(signed.id), await client.hashName());
  const last = signed.files.length - 1;
  for (const [index, [name]] of signed.files.entries()) {
    const item = client.evidence.itemReceipt(receipt, batch, index);
    if (index === 0 || index === last) await requireHolds(client, item);
    writeReceipt(out, name, item);
    run.onReceipt(1);
  }
  return signed.files.length;
}

async function writePrivateReceipts(
  { client, journal, out, onReceipt, saltedPath }: DepositRun,
  signed: JournalSigned,
  statementReceipt: ReceiptDocument,
): Promise<number> {
  const hashName = await client.hashName();
  const batch = batchOfRecords(journal.bundle(signed.id), hashName);
  const last = signed.files.length - 1;
  for (const [index, [name, sha256]] of signed.files.entries()) {
    const record = batch.records[index];
    if (record === undefined) throw new Error(`no record of ${name}`);
    const path = saltedPath?.(name);
    const content =
      path === undefined
        ? undefined
        : await keepSalted(client, hashName, { path, sha256, salt: record.salt });
    const receipt = client.evidence.privateItemReceipt(statementReceipt, batch, index);
    if (index === 0 || index === last) await requireHolds(client, receipt);
    writePrivateObjects(out, name, {
      record: toHex(record.digest),
      ...(content === undefined ? {} : { content }),
    });
    writeReceipt(out, name, receipt);
    onReceipt(1);
  }
  return signed.files.length;
}

async function requireHolds(client: HefuClient, receipt: ReceiptDocument): Promise<void> {
  await client.verified(receipt);
}

function bytesOf(base64: string): Uint8Array {
  const bytes = fromBase64(base64);
  if (bytes !== undefined) return bytes;
  throw new CliFault({
    code: 'journal-damaged',
    exitCode: EXIT.failure,
    what: 'the journal holds a statement that is no base64',
    advice: 'Name another folder with --out; what was deposited stays deposited.',
  });
}
