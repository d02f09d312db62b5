import { decodeCbor, equalBytes, toHex, utf8Decode } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import {
  consistencyPathFromTiles,
  encodeEntryBundle,
  FullTiles,
  getState,
  inclusionPath,
  nodesOfTiles,
  proveState,
  TILE_WIDTH,
  tileWidth,
} from '@hefu/merkle';
import type { NodeReader, StateProof, TileReader } from '@hefu/merkle';
import { decodeEntry, stateKeyHash } from '@hefu/protocol';
import type { Entry } from '@hefu/protocol';
import type { ChainSpec } from './chain-spec.ts';
import { decodeBlockRow, decodeHead, decodeStatementRow } from './head.ts';
import type { BlockRow, Head } from './head.ts';
import { checkpointKey, indexPrefix, numberKey, numberOfKey, prefixEnd, tileKey } from './keys.ts';
import { readHeadBytes, readSpec } from './meta.ts';
import type { StoreReader } from './store-port.ts';

/** A statement with its entry and what came of it. */
export interface StatementRecord {
  readonly id: Uint8Array;
  /** Place in the log. */
  readonly index: number;
  readonly height: number;
  /** Place among the entries of its block. */
  readonly position: number;
  readonly timeMs: number;
  readonly code: string;
  readonly signerKeyId: Uint8Array;
  readonly entry: Uint8Array;
  readonly statement: Uint8Array;
  /** CBOR of the output. */
  readonly output: Uint8Array;
  /** CBOR of `[[name, data], …]`. */
  readonly events: Uint8Array;
}

/** A block as read models follow it. */
export interface BlockRecord extends BlockRow {
  readonly height: number;
}

/** A value of the state at a height. */
export interface StateRecord {
  readonly height: number;
  /** Undefined when the state holds no such key. */
  readonly value: Uint8Array | undefined;
  /** The block whose state was in force. */
  readonly block: BlockRecord;
  readonly proof?: StateProof;
}

export type StateVerdict =
  | { readonly ok: true; readonly record: StateRecord }
  | { readonly ok: false; readonly code: 'height-pruned' | 'height-not-reached' };

/** Index that the kit keeps of a listed collection: all its keys under the empty value. */
const LISTED_INDEX = '*';

/** Which part of the feed to read. */
export interface BlockRange {
  readonly from: number;
  readonly limit: number;
}

/**
 * Reads a chain from its store: log, statements, state, proofs. Holds nothing but the spec, so that any thread with a reading handle of
 * the store can have one.
 */
export class ChainReader {
  readonly spec: ChainSpec;
  readonly #store: StoreReader;
  readonly #readTile: TileReader;
  readonly #readNode: NodeReader;
  readonly #fullTiles: FullTiles;
  /** The head as last decoded, with the bytes that it was decoded from. */
  #head: { readonly bytes: Uint8Array; readonly head: Head } | undefined;

  constructor(store: StoreReader) {
    this.#store = store;
    this.spec = readSpec(store);
    this.#readTile = (level, index) => store.get('tiles', tileKey(level, index));
    this.#readNode = (key) => store.get('state', key);
    this.#fullTiles = new FullTiles(this.spec.hasher);
  }

  get store(): StoreReader {
    return this.#store;
  }

