import { encodeCbor } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { Actor } from '../principal.ts';

/** What became of what somebody wanted. */
export type AuditOutcome = 'done' | 'refused';

/** What happened, before it has its place in the trail. */
export interface AuditEvent {
  readonly actor: Actor;
  /** What was wanted: `session.begin`, `user.add`, `call.submit`, … */
  readonly action: string;
  /** On what: an id, a name, an address of the API. */
  readonly target: string;
  readonly outcome: AuditOutcome;
  /** `ok`, or the code of the refusal. */
  readonly code: string;
  /** More for the reader; never a secret. */
  readonly detail?: string;
}

/** A line of the audit trail. */
export interface AuditEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  /** Milliseconds UTC. */
  readonly timeMs: number;
  readonly actor: Required<Actor>;
  readonly action: string;
  readonly target: string;
  readonly outcome: AuditOutcome;
  readonly code: string;
  readonly detail: string;
  /** How often it happened; more than once for refusals that came in numbers. */
  readonly count: number;
  /** Over this line and the hash of the one before. */
  readonly hash: Uint8Array;
}

/** What the first line has for the hash of the one before. */
export const AUDIT_START: Uint8Array = hash('sha256', encodeCbor('hefu-audit/1'));

/** SHA-256 of the deterministic CBOR of the line without its hash, with the hash of the line before. */
export function auditHash(entry: Omit<AuditEntry, 'hash'>, previous: Uint8Array): Uint8Array {
  const { actor } = entry;
  return hash(
    'sha256',
    encodeCbor([
      'hefu-audit/1',
      entry.seq,
      entry.timeMs,
      [actor.kind, actor.id, actor.name, actor.address],
      entry.action,
      entry.target,
      entry.outcome,
      entry.code,
      entry.detail,
      entry.count,
      previous,
    ]),
  );
}
