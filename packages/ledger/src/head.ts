import {
  concatBytes,
  decodeCbor,
  encodeCbor,
  equalBytes,
  readU32be,
  shortLivedBytes,
} from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { StateRoot } from '@hefu/merkle';
import { LedgerFault } from './errors.ts';

/** Where a chain stands after its last committed block. */
export interface Head {
  readonly height: number;
  /** Milliseconds UTC; never goes back. */
  readonly timeMs: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** Right edge of the log. */
  readonly frontier: Uint8Array;
  readonly state: StateRoot;
  /** Heights up to and including this one have had their stale state nodes deleted. */
  readonly prunedHeight: number;
  /** Height of the last block that has entries; its block entry is the last of the log. */
  readonly entryHeight: number;
}

const HEAD_FIELDS = 9;
/** First bytes of the SHA-256 of the rest: a head that is wrong in one bit would have the next block written over others. */
const HEAD_SUM_BYTES = 8;

/** The head as it stands in the meta table. */
export function encodeHead(head: Head): Uint8Array {
  const fields = encodeCbor([
    head.height,
    head.timeMs,
    head.size,
    head.root,
    head.frontier,
    head.state.version,
    head.state.hash,
    head.prunedHeight,
    head.entryHeight,
  ]);
  return concatBytes(headSum(fields), fields);
}

/** Reads what `encodeHead` wrote. Throws LedgerFault `store-inconsistent` for anything else, because then nothing can be trusted. */
export function decodeHead(bytes: Uint8Array): Head {
  const body = bytes.subarray(HEAD_SUM_BYTES);
  if (!equalBytes(bytes.subarray(0, HEAD_SUM_BYTES), headSum(body))) throw malformed('head');
  const fields = decodeFields(body, HEAD_FIELDS, 'head');
  return {
    height: numberAt(fields, 0),
    timeMs: numberAt(fields, 1),
    size: numberAt(fields, 2),
    root: bytesAt(fields, 3),
    frontier: bytesAt(fields, 4),
    state: { version: numberAt(fields, 5), hash: bytesAt(fields, 6) },
    prunedHeight: numberAt(fields, 7),
    entryHeight: numberAt(fields, 8),
  };
}

/** What is kept of a block that has entries. */
export interface BlockRow {
  readonly timeMs: number;
  /** Log index of the block's first entry. */
  readonly firstIndex: number;
  /** Log size after the block; its block entry is at `size - 1`. */
  readonly size: number;
  /** The state after the block. */
  readonly state: StateRoot;
}

const BLOCK_FIELDS = 5;

/** A block's row in the blocks table. */
export function encodeBlockRow(row: BlockRow): Uint8Array {
  return encodeCbor([row.timeMs, row.firstIndex, row.size, row.state.version, row.state.hash]);
}

/** Reads what `encodeBlockRow` wrote. Throws as `decodeHead` does. */
export function decodeBlockRow(bytes: Uint8Array): BlockRow {
  const fields = decodeFields(bytes, BLOCK_FIELDS, 'block row');
  return {
    timeMs: numberAt(fields, 0),
    firstIndex: numberAt(fields, 1),
    size: numberAt(fields, 2),
    state: { version: numberAt(fields, 3), hash: bytesAt(fields, 4) },
  };
}

/** What is kept of a statement beside its entry. */
export interface StatementRow {
  readonly bytes: Uint8Array;
  /** CBOR of the method's output. */
  readonly output: Uint8Array;
  /** CBOR of `[[name, data], …]`. */
  readonly events: Uint8Array;
}

/** Bytes of the two lengths in front of a statement row. */
const ROW_HEAD_BYTES = 8;

/**
 * A statement's row: u32 length of the statement, u32 length of the output, then statement, output and events. Framed by hand because there is one
 * for every statement. A due effect has a row too, with its description in the statement's place.
 */
export function encodeStatementRow({ bytes, output, events }: StatementRow): Uint8Array {
  // Written with its block, and forgotten.
  const row = shortLivedBytes(ROW_HEAD_BYTES + bytes.length + output.length + events.length);
  writeU32(row, 0, bytes.length);
  writeU32(row, 4, output.length);
  row.set(bytes, ROW_HEAD_BYTES);
  row.set(output, ROW_HEAD_BYTES + bytes.length);
  row.set(events, ROW_HEAD_BYTES + bytes.length + output.length);
  return row;
}

function writeU32(row: Uint8Array, at: number, value: number): void {
  row[at] = value >>> 24;
  row[at + 1] = value >>> 16;
  row[at + 2] = value >>> 8;
  row[at + 3] = value;
}

/** Reads what `encodeStatementRow` wrote: views of the row. Throws when the lengths do not fit it. */
export function decodeStatementRow(row: Uint8Array): StatementRow {
  const statementBytes = readU32be(row, 0);
  const outputBytes = readU32be(row, 4);
  if (statementBytes === undefined || outputBytes === undefined) throw malformed('statement row');
  const outputAt = ROW_HEAD_BYTES + statementBytes;
  const eventsAt = outputAt + outputBytes;
  // Events are CBOR, so at least one byte.
  if (eventsAt >= row.length) throw malformed('statement row');
  return {
    bytes: row.subarray(ROW_HEAD_BYTES, outputAt),
    output: row.subarray(outputAt, eventsAt),
    events: row.subarray(eventsAt),
  };
}

function headSum(fields: Uint8Array): Uint8Array {
  return hash('sha256', fields).subarray(0, HEAD_SUM_BYTES);
}

function decodeFields(bytes: Uint8Array, count: number, what: string): readonly unknown[] {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok || !Array.isArray(decoded.value) || decoded.value.length !== count) {
    throw malformed(what);
  }
  return decoded.value;
}

function numberAt(fields: readonly unknown[], index: number): number {
  const value = fields[index];
  if (typeof value !== 'number') throw malformed(`row, field ${index}`);
  return value;
}

function bytesAt(fields: readonly unknown[], index: number): Uint8Array {
  const value = fields[index];
  if (!(value instanceof Uint8Array)) throw malformed(`row, field ${index}`);
  return value;
}

function malformed(what: string): LedgerFault {
  return new LedgerFault({ code: 'store-inconsistent', what: `malformed ${what}` });
}
