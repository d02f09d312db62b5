import { checkAttachments } from './check-attachments.ts';
import { checkDerived } from './check-derived.ts';
import { LogCheck } from './check-log.ts';
import { checkMeta } from './check-meta.ts';
import { checkState } from './check-state.ts';
import { StatementCheck } from './check-statement.ts';
import { Findings } from './report.ts';
import type { FsckOptions, FsckProgress, FsckReport } from './report.ts';

/**
 * Proves a store from its first entry to its last: every entry hashed into the tree again; tiles, checkpoints, statements, their
 * outcomes and their index compared with it; the state trees; indexes, scheduled effects and attachments; and that there is nothing else.
 * Never throws for damage. A generator, so that the caller can show progress and stop.
 */
export function* fsck(options: FsckOptions): Generator<FsckProgress, FsckReport> {
  const { store, signatures, host } = options;
  const findings = new Findings(options.faultsMax);
  const meta = checkMeta(store, findings);
  if (meta === undefined) return findings.report();
  const place = { store, findings, ...meta };
  const statements = new StatementCheck({ ...place, signatures, host });
  const whole = yield* new LogCheck({ ...place, statements }).run();
  if (!findings.full) yield* checkState(place);
  if (!findings.full) yield* checkDerived(store, findings);
  // Which attachments are named is known when all statements were read.
  const named = whole && host !== undefined ? statements.attachments : undefined;
  if (!findings.full) yield* checkAttachments({ ...place, named });
  return findings.report();
}
