import { decodeCbor, encodeCbor, encodeCborShortLived } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';
import { HASH_BYTES } from '@hefu/crypto/algorithm';

/**
 * Entries: the leaves of the log. Positional CBOR arrays whose first element is the kind, small,
 * without business data. A registered foreign statement is its bare 32-byte digest, as the receipts
 * of SCITT want it, followed by an entry of its own that says when and by whose key; no entry of
 * the other kinds has that size.
 */

/** Kinds, the first element. */
export const ENTRY_GENESIS = 0;
export const ENTRY_STATEMENT = 1;
export const ENTRY_BLOCK = 2;
export const ENTRY_DUE = 3;
export const ENTRY_REGISTRATION = 4;

/** Longest outcome code. */
export const OUTCOME_CODE_LENGTH_MAX = 64;
/** The code of what went through. */
export const OUTCOME_OK = 'ok';

/** First of all: names the genesis document. */
export interface GenesisEntry {
  readonly kind: 'genesis';
  readonly genesisDigest: Uint8Array;
}

/** A statement with its place, time and outcome. */
export interface StatementEntry {
  readonly kind: 'statement';
  readonly height: number;
  /** Place among the entries of its block, from 0. */
  readonly index: number;
  /** The block's time, milliseconds UTC. */
  readonly time: number;
  readonly statementId: Uint8Array;
  readonly signerKeyId: Uint8Array;
  /** `ok`, or why it was refused. */
  readonly code: string;
  readonly outputDigest: Uint8Array;
  readonly eventsDigest: Uint8Array;
}

/** Last of its block. */
export interface BlockEntry {
  readonly kind: 'block';
  readonly height: number;
  readonly time: number;
  /** Entries of the block before this one. */
  readonly count: number;
  readonly stateRoot: Uint8Array;
  /** The set that signs checkpoints larger than the one that ends with this entry. */
  readonly validatorsDigest: Uint8Array;
  readonly parametersDigest: Uint8Array;
}

/** What became due in block order: an expiry, a scheduled call, a switch of versions. */
export interface DueEntry {
  readonly kind: 'due';
  readonly height: number;
  readonly index: number;
  readonly time: number;
  /** H of the effect's description. */
  readonly effectDigest: Uint8Array;
  readonly code: string;
  readonly outputDigest: Uint8Array;
  readonly eventsDigest: Uint8Array;
}

/** A foreign statement that was registered: its digest, and nothing else. */
export interface ForeignEntry {
  readonly kind: 'foreign';
  readonly digest: Uint8Array;
}

/** Follows the foreign statement's own entry and says when it was registered, and by whose key. */
export interface RegistrationEntry {
  readonly kind: 'registration';
  readonly height: number;
  /** Place among the entries of its block; that of the digest is one before. */
  readonly index: number;
  readonly time: number;
  readonly digest: Uint8Array;
  /** Key id of the issuer's key that the signature is by. */
  readonly signerKeyId: Uint8Array;
}

export type Entry =
  | GenesisEntry
  | StatementEntry
  | BlockEntry
  | DueEntry
  | ForeignEntry
  | RegistrationEntry;

export type EntryVerdict =
  | { readonly ok: true; readonly entry: Entry }
  | { readonly ok: false; readonly code: 'entry-malformed' };

/** The bytes of an entry: what the log's leaf hashes, in short-lived bytes. Throws TypeError on parts out of bounds. */
export function encodeEntry(entry: Entry): Uint8Array {
  if (entry.kind === 'foreign') {
    if (!isDigest(entry.digest)) throw new TypeError('foreign entry out of bounds');
    return entry.digest.slice();
  }
  const parts = partsOf(entry);
  if (!isEntry(parts)) throw new TypeError(`${entry.kind} entry out of bounds`);
  return encodeCborShortLived(parts);
}

function partsOf(entry: Exclude<Entry, ForeignEntry>): readonly CborValue[] {
  if (entry.kind === 'genesis') return [ENTRY_GENESIS, entry.genesisDigest];
  const { height, time } = entry;
  if (entry.kind === 'block') {
    const { count, stateRoot, validatorsDigest, parametersDigest } = entry;
    return [ENTRY_BLOCK, height, time, count, stateRoot, validatorsDigest, parametersDigest];
  }
  if (entry.kind === 'registration') {
    return [ENTRY_REGISTRATION, height, entry.index, time, entry.digest, entry.signerKeyId];
  }
  const { index, code, outputDigest, eventsDigest } = entry;
  if (entry.kind === 'due') {
    const { effectDigest } = entry;
    return [ENTRY_DUE, height, index, time, effectDigest, code, outputDigest, eventsDigest];
  }
  const { statementId, signerKeyId } = entry;
  return [
    ENTRY_STATEMENT,
    height,
    index,
    time,
    statementId,
    signerKeyId,
    code,
    outputDigest,
    eventsDigest,
  ];
}

const MALFORMED = { ok: false, code: 'entry-malformed' } as const;

