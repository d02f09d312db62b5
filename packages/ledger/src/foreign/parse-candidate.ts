import type { HashName } from '@hefu/crypto/algorithm';
import { parseForeignStatement, parseStatement } from '@hefu/protocol';
import type { Candidate } from '../execution.ts';
import type { ForeignCandidate } from './register.ts';

/**
 * What stands behind an entry, read again from its bytes. A call of a contract and a foreign statement are never the same bytes: the
 * content type tells them apart.
 */
export function parseCandidate(
  bytes: Uint8Array,
  hashName: HashName,
):
  | { readonly ok: true; readonly candidate: Candidate | ForeignCandidate }
  | { readonly ok: false; readonly code: string } {
  const parsed = parseStatement(bytes, hashName);
  if (parsed.ok) return { ok: true, candidate: { statement: parsed.statement } };
  const foreign = parseForeignStatement(bytes);
  if (foreign.ok) return { ok: true, candidate: { foreign: foreign.statement } };
  return { ok: false, code: foreign.code === 'scitt-is-call' ? parsed.code : foreign.code };
}
