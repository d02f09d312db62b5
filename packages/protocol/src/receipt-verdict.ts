import type { CheckpointCode } from './verify-checkpoint.ts';

/** The steps of verifying a receipt, in the order in which they are shown. */
export type ReceiptStepId =
  | 'format'
  | 'chain'
  | 'statement'
  | 'content'
  | 'item'
  | 'signer'
  | 'signature'
  | 'entry'
  | 'inclusion'
  | 'block'
  | 'checkpoint'
  | 'quorum';

/** Why a step does not hold. */
export type ReceiptCode =
  /** Not a receipt, or a part without its right form: `data.pointer` says which. */
  | 'receipt-malformed'
  /** Of another chain than the trust file's, or put together from two chains. */
  | 'foreign-chain'
  /** The statement can't be read: `data.statementCode` says why. */
  | 'statement-damaged'
  /** The content is not what the statement or item names. */
  | 'content-mismatch'
  /** Neither statement nor item names any content. */
  | 'content-not-named'
  /** The item is not the one at its place in the statement's batch. */
  | 'item-mismatch'
  /** The signer's records are not in the state that the block names, or are not the signer's. */
  | 'signer-proof-broken'
  /** The signer's word did not count at that height: `data.standing` says why. */
  | 'signer-not-in-good-standing'
  /** The statement is not signed with the signer's key. */
  | 'signature-wrong'
  /** The entry is not one of this statement. */
  | 'entry-mismatch'
  /** The output is not the one that the entry names. */
  | 'output-mismatch'
  /** The events are not those that the entry names. */
  | 'events-mismatch'
  /** The entry is not at its place under the checkpoint. */
  | 'entry-not-included'
  /** The block entry is none, or can't be of the statement's block or a later one. */
  | 'block-mismatch'
  /** The block entry is not at its place under the checkpoint. */
  | 'block-not-included'
  | CheckpointCode
  /** An earlier fault leaves nothing to judge this step by. */
  | 'not-judged';

/** Findings of a step, for people and for logs: texts and numbers. */
export interface StepData {
  readonly [name: string]: string | number | readonly string[];
}

export interface ReceiptStep {
  readonly id: ReceiptStepId;
  readonly ok: boolean;
  readonly code?: ReceiptCode;
  readonly data: StepData;
}

/** What a receipt that holds proves. */
export interface ReceiptFacts {
  readonly chain: string;
  /** Hex. */
  readonly statementId: string;
  readonly member: string;
  readonly organisation: string;
  readonly contract: string;
  readonly method: string;
  readonly height: number;
  /** The block's time, milliseconds UTC. */
  readonly time: number;
  /** Place of the entry in the log. */
  readonly index: number;
  /** Log size of the checkpoint. */
  readonly size: number;
  /** When more than two thirds had signed the checkpoint, seconds UTC. */
  readonly checkpointTimeSeconds: number;
  /** Organisations whose cosignatures count. */
  readonly cosigners: readonly string[];
}

export type ReceiptVerdict =
  | {
      readonly ok: true;
      /** `ok`, or the code with which the statement was refused. */
      readonly outcome: string;
      /** The receipt holds, and what it proves is a refusal. */
      readonly code?: 'statement-refused';
      readonly facts: ReceiptFacts;
      readonly steps: readonly ReceiptStep[];
    }
  | {
      readonly ok: false;
      /** Of the first step that was judged and does not hold. */
      readonly code: Exclude<ReceiptCode, 'not-judged'>;
      readonly steps: readonly ReceiptStep[];
    };
