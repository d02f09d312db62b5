import { fromBase64, toBase64 } from '@hefu/bytes';
import { HASH_BYTES, suiteHash } from '@hefu/crypto/algorithm';
import { INCLUSION_PATH_MAX, isLogged } from './logged-entry.ts';
import type { LoggedEntry } from './logged-entry.ts';
import { NOTE_LENGTH_MAX } from './note.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { runChecks } from './signature-check.ts';
import { treeHasher } from './suite-hasher.ts';
import { setForSize } from './trust.ts';
import type { Trust } from './trust.ts';
import { prepareCheckpoint } from './verify-checkpoint.ts';
import type { CheckpointCode, CheckpointVerdict } from './verify-checkpoint.ts';

/** Proofs of inclusion as text, c2sp.org/tlog-proof. */

/** First line of every proof. */
export const TLOG_PROOF_HEADER = 'c2sp.org/tlog-proof@v1';
/** Longest proof that is read: a checkpoint, a path and as much beside them. */
export const TLOG_PROOF_LENGTH_MAX: number = 2 * NOTE_LENGTH_MAX;

/** A proof taken apart. */
export interface TlogProof {
  readonly index: number;
  /** Siblings, nearest to the leaf first. */
  readonly inclusion: readonly Uint8Array[];
  /** The checkpoint's note, as it is. */
  readonly checkpoint: string;
  /** Whatever the maker put in; proven by nothing. Ours holds the entry. */
  readonly extra?: Uint8Array;
}

export type TlogProofParsed =
  | { readonly ok: true; readonly proof: TlogProof }
  | { readonly ok: false; readonly code: 'tlog-proof-malformed' };

/**
 * A logged entry and its checkpoint as a `.tlog-proof`, the entry itself in the `extra` line. The
 * format fixes SHA-256, so a chain of the other suite has none.
 */
export function formatTlogProof(
  trust: Pick<Trust, 'suite'>,
  logged: LoggedEntry,
  checkpoint: string,
):
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: 'suite-has-no-standard' } {
  if (trust.suite !== 'international') return { ok: false, code: 'suite-has-no-standard' };
  const { index, inclusion, entry } = logged;
  return { ok: true, text: encodeTlogProof({ index, inclusion, checkpoint, extra: entry }) };
}

/** The text of a proof. */
export function encodeTlogProof(proof: TlogProof): string {
  const { index, inclusion, checkpoint, extra } = proof;
  const lines = [
    TLOG_PROOF_HEADER,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...inclusion.map(toBase64),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

const MALFORMED = { ok: false, code: 'tlog-proof-malformed' } as const;
const INDEX_LINE = /^index (0|[1-9][0-9]{0,15})$/;
const EXTRA_START = 'extra ';

/** Reads a proof (tlog-proof, Format); the checkpoint in it must be one. Never throws. */
export function parseTlogProof(text: string): TlogProofParsed {
  if (text.length > TLOG_PROOF_LENGTH_MAX) return MALFORMED;
  const split = text.indexOf('\n\n');
  if (split < 0) return MALFORMED;
  const lines = text.slice(0, split).split('\n');
  if (lines.shift() !== TLOG_PROOF_HEADER) return MALFORMED;
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith(EXTRA_START) === true) {
    extra = fromBase64(lines[0].slice(EXTRA_START.length));
    if (extra === undefined) return MALFORMED;
    lines.shift();
  }
  const indexText = INDEX_LINE.exec(lines.shift() ?? '')?.[1];
  const index = Number(indexText ?? Number.NaN);
  if (!Number.isSafeInteger(index) || lines.length > INCLUSION_PATH_MAX) return MALFORMED;
  const inclusion: Uint8Array[] = [];
  for (const line of lines) {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_BYTES) return MALFORMED;
    inclusion.push(hash);
  }
  const checkpoint = text.slice(split + 2);
  if (!parseCheckpoint(checkpoint).ok) return MALFORMED;
  const proof = { index, inclusion, checkpoint };
  return { ok: true, proof: extra === undefined ? proof : { ...proof, extra } };
}

export type TlogProofVerdict =
  | { readonly ok: true; readonly checkpoint: Extract<CheckpointVerdict, { readonly ok: true }> }
  | {
      readonly ok: false;
      readonly code: 'tlog-proof-malformed' | 'entry-not-included' | CheckpointCode;
    };

/** Whether a proof shows that `entry` is in the log of the trust file. Never throws on any text. */
export function verifyTlogProof(options: {
  readonly text: string;
  readonly entry: Uint8Array;
  readonly trust: Trust;
}): TlogProofVerdict {
  const { text, entry, trust } = options;
  const parsed = parseTlogProof(text);
  if (!parsed.ok) return parsed;
  const { index, inclusion, checkpoint: note } = parsed.proof;
  const head = parseCheckpoint(note);
  if (!head.ok) return head;
  const { size, root } = head.checkpoint;
  const { suite, chain } = trust;
  const prepared = prepareCheckpoint({ note, suite, chain, set: setForSize(trust, size) });
  if (!prepared.ok) return prepared;
  const hasher = treeHasher(suiteHash(suite));
  if (!isLogged(hasher, { entry, index, inclusion }, size, root)) {
    return { ok: false, code: 'entry-not-included' };
  }
  const verdict = prepared.value.judge(runChecks(prepared.value.checks));
  return verdict.ok ? { ok: true, checkpoint: verdict } : { ok: false, code: verdict.code };
}
