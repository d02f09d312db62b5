import { encodeStateProof } from '@hefu/merkle';
import {
  anchorOf,
  ChainReader as LedgerReader,
  handoversOf,
  loggedEntry,
  Receipts,
  validatorsOfSize,
} from '@hefu/ledger';
import type { BlockRecord, StatementRecord, StoreReader } from '@hefu/ledger';
import { coseReceiptsOf, formatTlogProof, trustOf, verifierKeysOf } from '@hefu/protocol';
import type { LoggedEntry } from '@hefu/protocol';
import type {
  ChainHead,
  ChainReader,
  ReceiptAnswer,
  StateAnswer,
  StateProofAnswer,
  StateQuery,
} from '../chain-host.ts';

/** Reads of one chain for the HTTP side, over a reading handle of its store. */
export class NodeChainReader implements ChainReader {
  readonly ledger: LedgerReader;
  readonly #receipts: Receipts;

  constructor(store: StoreReader) {
    this.ledger = new LedgerReader(store);
    this.#receipts = new Receipts(this.ledger);
  }

  head(): ChainHead {
    const { height, timeMs, size, root, state, prunedHeight } = this.ledger.head();
    return { height, timeMs, size, root, stateRoot: state.hash, prunedHeight };
  }

  checkpoint(): string {
    return this.ledger.checkpoint();
  }

  lookup(id: Uint8Array): StatementRecord | undefined {
    return this.ledger.lookup(id);
  }

  tile(level: number, index: number, width: number): Uint8Array | undefined {
    return this.ledger.tile(level, index, width);
  }

  entryBundle(index: number, width: number): Uint8Array | undefined {
    return this.ledger.entryBundle(index, width);
  }

  receipt(id: Uint8Array): ReceiptAnswer {
    return this.#receipts.of(id);
  }

  tlogProof(id: Uint8Array): string | undefined {
    const proven = this.#proven(id);
    if (proven === undefined) return undefined;
    const { suite } = this.ledger.spec.genesis;
    const proof = formatTlogProof({ suite }, proven.logged, proven.checkpoint);
    return proof.ok ? proof.text : undefined;
  }

  coseReceipt(id: Uint8Array, organisation?: string): Uint8Array | undefined {
    const proven = this.#proven(id);
    if (proven === undefined) return undefined;
    const { spec } = this.ledger;
    const made = coseReceiptsOf({
      suite: spec.genesis.suite,
      chain: spec.chain,
      set: validatorsOfSize(this.ledger, proven.size).set,
      checkpoint: proven.checkpoint,
      index: proven.logged.index,
      inclusion: proven.logged.inclusion,
    });
    if (!made.ok) return undefined;
    return made.receipts.find(
      (receipt) => organisation === undefined || receipt.organisation === organisation,
    )?.bytes;
  }

  signersOf(id: Uint8Array): readonly string[] {
    const size = this.#proven(id)?.size ?? Infinity;
    return validatorsOfSize(this.ledger, size).set.map(({ organisation }) => organisation);
  }

  stateValue(query: StateQuery): StateAnswer {
    const verdict = this.ledger.state(query);
    if (!verdict.ok) return verdict;
    const { height, value, proof, block } = verdict.record;
    if (proof === undefined) return { ok: true, height, value };
    const proven = this.#stateProof(block, encodeStateProof(proof));
    return proven === undefined
      ? { ok: true, height, value }
      : { ok: true, height, value, proof: proven };
  }

  genesis(): unknown {
    return this.ledger.spec.genesis;
  }

  trust(): unknown {
    return trustOf(this.ledger.spec.genesis, handoversOf(this.ledger));
  }

  vkeys(): readonly string[] {
    const { spec } = this.ledger;
    return validatorsOfSize(this.ledger, Infinity).set.flatMap((validator) =>
      verifierKeysOf(spec.genesis.suite, spec.chain, validator),
    );
  }

  attachment(digest: Uint8Array): Uint8Array | undefined {
    return this.ledger.attachment(digest);
  }

  #proven(
    id: Uint8Array,
  ):
    | { readonly logged: LoggedEntry; readonly checkpoint: string; readonly size: number }
    | undefined {
    const record = this.ledger.lookup(id);
    const anchor = record === undefined ? undefined : anchorOf(this.ledger, record.height);
    if (record === undefined || anchor === undefined) return undefined;
    return {
      logged: loggedEntry(this.ledger, record.index, anchor),
      checkpoint: anchor.checkpoint,
      size: anchor.block.size,
    };
  }

  #stateProof(block: BlockRecord, state: Uint8Array): StateProofAnswer | undefined {
    const checkpoint = this.ledger.checkpointOfSize(block.size);
    if (checkpoint === undefined) return undefined;
    const logged = loggedEntry(this.ledger, block.size - 1, { block, checkpoint });
    return {
      state,
      blockEntry: logged.entry,
      blockIndex: logged.index,
      inclusion: logged.inclusion,
      checkpoint,
    };
  }
}
