import { toBase64, toHex } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import { JsonReader } from './json-reader.ts';
import { formatLoggedEntry, readLoggedEntry, readLoggedEntryFields } from './logged-entry.ts';
import type { LoggedEntry, LoggedEntryDocument } from './logged-entry.ts';
import { CHAIN_ID_LENGTH_MAX, isChainId } from './names.ts';
import { NOTE_LENGTH_MAX } from './note.ts';

/** What a receipt's format field says. */
export const RECEIPT_FORMAT = 'hefu-receipt/1';
/** Longest base64 of a statement, an item or a list of events. */
const PART_TEXT_LENGTH_MAX = 262_144;
/** Longest id of a signer's record: a key id in hex, a member id, an organisation id. */
const RECORD_ID_LENGTH_MAX = 97;
/** Longest way from an item to its batch's root. */
const ITEM_PATH_MAX = 53;

/** A record of the membership contract with the proof that a state holds it. */
export interface ProvenRecord {
  /** The record's key: key id in hex, member id, organisation id. */
  readonly id: string;
  /** The value's bytes. */
  readonly record: Uint8Array;
  /** State proof, as `encodeStateProof` writes it. */
  readonly proof: Uint8Array;
}

/** One item of a batch and the way to the root in the statement. */
export interface ReceiptItem {
  /** CBOR of the item: the leaf's entry. */
  readonly item: Uint8Array;
  /** Of a private item, whose leaf's entry is H(salt ‖ item) instead: the salt, 32 bytes. */
  readonly salt?: Uint8Array;
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** A receipt's parts as bytes. */
export interface Receipt {
  readonly chain: string;
  readonly suite: Suite;
  /** Digest of the genesis document. */
  readonly genesis: Uint8Array;
  readonly statement: Uint8Array;
  readonly signer: {
    readonly key: ProvenRecord;
    readonly member: ProvenRecord;
    readonly organisation: ProvenRecord;
  };
  /** The statement's entry. */
  readonly logged: LoggedEntry;
  /** A block entry of the statement's height or a later one; the signer's proofs are against it. */
  readonly block: LoggedEntry;
  /** The checkpoint under which both entries are. */
  readonly checkpoint: string;
  /** CBOR of what the call gave back. */
  readonly output?: Uint8Array;
  /** CBOR of the call's events: [[name, data], …]. */
  readonly events?: Uint8Array;
  readonly item?: ReceiptItem;
}

interface ProvenRecordDocument {
  readonly id: string;
  readonly record: string;
  readonly proof: string;
}

/** A receipt as JSON carries it. */
export interface ReceiptDocument extends LoggedEntryDocument {
  readonly format: typeof RECEIPT_FORMAT;
  readonly chain: string;
  readonly suite: Suite;
  readonly genesis: string;
  readonly statement: string;
  readonly signer: {
    readonly key: ProvenRecordDocument;
    readonly member: ProvenRecordDocument;
    readonly organisation: ProvenRecordDocument;
  };
  readonly block: LoggedEntryDocument;
  readonly checkpoint: string;
  readonly output?: string;
  readonly events?: string;
  readonly item?: string;
  readonly itemSalt?: string;
  readonly itemIndex?: number;
  readonly itemPath?: readonly string[];
}

/** The JSON of a receipt. */
export function formatReceipt(receipt: Receipt): ReceiptDocument {
  const { chain, suite, genesis, signer, logged, block, item } = receipt;
  return {
    format: RECEIPT_FORMAT,
    chain,
    suite,
    genesis: toHex(genesis),
    statement: toBase64(receipt.statement),
    signer: {
      key: formatRecord(signer.key),
      member: formatRecord(signer.member),
      organisation: formatRecord(signer.organisation),
    },
    ...formatLoggedEntry(logged),
    block: formatLoggedEntry(block),
    checkpoint: receipt.checkpoint,
    ...(receipt.output === undefined ? {} : { output: toBase64(receipt.output) }),
    ...(receipt.events === undefined ? {} : { events: toBase64(receipt.events) }),
    ...(item === undefined
      ? {}
      : {
          item: toBase64(item.item),
          ...(item.salt === undefined ? {} : { itemSalt: toHex(item.salt) }),
          itemIndex: item.index,
          itemPath: item.path.map(toHex),
        }),
  };
}

function formatRecord({ id, record, proof }: ProvenRecord): ProvenRecordDocument {
  return { id, record: toBase64(record), proof: toBase64(proof) };
}

const REQUIRED: readonly string[] = [
  'format',
  'chain',
  'suite',
  'genesis',
  'statement',
  'signer',
  'entry',
  'index',
  'inclusion',
  'block',
  'checkpoint',
];
const OPTIONAL: readonly string[] = [
  'output',
  'events',
  'item',
  'itemSalt',
  'itemIndex',
  'itemPath',
];

/** A receipt, or the pointer (RFC 6901) to the first part that has no right form. */
export type ReceiptParsed =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly code: 'receipt-malformed'; readonly pointer: string };

