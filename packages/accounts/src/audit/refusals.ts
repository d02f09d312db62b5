import type { AccountsDatabase } from '../database.ts';
import { REFUSAL_KINDS_MAX, REFUSALS_WINDOW_MS } from '../limits.ts';
import type { AccountsPorts } from '../ports.ts';
import type { AuditEvent } from './entry.ts';
import type { AuditTrail } from './trail.ts';

/**
 * Refusals come in floods: a program with an old key, a guesser. The first of a kind is a line of the trail at once;
 * those that follow within a minute are counted, and told by one line.
 */
export interface RefusalCounter {
  note(event: AuditEvent): void;
  /** Writes what was counted in windows that have ended; all of it when `everything` is set. */
  flush(options?: { readonly everything?: boolean }): void;
}

interface Counted {
  readonly event: AuditEvent;
  readonly sinceMs: number;
  count: number;
}

export function createRefusalCounter(
  database: AccountsDatabase,
  trail: AuditTrail,
  ports: AccountsPorts,
): RefusalCounter {
  const kinds = new Map<string, Counted>();
  const write = (event: AuditEvent, count: number): boolean =>
    database.attempt(() => {
      trail.append(event, count);
    });
  function flush({ everything = false } = {}): void {
    const nowMs = ports.nowMs();
    // Oldest first: the first whose window has not ended ends the search.
    for (const [kind, counted] of kinds) {
      if (!everything && nowMs - counted.sinceMs < REFUSALS_WINDOW_MS) break;
      // What finds no room now is counted on.
      if (counted.count > 0 && !write(counted.event, counted.count)) break;
      kinds.delete(kind);
    }
  }
  return {
    flush,
    note(event) {
      flush();
      const full = kinds.size >= REFUSAL_KINDS_MAX;
      const told = full && !kinds.has(kindOf(event)) ? asOthers(event) : event;
      const kind = kindOf(told);
      const known = kinds.get(kind);
      if (known !== undefined) {
        known.count += 1;
        return;
      }
      const count = write(told, 1) ? 0 : 1;
      kinds.set(kind, { event: told, sinceMs: ports.nowMs(), count });
    },
  };
}

function kindOf({ actor, action, target, code }: AuditEvent): string {
  return JSON.stringify([actor.kind, actor.id, actor.name, actor.address, action, target, code]);
}

/** One kind for all that are too many to be told apart. */
function asOthers({ outcome }: AuditEvent): AuditEvent {
  const actor = { kind: 'nobody', id: 'others', name: 'others' } as const;
  return { actor, action: 'others', target: '', outcome, code: 'too-many-kinds' };
}
