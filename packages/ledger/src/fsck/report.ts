import type { NativeHost } from '@hefu/contract';
import type { StoreReader } from '../store-port.ts';

/** Something in a store that does not hold. */
export interface FsckFault {
  readonly code:
    /** Format, genesis or head can't be read, or contradict the log. */
    | 'meta-wrong'
    | 'head-wrong'
    | 'entry-missing'
    | 'entry-malformed'
    | 'entry-out-of-order'
    | 'block-row-wrong'
    /** A block names other parameters than those that governance set. */
    | 'parameters-wrong'
    /** A block, or the list of handovers, names other validators than those that governance set. */
    | 'validators-wrong'
    | 'statement-missing'
    | 'statement-wrong'
    | 'statement-signature-wrong'
    | 'statement-signer-wrong'
    /** Output and events are not those whose digests the entry holds. */
    | 'outcome-wrong'
    | 'id-index-wrong'
    | 'tile-wrong'
    | 'checkpoint-missing'
    | 'checkpoint-wrong'
    | 'state-wrong'
    /** The list of nodes that a block made stale is not that of the step between the two trees. */
    | 'stale-wrong'
    /** The rows of declared indexes are not those that were written. */
    | 'index-wrong'
    /** The rows of scheduled effects are not those that were written. */
    | 'due-wrong'
    | 'attachment-missing'
    | 'attachment-wrong'
    /** A row that nothing accounts for. */
    | 'row-unexpected'
    /** The store itself says that it can't give a row as it was written. */
    | 'row-damaged';
  /** Where: a log index, height, digest or key, as text. */
  readonly at: string;
  readonly detail?: string;
}

export interface FsckProgress {
  readonly stage: 'entries' | 'state' | 'derived' | 'attachments';
  readonly done: number;
  readonly total: number;
}

export interface FsckReport {
  readonly entries: number;
  readonly statements: number;
  readonly blocks: number;
  readonly checkpoints: number;
  readonly stateLeaves: number;
  readonly attachments: number;
  readonly faults: readonly FsckFault[];
}

export interface FsckOptions {
  /** A view that does not change meanwhile: a snapshot, or a store that nobody writes. */
  readonly store: StoreReader;
  /** Whether every statement's signature is checked again; the slowest part by far. */
  readonly signatures: boolean;
  /** Faults after which the walk stops; a damaged store has them without end. */
  readonly faultsMax: number;
  /** With it, attachments are compared with the statements that name them. */
  readonly host?: NativeHost;
}

/** Entries between two reports of progress. */
export const PROGRESS_EVERY = 10_000;

/** What is found, up to the number that the caller wants to see. */
export class Findings {
  readonly faults: FsckFault[] = [];
  readonly counts = {
    entries: 0,
    statements: 0,
    blocks: 0,
    checkpoints: 0,
    stateLeaves: 0,
    attachments: 0,
  };
  readonly #faultsMax: number;

  constructor(faultsMax: number) {
    this.#faultsMax = faultsMax;
  }

  /** Whether enough was found to stop. */
  get full(): boolean {
    return this.faults.length >= this.#faultsMax;
  }

  add(code: FsckFault['code'], at: string | number, detail?: string): void {
    if (this.full) return;
    this.faults.push({ code, at: String(at), ...(detail === undefined ? {} : { detail }) });
  }

  report(): FsckReport {
    return { ...this.counts, faults: this.faults };
  }
}
