import type { LedgerPort } from '../chain-host.ts';
import type { DiskState } from './disk-watch.ts';

/**
 * A ledger that takes nothing in while the disk is low, so that what it needs itself (heartbeats, what is due, a tidy stop) still
 * fits. Statements that were taken before are not touched, and asking for what is there goes on.
 */
export function whileRoom(
  ledger: LedgerPort,
  disk: { state(): Pick<DiskState, 'isLow'> },
): LedgerPort {
  const refusal = { ok: false, code: 'disk-low' } as const;
  return {
    submit: async (statements) =>
      disk.state().isLow ? statements.map(() => refusal) : ledger.submit(statements),
    stageAttachment: async (bytes, sender) =>
      disk.state().isLow ? refusal : ledger.stageAttachment(bytes, sender),
    status: () => ledger.status(),
  };
}
