import type { ChainHost } from '../chain-host.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { STANDING_CODES } from '../standing/standing.ts';

/**
 * Throws `vault-held` while the chain is known to be behind what was published or signed: what was erased in the entries that are
 * missing here is not known, and must not be given out.
 */
export function requireErasuresKnown({ ledger, servesWhileBehind }: ChainHost): void {
  if (servesWhileBehind) return;
  const { halted } = ledger.status();
  if (halted === undefined || !STANDING_CODES.some((code) => code === halted.code)) return;
  throw new ProblemError('vault-held', { detail: halted.message });
}
