import { decodeCbor, equalBytes } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import {
  batchOf,
  decodeEntry,
  decodeKeyRecord,
  decodeOrganisationRecord,
  parseCheckpoint,
  parseReceipt,
  parseStatement,
  setForSize,
  treeHasher,
  verifyCheckpointAsync,
} from '@hefu/protocol';
import type {
  BlockEntry,
  Checkpoint,
  CheckpointVerdict,
  Interval,
  Receipt,
  Statement,
  StatementEntry,
  Trust,
} from '@hefu/protocol';
import { describeContent } from './described.ts';
import type { Description } from './described.ts';
import { walkPath } from './inclusion-picture.ts';
import type { PathPicture } from './inclusion-picture.ts';

/** What a receipt holds, read for people. What of it is proven the examination says. */
export interface Details {
  readonly receipt: Receipt;
  readonly statement?: Statement;
  readonly description: Description;
  readonly entry?: StatementEntry;
  readonly block?: BlockEntry;
  readonly checkpoint?: Checkpoint;
  readonly lines?: CheckpointVerdict;
  readonly entryPath?: PathPicture;
  readonly blockPath?: PathPicture;
  readonly itemPath?: PathPicture;
  readonly organisationName?: string;
  readonly keyActive?: readonly Interval[];
  readonly output?: CborValue;
  readonly events?: CborValue;
}

/** Reads a receipt, parsed from JSON; undefined when it is none. Never throws. */
export async function readDetails(
  json: unknown,
  trust: Trust | undefined,
): Promise<Details | undefined> {
  const parsed = parseReceipt(json);
  if (!parsed.ok) return undefined;
  const { receipt } = parsed;
  const read = parseStatement(receipt.statement, suiteHash(receipt.suite));
  const statement = read.ok ? read.statement : undefined;
  const entry = decodeEntry(receipt.logged.entry);
  const block = decodeEntry(receipt.block.entry);
  const key = decodeKeyRecord(receipt.signer.key.record);
  const organisation = decodeOrganisationRecord(receipt.signer.organisation.record);
  return {
    receipt,
    description: describeContent(receipt, statement),
    ...(statement === undefined ? {} : { statement }),
    ...(entry.ok && entry.entry.kind === 'statement' ? { entry: entry.entry } : {}),
    ...(block.ok && block.entry.kind === 'block' ? { block: block.entry } : {}),
    ...(organisation.ok ? { organisationName: organisation.record.name } : {}),
    ...(key.ok ? { keyActive: key.record.active } : {}),
    ...decoded('output', receipt.output),
    ...decoded('events', receipt.events),
    ...itemPathOf(receipt, statement),
    ...(await logParts(receipt, trust)),
  };
}

function decoded(
  name: 'output' | 'events',
  bytes: Uint8Array | undefined,
): { readonly [name: string]: CborValue } {
  const read = bytes === undefined ? undefined : decodeCbor(bytes, { maps: 'object' });
  return read?.ok === true ? { [name]: read.value } : {};
}

function itemPathOf(
  { item, suite }: Receipt,
  statement: Statement | undefined,
): { readonly itemPath?: PathPicture } {
  const batch = statement === undefined ? undefined : batchOf(statement.args);
  if (item === undefined || batch === undefined) return {};
  const hasher = treeHasher(suiteHash(suite));
  const { index, path } = item;
  const { count: size, root } = batch;
  return { itemPath: walkPath({ hasher, index, size, leaf: hasher.leaf(item.item), path, root }) };
}

async function logParts(
  receipt: Receipt,
  trust: Trust | undefined,
): Promise<Pick<Details, 'checkpoint' | 'lines' | 'entryPath' | 'blockPath'>> {
  const parsed = parseCheckpoint(receipt.checkpoint);
  if (!parsed.ok) return {};
  const { checkpoint } = parsed;
  const { size, root } = checkpoint;
  const hasher = treeHasher(suiteHash(receipt.suite));
  const walk = ({ entry, index, inclusion: path }: Receipt['logged']): PathPicture =>
    walkPath({ hasher, index, size, leaf: hasher.leaf(entry), path, root });
  const parts = {
    checkpoint,
    entryPath: walk(receipt.logged),
    blockPath: walk(receipt.block),
  };
  if (trust === undefined || !isOf(receipt, trust)) return parts;
  const { chain, suite } = trust;
  const set = setForSize(trust, size);
  const note = receipt.checkpoint;
  return { ...parts, lines: await verifyCheckpointAsync({ note, suite, chain, set, exact: true }) };
}

function isOf(receipt: Receipt, trust: Trust): boolean {
  return (
    receipt.chain === trust.chain &&
    receipt.suite === trust.suite &&
    equalBytes(receipt.genesis, trust.genesis)
  );
}
