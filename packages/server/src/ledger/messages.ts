import type { AttachmentSender, RegisterResult, SubmitResult } from '@hefu/ledger';
import type { StandingPaths } from '../standing/standing.ts';

/** What the main thread tells the ledger's worker at its start. */
export interface WorkerSetup {
  readonly storePath: string;
  /** Digest that the chain must have begun with. */
  readonly genesisDigest: Uint8Array;
  /** Who signs here. */
  readonly organisation: string;
  /** Threads that check signatures. */
  readonly verifyThreads: number;
  readonly mapSizeBytes?: number;
  /** The files that say how far the chain was signed and published. */
  readonly standing: StandingPaths;
}

/** The organisation's checkpoint key on one chain: never logged, never stored. */
export interface CheckpointKey {
  readonly organisation: string;
  readonly privateKey: Uint8Array;
}

/** Statements packed into one buffer, so that a thousand of them cross between threads as cheaply as one. */
export interface PackedStatements {
  readonly bytes: Uint8Array;
  /** Ends of the statements in `bytes`, in order. */
  readonly ends: Uint32Array;
}

export type ToWorker =
  | { readonly type: 'submit'; readonly call: number; readonly statements: PackedStatements }
  | {
      readonly type: 'stage';
      readonly call: number;
      readonly bytes: Uint8Array;
      readonly sender: AttachmentSender;
    }
  | { readonly type: 'register'; readonly call: number; readonly statement: Uint8Array }
  | { readonly type: 'close'; readonly call: number };

export type StageResult =
  | { readonly ok: true; readonly digest: Uint8Array }
  | { readonly ok: false; readonly code: string };

/** What one committed block cost, for metrics. */
export interface BlockReport {
  readonly height: number;
  readonly size: number;
  readonly timeMs: number;
  /** Statements that got an entry. */
  readonly statements: number;
  readonly executeSeconds: number;
  readonly commitSeconds: number;
  readonly waiting: number;
}

export type FromWorker =
  /** `adopted`: the chain had no signing state, and one was begun. */
  | { readonly type: 'ready'; readonly adopted: boolean }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'submitted'; readonly call: number; readonly results: readonly SubmitResult[] }
  | { readonly type: 'registered'; readonly call: number; readonly result: RegisterResult }
  | { readonly type: 'staged'; readonly call: number; readonly result: StageResult }
  | { readonly type: 'committed'; readonly block: BlockReport }
  | { readonly type: 'halted'; readonly code: string; readonly message: string }
  | { readonly type: 'closed'; readonly call: number };

/** Joins statements into one buffer. */
export function packStatements(statements: readonly Uint8Array[]): PackedStatements {
  let size = 0;
  for (const statement of statements) size += statement.length;
  const bytes = new Uint8Array(size);
  const ends = new Uint32Array(statements.length);
  let at = 0;
  for (const [index, statement] of statements.entries()) {
    bytes.set(statement, at);
    at += statement.length;
    ends[index] = at;
  }
  return { bytes, ends };
}

/** The statements that `packStatements` joined. Copies, because a store may keep one of them for long. */
export function unpackStatements({ bytes, ends }: PackedStatements): Uint8Array[] {
  const statements: Uint8Array[] = [];
  let from = 0;
  for (const end of ends) {
    statements.push(bytes.slice(from, end));
    from = end;
  }
  return statements;
}
