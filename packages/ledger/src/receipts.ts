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

/**
 * The block whose state proves the signer: the statement's own while its state is kept, otherwise the last one. Records are never
 * deleted and carry the heights in which they count, so a later state tells the same.
 */
export function anchorOf(reader: ChainReader, height: number): Anchor | undefined {
  const head = reader.head();
  const own = reader.block(height);
  if (own === undefined) return undefined;
  const block = reader.isStateKept(own, head) ? own : reader.block(head.entryHeight);
  if (block === undefined) return undefined;
  const checkpoint = reader.checkpointOfSize(block.size);
  return checkpoint === undefined ? undefined : { block, checkpoint };
}

/** An entry with its inclusion path in the tree that the anchor's checkpoint closes. */
export function loggedEntry(reader: ChainReader, index: number, anchor: Anchor): LoggedEntry {
  const entry = reader.entry(index);
  if (entry === undefined) throw new Error(`entry ${index} is missing`);
  return { entry, index, inclusion: reader.inclusion(index, anchor.block.size) };
}

/** Puts the receipt of a statement together. */
export function receiptOf(reader: ChainReader, id: Uint8Array): ReceiptVerdict {
  const record = reader.lookup(id);
  if (record === undefined) return { ok: false, code: 'statement-not-found' };
  const anchor = anchorOf(reader, record.height);
  if (anchor === undefined) return { ok: false, code: 'not-final' };
  const parts = receiptParts(reader, record, anchor);
  return { ok: true, receipt: formatReceipt(parts), parts };
}

function receiptParts(reader: ChainReader, record: StatementRecord, anchor: Anchor): Receipt {
  const { spec } = reader;
  const signer = signerAt(reader, record.signerKeyId, anchor);
  const proven = (collection: string, key: string): ProvenRecord =>
    provenRecord(reader, anchor, collection, key);
  return {
    chain: spec.chain,
    suite: spec.genesis.suite,
    genesis: spec.genesisDigest,
    statement: record.statement,
    signer: {
      key: proven(KEYS_COLLECTION, signer.keyId),
      member: proven(MEMBERS_COLLECTION, signer.member),
      organisation: proven(ORGANISATIONS_COLLECTION, signer.memberRecord.organisation),
    },
    logged: loggedEntry(reader, record.index, anchor),
    block: loggedEntry(reader, anchor.block.size - 1, anchor),
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
