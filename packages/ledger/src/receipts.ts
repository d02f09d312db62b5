import { toHex } from '@hefu/bytes';
import { encodeStateProof } from '@hefu/merkle';
import {
  formatReceipt,
  KEYS_COLLECTION,
  MEMBERS_COLLECTION,
  MEMBERSHIP_CONTRACT,
  ORGANISATIONS_COLLECTION,
} from '@hefu/protocol';
import type { LoggedEntry, ProvenRecord, Receipt, ReceiptDocument } from '@hefu/protocol';
import type { BlockRecord, ChainReader, StatementRecord } from './reader.ts';
import { SignerDirectory } from './state/signer-directory.ts';
import type { Signer } from './state/signer-directory.ts';

/** A receipt, or why there is none (yet). */
export type ReceiptVerdict =
  | { readonly ok: true; readonly receipt: ReceiptDocument; readonly parts: Receipt }
  | { readonly ok: false; readonly code: 'statement-not-found' | 'not-final' };

/** Where a statement's entry is proven: the block that anchors the signer's records, and a checkpoint over both. */
export interface Anchor {
  readonly block: BlockRecord;
  readonly checkpoint: string;
}

/** What all receipts of one block, or of one signer in it, have in common. */
interface Shared {
  readonly anchor: Anchor;
  /** Paths to the checkpoint. It remembers nodes at the right edge of the log as it was. */
  readonly inclusion: (index: number) => Uint8Array[];
  /** The block's own entry. */
  readonly block: LoggedEntry;
  readonly signers: Map<string, Receipt['signer']>;
}

/** Blocks, and signers in each, whose common parts are kept: ten MB or so. */
const BLOCKS_KEPT_MAX = 128;
const SIGNERS_KEPT_MAX = 64;

/**
 * The block whose state proves the signer: the statement's own while its state is kept, otherwise the last one. Records are never
 * deleted and carry the heights in which they count, so a later state tells the same.
 */
export function anchorOf(reader: ChainReader, height: number): Anchor | undefined {
  const own = reader.block(height);
  const block = own === undefined ? undefined : anchorBlock(reader, own);
  if (block === undefined) return undefined;
  const checkpoint = reader.checkpointOfSize(block.size);
  return checkpoint === undefined ? undefined : { block, checkpoint };
}

function anchorBlock(reader: ChainReader, own: BlockRecord): BlockRecord | undefined {
  const head = reader.head();
  return reader.isStateKept(own, head) ? own : reader.block(head.entryHeight);
}

/** An entry with its inclusion path in the tree that the anchor's checkpoint closes. */
export function loggedEntry(reader: ChainReader, index: number, anchor: Anchor): LoggedEntry {
  return entryWith(reader, index, reader.inclusions(anchor.block.size));
}

function entryWith(
  reader: ChainReader,
  index: number,
  inclusion: (index: number) => Uint8Array[],
): LoggedEntry {
  const entry = reader.entry(index);
  if (entry === undefined) throw new Error(`entry ${index} is missing`);
  return { entry, index, inclusion: inclusion(index) };
}

/**
 * Puts receipts together. What those of one block have in common (the signer's records with their proofs, the block's entry, the
 * checkpoint) never changes once the block is there, and is kept for the next.
 */
export class Receipts {
  readonly #reader: ChainReader;
  /** By height of the block, in order of use. */
  readonly #blocks = new Map<number, Shared>();

  constructor(reader: ChainReader) {
    this.#reader = reader;
  }

  /** The receipt of a statement. */
  of(id: Uint8Array): ReceiptVerdict {
    const record = this.#reader.lookup(id);
    return record === undefined
      ? { ok: false, code: 'statement-not-found' }
      : this.ofRecord(record);
  }

  /** The receipt of a statement that was looked up. */
  ofRecord(record: StatementRecord): ReceiptVerdict {
    const reader = this.#reader;
    const own = reader.block(record.height);
    const block = own === undefined ? undefined : anchorBlock(reader, own);
    const shared = block === undefined ? undefined : this.#shared(block);
    if (shared === undefined) return { ok: false, code: 'not-final' };
    const parts = receiptParts(reader, record, shared);
    return { ok: true, receipt: formatReceipt(parts), parts };
  }

  #shared(block: BlockRecord): Shared | undefined {
    const known = this.#blocks.get(block.height);
    if (known !== undefined) {
      this.#blocks.delete(block.height);
      this.#blocks.set(block.height, known);
      return known;
    }
    const checkpoint = this.#reader.checkpointOfSize(block.size);
    if (checkpoint === undefined) return undefined;
    const inclusion = this.#reader.inclusions(block.size);
    const shared: Shared = {
      anchor: { block, checkpoint },
      inclusion,
      block: entryWith(this.#reader, block.size - 1, inclusion),
      signers: new Map(),
    };
    makeRoom(this.#blocks, BLOCKS_KEPT_MAX);
    this.#blocks.set(block.height, shared);
    return shared;
  }
}

/** Drops what was put in first, when a map is full. */
function makeRoom<Key>(map: Map<Key, unknown>, sizeMax: number): void {
  if (map.size < sizeMax) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

/** Puts the receipt of one statement together. */
export function receiptOf(reader: ChainReader, id: Uint8Array): ReceiptVerdict {
  return new Receipts(reader).of(id);
}

function signerOf(reader: ChainReader, keyId: Uint8Array, shared: Shared): Receipt['signer'] {
  const name = toHex(keyId);
  const known = shared.signers.get(name);
  if (known !== undefined) return known;
  const { anchor } = shared;
  const signer = signerAt(reader, keyId, anchor);
  const proven = (collection: string, key: string): ProvenRecord =>
    provenRecord(reader, anchor, collection, key);
  const made = {
    key: proven(KEYS_COLLECTION, signer.keyId),
    member: proven(MEMBERS_COLLECTION, signer.member),
    organisation: proven(ORGANISATIONS_COLLECTION, signer.memberRecord.organisation),
  };
  makeRoom(shared.signers, SIGNERS_KEPT_MAX);
  shared.signers.set(name, made);
  return made;
}

function receiptParts(reader: ChainReader, record: StatementRecord, shared: Shared): Receipt {
  const { spec } = reader;
  const { anchor } = shared;
  return {
    chain: spec.chain,
    suite: spec.genesis.suite,
    genesis: spec.genesisDigest,
    statement: record.statement,
    signer: signerOf(reader, record.signerKeyId, shared),
    logged: entryWith(reader, record.index, shared.inclusion),
    block: shared.block,
    checkpoint: anchor.checkpoint,
    output: record.output,
    events: record.events,
  };
}

function signerAt(reader: ChainReader, keyId: Uint8Array, anchor: Anchor): Signer {
  const { height } = anchor.block;
  const signer = new SignerDirectory().find(keyId, (contract, collection, key) => {
    const verdict = reader.state({ contract, collection, key, height });
    return verdict.ok ? verdict.record.value : undefined;
  });
  if (signer === undefined) throw new Error('the signer of an entry is not in the state');
  return signer;
}

function provenRecord(
  reader: ChainReader,
  anchor: Anchor,
  collection: string,
  key: string,
): ProvenRecord {
  const { height } = anchor.block;
  const contract = MEMBERSHIP_CONTRACT;
  const verdict = reader.state({ contract, collection, key, height, proof: true });
  if (!verdict.ok || verdict.record.value === undefined || verdict.record.proof === undefined) {
    throw new Error(`no proof for ${collection}/${key} at height ${height}`);
  }
  const { value, proof } = verdict.record;
  return { id: key, record: value, proof: encodeStateProof(proof) };
}
