import type { AccountsDatabase } from '../database.ts';
import { isStorageFault } from '../database.ts';
import { WAITING_LINES_MAX } from '../limits.ts';
import type { AccountsPorts } from '../ports.ts';
import type { AuditEvent } from './entry.ts';
import type { AuditTrail } from './trail.ts';

/**
 * Lines about what was done outside of the accounts, and so is done when the line is written. Should the disk not take one
 * then, it waits here, and nothing more is to be done meanwhile: whoever does asks `requireRoom` first.
 */
export interface WaitingLines {
  note(event: AuditEvent): void;
  /** Writes what waits. Throws AccountsError `accounts-storage-full`, `accounts-unavailable` when it still cannot. */
  requireRoom(): void;
  /** Writes what waits, as far as it can. */
  flush(): void;
}

interface Waiting {
  readonly event: AuditEvent;
  readonly timeMs: number;
}

export function createWaitingLines(
  database: AccountsDatabase,
  trail: AuditTrail,
  ports: AccountsPorts,
): WaitingLines {
  const waiting: Waiting[] = [];

  function requireRoom(): void {
    if (waiting.length === 0) return;
    database.transaction(() => {
      for (const { event, timeMs } of waiting) trail.append(event, 1, timeMs);
    });
    waiting.length = 0;
  }

  return {
    requireRoom,
    flush: () => void database.attempt(requireRoom),
    note(event) {
      waiting.push({ event, timeMs: ports.nowMs() });
      try {
        requireRoom();
      } catch (error) {
        // More than were under way when the disk failed there cannot be, and each of those is one line.
        if (!isStorageFault(error) || waiting.length > WAITING_LINES_MAX) throw error;
      }
    },
  };
}
