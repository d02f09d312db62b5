import { parseCheckpoint, setForSize, verifyCheckpointAsync } from '@hefu/protocol';
import type { CheckpointCode, SignerFinding, Trust } from '@hefu/protocol';

/** A checkpoint whose quorum was verified. */
export interface SeenCheckpoint {
  readonly note: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** When more than two thirds had signed, seconds UTC. */
  readonly timeSeconds: number;
  readonly signers: readonly SignerFinding[];
}

export type SeenVerdict =
  | { readonly ok: true; readonly seen: SeenCheckpoint }
  | { readonly ok: false; readonly code: CheckpointCode };

/** Verifies a note against the set that signs checkpoints of its size. */
export async function verifySeen(note: string, trust: Trust): Promise<SeenVerdict> {
  const parsed = parseCheckpoint(note);
  if (!parsed.ok) return parsed;
  const { suite, chain } = trust;
  const set = setForSize(trust, parsed.checkpoint.size);
  const verdict = await verifyCheckpointAsync({ note, suite, chain, set });
  if (!verdict.ok) return verdict;
  const { size, root, timeSeconds, signers } = verdict;
  return { ok: true, seen: { note, size, root, timeSeconds, signers } };
}

/**
 * Whether a validator signed the smaller checkpoint after the larger one. Each signs its own in growing order, so
 * that this proves that its log became shorter.
 */
export function isRolledBack(smaller: SeenCheckpoint, larger: SeenCheckpoint): boolean {
  return smaller.signers.some(
    ({ ok, organisation, timeSeconds = 0 }) =>
      ok &&
      larger.signers.some(
        (other) =>
          other.ok && other.organisation === organisation && (other.timeSeconds ?? 0) < timeSeconds,
      ),
  );
}