/** Reads a receipt, parsed from JSON; what it proves is not looked at. Never throws. */
export function parseReceipt(json: unknown): ReceiptParsed {
  const reader = new JsonReader();
  const fields = reader.object(json, '', REQUIRED, OPTIONAL) as Partial<ReceiptDocument>;
  reader.oneOf(fields.format, '/format', [RECEIPT_FORMAT]);
  const chain = reader.text(fields.chain, '/chain', CHAIN_ID_LENGTH_MAX);
  if (!isChainId(chain)) reader.fail('/chain');
  const signer = reader.object(fields.signer, '/signer', ['key', 'member', 'organisation']);
  const item = readItem(reader, fields);
  const output = readOptional(reader, fields.output, '/output');
  const events = readOptional(reader, fields.events, '/events');
  const receipt: Receipt = {
    chain,
    suite: reader.oneOf(fields.suite, '/suite', ['international', 'gm']),
    genesis: reader.digest(fields.genesis, '/genesis'),
    statement: reader.base64(fields.statement, '/statement', PART_TEXT_LENGTH_MAX),
    signer: {
      key: readRecord(reader, signer['key'], '/signer/key'),
      member: readRecord(reader, signer['member'], '/signer/member'),
      organisation: readRecord(reader, signer['organisation'], '/signer/organisation'),
    },
    logged: readLoggedEntryFields(reader, fields, ''),
    block: readLoggedEntry(reader, fields.block, '/block'),
    checkpoint: reader.text(fields.checkpoint, '/checkpoint', NOTE_LENGTH_MAX),
    ...(output === undefined ? {} : { output }),
    ...(events === undefined ? {} : { events }),
    ...(item === undefined ? {} : { item }),
  };
  if (reader.fault === undefined) return { ok: true, receipt };
  return { ok: false, code: 'receipt-malformed', pointer: reader.fault };
}

function readRecord(reader: JsonReader, value: unknown, pointer: string): ProvenRecord {
  const fields = reader.object(value, pointer, ['id', 'record', 'proof']);
  return {
    id: reader.text(fields['id'], `${pointer}/id`, RECORD_ID_LENGTH_MAX),
    record: reader.base64(fields['record'], `${pointer}/record`, PART_TEXT_LENGTH_MAX),
    proof: reader.base64(fields['proof'], `${pointer}/proof`, PART_TEXT_LENGTH_MAX),
  };
}

function readOptional(reader: JsonReader, value: unknown, pointer: string): Uint8Array | undefined {
  return value === undefined ? undefined : reader.base64(value, pointer, PART_TEXT_LENGTH_MAX);
}

function readItem(reader: JsonReader, fields: Partial<ReceiptDocument>): ReceiptItem | undefined {
  const { item, itemSalt, itemIndex, itemPath } = fields;
  const parts = [item, itemSalt, itemIndex, itemPath];
  if (parts.every((part) => part === undefined)) return undefined;
  return {
    item: reader.base64(item, '/item', PART_TEXT_LENGTH_MAX),
    ...(itemSalt === undefined ? {} : { salt: reader.digest(itemSalt, '/itemSalt') }),
    index: reader.integer(itemIndex, '/itemIndex'),
    path: reader.digests(itemPath, '/itemPath', ITEM_PATH_MAX),
  };
}
