import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';

/** Wall clock; the ledger itself reads none. */
export interface Clock {
  /** Milliseconds UTC. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** A signature to check. */
export interface SignatureItem {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Checks signatures on all cores, before ordering. */
export interface SignatureChecker {
  verifyBatch(items: readonly SignatureItem[]): Promise<boolean[]>;
}

/** Signs a checkpoint with this node's checkpoint key: all its lines over the note body. */
export interface CheckpointSigner {
  /** The organisation whose key it is. */
  readonly organisation: string;
  /** The signature lines over (size, root), each with its newline; the time is that of the cosignature. */
  sign(checkpoint: {
    readonly size: number;
    readonly root: Uint8Array;
    readonly timeSeconds: number;
  }): readonly string[];
}
