import { ProblemError } from './problem.ts';

/** What a node can be caught at, each with a sentence. Codes never change; docs/guides/sdk.md lists the same. */
export const PROOF_FAULTS = {
  'checkpoint-not-verified': 'The checkpoint is not signed by a quorum of the validators.',
  'checkpoint-stale': 'The checkpoint is older than the bound that was set.',
  'checkpoint-from-future': 'The checkpoint was signed at a time that has not come yet.',
  'log-forked':
    'The log has two histories: a checkpoint was signed that does not continue the one seen before.',
  'log-rolled-back':
    'The log has become shorter than it was: a validator signed a smaller one later.',
  'log-not-consistent': 'Nothing shows that this log continues the one that was seen before.',
  'node-behind': 'The node has not come as far as what was seen before.',
  'tiles-wrong': 'The tiles of the log do not lead to the root that was signed.',
  'entries-wrong': 'The entries that the node gives are not those of the log.',
  'entry-hidden': 'The node denies an entry that is in the log.',
  'denial-not-proven': 'The node denies something without a proof.',
  'state-not-proven': 'The node gave a value of the state without a proof.',
  'state-proof-broken': 'The value is not what the signed state holds.',
  'state-outdated': 'The value is of an older state than the one asked for.',
  'receipt-not-verified': 'The node gave a receipt that does not hold under the trust file.',
  'receipt-swapped': 'The node gave a receipt that holds, but of another statement.',
  'outcome-contradicted': 'What the node says became of the statement is not what the log says.',
  'statement-not-proven': 'What the node says of a statement is not what the log says.',
  'listing-contradicted': 'What the node lists is not what the signed state holds.',
} as const;

export type ProofFaultCode = keyof typeof PROOF_FAULTS;

/** What the format field of saved evidence says. */
export const FAULT_FORMAT = 'hefu-fault/1';

/** What shows the fault, as plain JSON: to be kept, and shown to others. */
export interface FaultEvidence {
  readonly format: typeof FAULT_FORMAT;
  readonly code: ProofFaultCode;
  readonly chain: string;
  /** Digest of the genesis, hex. */
  readonly genesis: string;
  readonly detail: string;
  /** When it was noticed, RFC 3339. */
  readonly noticed: string;
  /** The node's address. */
  readonly node: string;
  /** What was asked for. */
  readonly asked?: string;
  /** The checkpoint that was seen before: a signed note. */
  readonly seen?: string;
  /** The checkpoint that the node shows now: a signed note. */
  readonly shown?: string;
  /** The node's answer, as far as it matters. */
  readonly answer?: unknown;
}

/** Parts of the evidence that differ from fault to fault. */
export type FaultParts = Pick<FaultEvidence, 'asked' | 'seen' | 'shown' | 'answer'>;

/** Thrown when a node's answer does not stand up to its proof. Nothing of the answer was used. */
export class ProofError extends ProblemError {
  override readonly name: string = 'ProofError';
  readonly evidence: FaultEvidence;

  constructor(evidence: FaultEvidence, options?: ErrorOptions) {
    const { code, detail } = evidence;
    super(
      {
        type: `/problems/${code}`,
        title: PROOF_FAULTS[code],
        status: 0,
        code,
        detail,
        // Another node, or the same one in a moment, may have come further; a lie stays one.
        retryable: code === 'node-behind',
      },
      options,
    );
    this.evidence = evidence;
  }
}
