import type { StatementArgs } from '@hefu/protocol';

/** What to say, and who says it. */
export interface Call {
  readonly contract: string;
  readonly method: string;
  readonly args: StatementArgs;
  /** Milliseconds UTC, at most a day ahead; an hour from now unless given. */
  readonly expires?: number;
}

/** A signed statement. */
export interface SignedStatement {
  readonly bytes: Uint8Array;
  /** 32 bytes, known before anyone else has seen the statement. */
  readonly id: Uint8Array;
}

/** How to read. */
export interface ReadOptions {
  /** False takes the node's word. */
  readonly verify?: boolean;
  /** How old the signed checkpoint may be that says what is now; the client's bound unless given. */
  readonly freshMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The forms of a receipt. */
export type ReceiptFormat = 'json' | 'tlog-proof' | 'cose';