  head(): Head {
    const bytes = readHeadBytes(this.#store);
    if (this.#head === undefined || !equalBytes(this.#head.bytes, bytes)) {
      this.#head = { bytes, head: decodeHead(bytes) };
    }
    return this.#head.head;
  }

  /** The freshest final checkpoint, as a signed note. */
  checkpoint(): string {
    for (const [, note] of this.#store.range('checkpoints', { reverse: true, limit: 1 })) {
      return noteText(note);
    }
    throw new Error('a chain without a checkpoint');
  }

  /** The first checkpoint of exactly this size; undefined when none was made. */
  checkpointOfSize(size: number): string | undefined {
    const range = { from: checkpointKey(size, 0), to: checkpointKey(size + 1, 0), limit: 1 };
    for (const [, note] of this.#store.range('checkpoints', range)) return noteText(note);
    return undefined;
  }

  /** An entry's bytes by log index. */
  entry(index: number): Uint8Array | undefined {
    return this.#store.get('entries', numberKey(index));
  }

  /** An entry, decoded. */
  decodedEntry(index: number): Entry | undefined {
    const bytes = this.entry(index);
    return bytes === undefined ? undefined : decodedEntryOf(bytes, index);
  }

  /** Log index of a statement's entry. */
  indexOf(id: Uint8Array): number | undefined {
    const row = this.#store.get('ids', id);
    return row === undefined ? undefined : numberOfKey(row);
  }

  /** A statement by its id. */
  lookup(id: Uint8Array): StatementRecord | undefined {
    const index = this.indexOf(id);
    return index === undefined ? undefined : this.statementAt(index);
  }

  /** The statement whose entry stands at `index`; undefined where another kind of entry stands. */
  statementAt(index: number): StatementRecord | undefined {
    const entryBytes = this.entry(index);
    const entry = entryBytes === undefined ? undefined : decodedEntryOf(entryBytes, index);
    if (entryBytes === undefined || entry?.kind !== 'statement') return undefined;
    const row = this.#store.get('statements', numberKey(index));
    if (row === undefined) return undefined;
    const { bytes, output, events } = decodeStatementRow(row);
    return {
      id: entry.statementId,
      index,
      height: entry.height,
      position: entry.index,
      timeMs: entry.time,
      code: entry.code,
      signerKeyId: entry.signerKeyId,
      entry: entryBytes,
      statement: bytes,
      output,
      events,
    };
  }

  /** Output and events beside an entry that has them (statements and due effects). */
  outcomeAt(index: number): { readonly output: CborValue; readonly events: CborValue } | undefined {
    const row = this.#store.get('statements', numberKey(index));
    if (row === undefined) return undefined;
    const { output, events } = decodeStatementRow(row);
    return { output: decoded(output), events: decoded(events) };
  }

  /** A block with entries, by height. */
  block(height: number): BlockRecord | undefined {
    const row = this.#store.get('blocks', numberKey(height));
    return row === undefined ? undefined : { ...decodeBlockRow(row), height };
  }

  /** The block whose state was in force at `height`: itself, or the last one before it that has entries. */
  blockAtOrBefore(height: number): BlockRecord | undefined {
    const range = { to: numberKey(height + 1), reverse: true, limit: 1 };
    for (const [key, row] of this.#store.range('blocks', range)) {
      return { ...decodeBlockRow(row), height: numberOfKey(key) };
    }
    return undefined;
  }

  /** Blocks with entries from a height on, in order. */
  blocks(range: BlockRange): BlockRecord[] {
    const rows = this.#store.range('blocks', { from: numberKey(range.from), limit: range.limit });
    return Array.from(rows, ([key, row]) => ({ ...decodeBlockRow(row), height: numberOfKey(key) }));
  }

  /** A hash tile of the tree as it stands, cut to `width`; undefined when the log does not reach so far. */
  tile(level: number, index: number, width: number = TILE_WIDTH): Uint8Array | undefined {
    const bytes = this.#store.get('tiles', tileKey(level, index));
    const needed = width * 32;
    return bytes === undefined || bytes.length < needed ? undefined : bytes.subarray(0, needed);
  }

  /** An entry bundle of `width` entries; undefined when the log does not reach so far. */
  entryBundle(index: number, width: number = TILE_WIDTH): Uint8Array | undefined {
    if (tileWidth(0, index, this.head().size) < width) return undefined;
    const from = index * TILE_WIDTH;
    const range = { from: numberKey(from), to: numberKey(from + width) };
    return encodeEntryBundle(Array.from(this.#store.range('entries', range), ([, entry]) => entry));
  }

  /** Inclusion path of a leaf in the tree of `size` (RFC 9162 §2.1.3). */
  inclusion(index: number, size: number): Uint8Array[] {
    return this.inclusions(size)(index);
  }

  /** Inclusion paths of leaves in one tree: for who asks for several, whose paths end in the same nodes. */
  inclusions(size: number): (index: number) => Uint8Array[] {
    const { hasher } = this.spec;
    const nodes = nodesOfTiles(hasher, size, this.#readTile, this.#fullTiles);
    return (index) => inclusionPath(hasher, index, size, nodes);
  }

  /** Consistency path between two sizes (RFC 9162 §2.1.4). */
  consistency(size1: number, size2: number): Uint8Array[] {
    return consistencyPathFromTiles(
      this.spec.hasher,
      size1,
      size2,
      this.#readTile,
      this.#fullTiles,
    );
  }

  /** A value of the state, now or at a height, with its proof when asked for. */
  state(query: {
    readonly contract: string;
    readonly collection: string;
    readonly key: string;
    readonly height?: number;
    readonly proof?: boolean;
  }): StateVerdict {
    const head = this.head();
    const height = query.height ?? head.height;
    if (height > head.height || height < 0) return { ok: false, code: 'height-not-reached' };
    const block = this.blockAtOrBefore(height);
    if (block === undefined) return { ok: false, code: 'height-not-reached' };
    if (!this.isStateKept(block, head)) return { ok: false, code: 'height-pruned' };
    const { hashName, hasher } = this.spec;
    const keyHash = stateKeyHash(hashName, query.contract, query.collection, query.key);
    const at = { reader: this.#readNode, root: block.state, keyHash };
    const record = {
      height,
      value: getState(at),
      block,
    };
    if (query.proof !== true) return { ok: true, record };
    return { ok: true, record: { ...record, proof: proveState({ ...at, hasher }) } };
  }

  /** Keys of a collection that is declared as listed, as the last state holds it, in order. */
  listedKeys(contract: string, collection: string): string[] {
    const prefix = indexPrefix(contract, collection, LISTED_INDEX, '');
    const to = prefixEnd(prefix);
    const rows = this.#store.range('indexes', {
      from: prefix,
      ...(to === undefined ? {} : { to }),
    });
    return Array.from(rows, ([key]) => utf8Decode(key.subarray(prefix.length)) ?? '');
  }

  /**
   * Whether the state after a block can still be read: nothing has followed it, or the block that did, which made nodes of it
   * stale, is above the height up to which stale nodes are deleted.
   */
  isStateKept(block: BlockRecord, head: Head): boolean {
    const [next] = this.blocks({ from: block.height + 1, limit: 1 });
    return next === undefined || next.height > head.prunedHeight;
  }

  /** Bytes that travelled beside a statement. */
  attachment(digest: Uint8Array): Uint8Array | undefined {
    return this.#store.get('attachments', digest);
  }
}

function decodedEntryOf(bytes: Uint8Array, index: number): Entry {
  const verdict = decodeEntry(bytes);
  if (!verdict.ok) throw new Error(`entry ${index} is malformed`);
  return verdict.entry;
}

function noteText(note: Uint8Array): string {
  const text = utf8Decode(note);
  if (text === undefined) throw new Error('a stored checkpoint is not text');
  return text;
}

function decoded(bytes: Uint8Array): CborValue {
  const verdict = decodeCbor(bytes, { maps: 'object' });
  if (!verdict.ok) throw new Error(`a stored outcome is malformed: ${toHex(bytes).slice(0, 32)}`);
  return verdict.value;
}
