import { equalBytes, readU64be, utf8Encode } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import { COSIGNATURE_TIME_BYTES, cosignatureMessage, parseCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { coseRootMessage } from './cose-root.ts';
import { lineKeysOf } from './line-keys.ts';
import type { LineKey, LineKind } from './line-keys.ts';
import type { NoteLine } from './note.ts';
import { runChecks, runChecksAsync } from './signature-check.ts';
import type { SignatureCheck } from './signature-check.ts';
import { isQuorum, totalPower } from './validators.ts';
import type { ValidatorSet } from './validators.ts';

/** What is found about one signature line. */
export interface LineFinding {
  readonly name: string;
  /** Absent when the line is by none of the set. */
  readonly kind?: LineKind;
  readonly organisation?: string;
  readonly ok: boolean;
  /** Of a cosignature. */
  readonly timeSeconds?: number;
}

/** An organisation of the set and whether its cosignature counts. */
export interface SignerFinding {
  readonly organisation: string;
  readonly power: number;
  readonly ok: boolean;
  readonly timeSeconds?: number;
}

export type CheckpointCode =
  /** Not a checkpoint of the form that a Hefu log has. */
  | 'checkpoint-malformed'
  /** Of another log. */
  | 'checkpoint-origin'
  /** A line that claims to be by a validator is not. */
  | 'checkpoint-line-wrong'
  /** No line is by a validator of the set; or, where all must be, one is not. */
  | 'checkpoint-unknown-signers'
  /** Two thirds of the power or less. */
  | 'checkpoint-quorum-short';

export type CheckpointVerdict =
  | {
      readonly ok: true;
      readonly size: number;
      readonly root: Uint8Array;
      /** When the quorum was reached: by this time more than two thirds had signed. */
      readonly timeSeconds: number;
      readonly signers: readonly SignerFinding[];
      readonly lines: readonly LineFinding[];
      readonly power: number;
      readonly total: number;
    }
  | {
      readonly ok: false;
      readonly code: CheckpointCode;
      readonly signers?: readonly SignerFinding[];
      readonly lines?: readonly LineFinding[];
      readonly power?: number;
      readonly total?: number;
    };

export interface CheckpointToVerify {
  readonly note: string;
  readonly suite: Suite;
  readonly chain: string;
  readonly set: ValidatorSet;
  /**
   * Whether every line must be by a validator and right, as in receipts and trust files, whose every
   * bit is checked. Otherwise a line by others is ignored, as signed-note asks, and a wrong one is
   * reported and does not count.
   */
  readonly exact?: boolean;
}

/** A checkpoint whose signatures are still to be checked. */
export interface CheckpointToJudge {
  readonly checkpoint: Checkpoint;
  readonly checks: readonly SignatureCheck[];
  /** The verdict, given what was found for each of `checks`. */
  judge(findings: readonly boolean[]): CheckpointVerdict;
}

/** Verifies a checkpoint against the set that signs it. Never throws on any text. */
export function verifyCheckpoint(options: CheckpointToVerify): CheckpointVerdict {
  const prepared = prepareCheckpoint(options);
  return prepared.ok ? prepared.value.judge(runChecks(prepared.value.checks)) : prepared;
}

/** {@link verifyCheckpoint} with the signatures checked off this thread where the runtime can. */
export async function verifyCheckpointAsync(
  options: CheckpointToVerify,
): Promise<CheckpointVerdict> {
  const prepared = prepareCheckpoint(options);
  if (!prepared.ok) return prepared;
  return prepared.value.judge(await runChecksAsync(prepared.value.checks));
}

/** All that can be said before signatures are checked. */
export function prepareCheckpoint(
  options: CheckpointToVerify,
):
  | { readonly ok: true; readonly value: CheckpointToJudge }
  | { readonly ok: false; readonly code: CheckpointCode } {
  const parsed = parseCheckpoint(options.note);
  if (!parsed.ok) return parsed;
  const { checkpoint } = parsed;
  if (checkpoint.origin !== options.chain) return { ok: false, code: 'checkpoint-origin' };
  if (checkpoint.extensions.length > 0) return { ok: false, code: 'checkpoint-malformed' };
  const pending = pendingLines(options, checkpoint);
  if (pending === undefined) return { ok: false, code: 'checkpoint-malformed' };
  const checks = pending.flatMap((line) => (line.check === undefined ? [] : [line.check]));
  return {
    ok: true,
    value: {
      checkpoint,
      checks,
      judge: (findings) => judge(options, checkpoint, pending, findings),
    },
  };
}

/** A line, the key it names when that is known, and what must hold for it. */
interface PendingLine {
  readonly line: NoteLine;
  readonly key: LineKey | undefined;
  readonly timeSeconds: number | undefined;
  /** Absent when there is nothing to check: an unknown key, or a cosignature cut short. */
  readonly check: SignatureCheck | undefined;
}

/** Undefined when two lines are by the same known key: which of them should count? */
function pendingLines(
  options: CheckpointToVerify,
  checkpoint: Checkpoint,
): readonly PendingLine[] | undefined {
  const { suite, chain, set } = options;
  const keys = set.flatMap((validator) => lineKeysOf(suite, chain, validator));
  const seen = new Set<LineKey>();
  const pending: PendingLine[] = [];
  for (const line of checkpoint.lines) {
    const key = keys.find((k) => k.name === line.name && equalBytes(k.keyId, line.keyId));
    if (key === undefined) {
      pending.push({ line, key, timeSeconds: undefined, check: undefined });
      continue;
    }
    if (seen.has(key)) return undefined;
    seen.add(key);
    pending.push(pendingLine(chain, checkpoint, line, key));
  }
  return pending;
}

function pendingLine(
  chain: string,
  checkpoint: Checkpoint,
  line: NoteLine,
  key: LineKey,
): PendingLine {
  const { validator, kind } = key;
  const { algorithm, publicKey } = validator;
  const known = { line, key } as const;
  if (kind === 'cosignature') {
    const timeSeconds = readU64be(line.signature, 0);
    if (timeSeconds === undefined) return { ...known, timeSeconds, check: undefined };
    const message = cosignatureMessage(checkpoint.body, timeSeconds);
    const signature = line.signature.subarray(COSIGNATURE_TIME_BYTES);
    return { ...known, timeSeconds, check: { algorithm, publicKey, message, signature } };
  }
  const message =
    kind === 'note'
      ? utf8Encode(checkpoint.body)
      : coseRootMessage(chain, validator, checkpoint.root);
  const check = { algorithm, publicKey, message, signature: line.signature };
  return { ...known, timeSeconds: undefined, check };
}

function judge(
  options: CheckpointToVerify,
  checkpoint: Checkpoint,
  pending: readonly PendingLine[],
  findings: readonly boolean[],
): CheckpointVerdict {
  let next = 0;
  const lines = pending.map(({ line, key, timeSeconds, check }): LineFinding => {
    const ok = check !== undefined && findings[next++] === true;
    const { name } = line;
    if (key === undefined) return { name, ok };
    const { kind, validator } = key;
    const found = { name, kind, organisation: validator.organisation, ok };
    return timeSeconds === undefined ? found : { ...found, timeSeconds };
  });
  const signers = options.set.map(({ organisation, power }): SignerFinding => {
    const line = lines.find((l) => l.organisation === organisation && l.kind === 'cosignature');
    if (line?.ok !== true) return { organisation, power, ok: false };
    return { organisation, power, ok: true, timeSeconds: line.timeSeconds ?? 0 };
  });
  const total = totalPower(options.set);
  const counted = signers.filter((signer) => signer.ok);
  const power = counted.reduce((sum, signer) => sum + signer.power, 0);
  const found = { signers, lines, power, total } as const;
  const code = codeOf(options.exact === true, lines, isQuorum(power, total));
  if (code !== undefined) return { ok: false, code, ...found };
  const { size, root } = checkpoint;
  return { ok: true, size, root, timeSeconds: quorumTime(counted, total), ...found };
}

function codeOf(
  exact: boolean,
  lines: readonly LineFinding[],
  quorum: boolean,
): CheckpointCode | undefined {
  const known = lines.filter((line) => line.kind !== undefined);
  const wrong = known.some((line) => !line.ok);
  if (known.length === 0) return 'checkpoint-unknown-signers';
  if (exact && known.length < lines.length) return 'checkpoint-unknown-signers';
  if (wrong && (exact || !quorum)) return 'checkpoint-line-wrong';
  return quorum ? undefined : 'checkpoint-quorum-short';
}

function quorumTime(counted: readonly SignerFinding[], total: number): number {
  let power = 0;
  const times = counted.toSorted((a, b) => (a.timeSeconds ?? 0) - (b.timeSeconds ?? 0));
  for (const signer of times) {
    power += signer.power;
    if (isQuorum(power, total)) return signer.timeSeconds ?? 0;
  }
  return 0;
}