/** Reads an entry in its one form. Never throws. */
export function decodeEntry(bytes: Uint8Array): EntryVerdict {
  if (bytes.length === HASH_BYTES) return { ok: true, entry: { kind: 'foreign', digest: bytes } };
  const decoded = decodeCbor(bytes, { maps: 'map', maxDepth: 1 });
  if (!decoded.ok || !Array.isArray(decoded.value)) return MALFORMED;
  const entry = entryOf(decoded.value as readonly CborValue[]);
  return entry === undefined ? MALFORMED : { ok: true, entry };
}

function entryOf(parts: readonly CborValue[]): Entry | undefined {
  switch (parts[0]) {
    case ENTRY_GENESIS: {
      const genesisDigest = parts[1];
      if (parts.length !== 2 || !isDigest(genesisDigest)) return undefined;
      return { kind: 'genesis', genesisDigest };
    }
    case ENTRY_STATEMENT:
      return statementOf(parts);
    case ENTRY_BLOCK:
      return blockOf(parts);
    case ENTRY_DUE:
      return dueOf(parts);
    case ENTRY_REGISTRATION:
      return registrationOf(parts);
    default:
      return undefined;
  }
}

type StatementParts = readonly [
  kind: number,
  height: number,
  index: number,
  time: number,
  statementId: Uint8Array,
  signerKeyId: Uint8Array,
  code: string,
  outputDigest: Uint8Array,
  eventsDigest: Uint8Array,
];

function isStatement(parts: readonly unknown[]): parts is StatementParts {
  return (
    parts.length === 9 &&
    isCount(parts[1]) &&
    isCount(parts[2]) &&
    isCount(parts[3]) &&
    isDigest(parts[4]) &&
    isDigest(parts[5]) &&
    isOutcomeCode(parts[6]) &&
    isDigest(parts[7]) &&
    isDigest(parts[8])
  );
}

/** Whether the parts make an entry. Statements, of which there are most, are looked at where they are. */
function isEntry(parts: readonly CborValue[]): boolean {
  return parts[0] === ENTRY_STATEMENT ? isStatement(parts) : entryOf(parts) !== undefined;
}

function statementOf(parts: readonly unknown[]): StatementEntry | undefined {
  if (!isStatement(parts)) return undefined;
  const [, height, index, time, statementId, signerKeyId, code, outputDigest, eventsDigest] = parts;
  return {
    kind: 'statement',
    height,
    index,
    time,
    statementId,
    signerKeyId,
    code,
    outputDigest,
    eventsDigest,
  };
}

function blockOf(parts: readonly CborValue[]): BlockEntry | undefined {
  const [, height, time, count, stateRoot, validatorsDigest, parametersDigest] = parts;
  if (parts.length !== 7 || !isCount(height) || !isCount(time) || !isCount(count)) return undefined;
  if (!isDigest(stateRoot) || !isDigest(validatorsDigest)) return undefined;
  if (!isDigest(parametersDigest)) return undefined;
  return { kind: 'block', height, time, count, stateRoot, validatorsDigest, parametersDigest };
}

function dueOf(parts: readonly CborValue[]): DueEntry | undefined {
  const [, height, index, time, effectDigest, code, outputDigest, eventsDigest] = parts;
  if (parts.length !== 8 || !isCount(height) || !isCount(index) || !isCount(time)) return undefined;
  if (!isDigest(effectDigest) || !isOutcomeCode(code)) return undefined;
  if (!isDigest(outputDigest) || !isDigest(eventsDigest)) return undefined;
  return {
    kind: 'due',
    height,
    index,
    time,
    effectDigest,
    code,
    outputDigest,
    eventsDigest,
  };
}

function registrationOf(parts: readonly CborValue[]): RegistrationEntry | undefined {
  const [, height, index, time, digest, signerKeyId] = parts;
  if (parts.length !== 6 || !isCount(height) || !isCount(index) || !isCount(time)) return undefined;
  if (!isDigest(digest) || !isDigest(signerKeyId)) return undefined;
  return { kind: 'registration', height, index, time, digest, signerKeyId };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function isDigest(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_BYTES;
}

/** `ok`, `not-permitted`, `contract/refusal`: ASCII, so that nothing anyone writes gets in. */
const OUTCOME_CODE = /^[a-zA-Z0-9/-]{1,64}$/;

function isOutcomeCode(value: unknown): value is string {
  return typeof value === 'string' && OUTCOME_CODE.test(value);
}

/** Digest of what a call gave back; `null` when it gave nothing. */
export function digestOfOutput(hashName: HashName, output: CborValue): Uint8Array {
  return hash(hashName, encodeCbor(output));
}

/** One event as the entry's digest covers it: `[<contract>/<event>, data]`. */
export type EventPair = readonly [name: string, data: CborValue];

/** Digest of a call's events, in the order in which they were emitted. */
export function digestOfEvents(hashName: HashName, events: readonly EventPair[]): Uint8Array {
  return hash(hashName, encodeCbor(events));
}
