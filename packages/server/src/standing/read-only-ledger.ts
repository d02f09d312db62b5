import type { LedgerPort } from '../chain-host.ts';
import { LedgerWorkerError } from '../ledger/client.ts';
import { STANDING_CODES } from './standing.ts';

/** Why a chain is not written to. */
export interface ReadOnlyReason {
  readonly code: string;
  readonly message: string;
}

/** The reason in what kept a ledger from starting, when it is that its next signature could fork the chain. */
export function readOnlyReason(error: unknown): ReadOnlyReason | undefined {
  if (!(error instanceof LedgerWorkerError)) return undefined;
  const { code, message } = error;
  return STANDING_CODES.some((each) => each === code) ? { code, message } : undefined;
}

/** Stands in for the ledger of a chain that is only read: refuses every statement. */
export function readOnlyLedger(reason: ReadOnlyReason): LedgerPort {
  const refusal = { ok: false, code: 'chain-read-only' } as const;
  return {
    submit: async (statements) => statements.map(() => refusal),
    stageAttachment: async () => refusal,
    status: () => ({ queued: 0, halted: reason }),
  };
}
