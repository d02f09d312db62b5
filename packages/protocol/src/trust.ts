import { equalBytes } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import { decodeEntry } from './entry.ts';
import { digestOfGenesis } from './genesis-digest.ts';
import type { Predecessor } from './genesis-digest.ts';
import { isLogged } from './logged-entry.ts';
import { runChecks, runChecksAsync } from './signature-check.ts';
import type { SignatureCheck } from './signature-check.ts';
import { treeHasher } from './suite-hasher.ts';
import { readTrust } from './trust-document.ts';
import type { Handover, TrustParts } from './trust-document.ts';
import { validatorsDigest } from './validators.ts';
import type { ValidatorSet } from './validators.ts';
import { prepareCheckpoint } from './verify-checkpoint.ts';
import type { CheckpointCode, CheckpointToJudge } from './verify-checkpoint.ts';

/** Who signs the checkpoints of a chain, from which log size on. Made by {@link parseTrust}. */
export interface Trust {
  readonly chain: string;
  readonly suite: Suite;
  /** Digest of the genesis document. */
  readonly genesis: Uint8Array;
  /** Undefined unless the chain goes on from another one, after a declared break. */
  readonly predecessor?: Predecessor | undefined;
  /** In the order of `fromSize`, the first from 0 on. */
  readonly spans: readonly ValidatorSpan[];
}

/** A set, and the smallest log size whose checkpoint it signs. */
export interface ValidatorSpan {
  readonly fromSize: number;
  readonly set: ValidatorSet;
}

/** Why a handover does not lead from one set to the next. */
export type HandoverCode =
  /** Its number is not the one that follows: a change before it was left out. */
  | 'handover-missing'
  /** The entry is not a block's. */
  | 'handover-block-malformed'
  /** Its number is one that was before, or its block stands before the one that made the old set. */
  | 'handover-out-of-order'
  /** The block names another set than the one that stands here. */
  | 'handover-set-mismatch'
  /** The block's entry is not the last one under the checkpoint. */
  | 'handover-block-not-included'
  /** The checkpoint is not one of the old set's. */
  | CheckpointCode;

export type TrustVerdict =
  | { readonly ok: true; readonly trust: Trust }
  /** `pointer` (RFC 6901) shows the first part that has no right form. */
  | { readonly ok: false; readonly code: 'trust-malformed'; readonly pointer: string }
  /** The validators, or what else stands there of the genesis, are not those that its digest names. */
  | { readonly ok: false; readonly code: 'trust-genesis-mismatch' }
  /** Handover number `handover`, from 0, is not proven. */
  | {
      readonly ok: false;
      readonly code: 'trust-handover-broken';
      readonly handover: number;
      readonly cause: HandoverCode;
    };

/** Reads a trust file, parsed from JSON, and verifies its handovers. Never throws. */
export function parseTrust(json: unknown): TrustVerdict {
  const prepared = prepareTrust(json);
  return prepared.ok ? prepared.judge(runChecks(prepared.checks)) : prepared;
}

/** {@link parseTrust} with the signatures checked off this thread where the runtime can. */
export async function parseTrustAsync(json: unknown): Promise<TrustVerdict> {
  const prepared = prepareTrust(json);
  return prepared.ok ? prepared.judge(await runChecksAsync(prepared.checks)) : prepared;
}

/** The set that signs the checkpoint of this size. */
export function setForSize(trust: Trust, size: number): ValidatorSet {
  const span = trust.spans.findLast(({ fromSize }) => fromSize <= size);
  if (span === undefined) throw new TypeError('trust without validators');
  return span.set;
}

interface PreparedTrust {
  readonly ok: true;
  readonly checks: readonly SignatureCheck[];
  judge(findings: readonly boolean[]): TrustVerdict;
}

function prepareTrust(
  json: unknown,
): PreparedTrust | Extract<TrustVerdict, { readonly ok: false }> {
  const read = readTrust(json);
  if (!read.ok) return { ok: false, code: 'trust-malformed', pointer: read.pointer };
  const { parts } = read;
  const digest = digestOfGenesis({ ...parts, rest: parts.genesisRest });
  if (!equalBytes(digest, parts.genesis)) return { ok: false, code: 'trust-genesis-mismatch' };
  const spans: ValidatorSpan[] = [{ fromSize: 0, set: parts.validators }];
  const checkpoints: CheckpointToJudge[] = [];
  for (const [index, handover] of parts.handovers.entries()) {
    const step = prepareHandover(parts, handover, spans);
    if (!step.ok) return brokenHandover(index, step.code);
    // The old set signs the checkpoint that ends with this block; the new one all larger ones.
    spans.push({ fromSize: handover.block.index + 2, set: handover.validators });
    checkpoints.push(step.value);
  }
  return {
    ok: true,
    checks: checkpoints.flatMap(({ checks }) => checks),
    judge: (findings) => {
      let at = 0;
      for (const [index, checkpoint] of checkpoints.entries()) {
        const verdict = checkpoint.judge(findings.slice(at, at + checkpoint.checks.length));
        at += checkpoint.checks.length;
        if (!verdict.ok) return brokenHandover(index, verdict.code);
      }
      const { chain, suite, genesis, predecessor } = parts;
      return { ok: true, trust: { chain, suite, genesis, predecessor, spans } };
    },
  };
}

function brokenHandover(
  handover: number,
  cause: HandoverCode,
): Extract<TrustVerdict, { readonly code: 'trust-handover-broken' }> {
  return { ok: false, code: 'trust-handover-broken', handover, cause };
}

function prepareHandover(
  parts: TrustParts,
  handover: Handover,
  spans: readonly ValidatorSpan[],
):
  | { readonly ok: true; readonly value: CheckpointToJudge }
  | { readonly ok: false; readonly code: HandoverCode } {
  const { chain, suite } = parts;
  const { number, block, checkpoint: note, validators } = handover;
  const old = spans.at(-1);
  // The genesis' set is number 0, and there is a span for each.
  if (number > spans.length) return { ok: false, code: 'handover-missing' };
  if (number < spans.length) return { ok: false, code: 'handover-out-of-order' };
  const decoded = decodeEntry(block.entry);
  if (!decoded.ok || decoded.entry.kind !== 'block' || old === undefined) {
    return { ok: false, code: 'handover-block-malformed' };
  }
  const size = block.index + 1;
  if (size < old.fromSize) return { ok: false, code: 'handover-out-of-order' };
  const digest = validatorsDigest(suiteHash(suite), validators, number);
  if (!equalBytes(digest, decoded.entry.validatorsDigest)) {
    return { ok: false, code: 'handover-set-mismatch' };
  }
  const prepared = prepareCheckpoint({ note, suite, chain, set: old.set, exact: true });
  if (!prepared.ok) return prepared;
  const { checkpoint } = prepared.value;
  const hasher = treeHasher(suiteHash(suite));
  if (checkpoint.size !== size || !isLogged(hasher, block, size, checkpoint.root)) {
    return { ok: false, code: 'handover-block-not-included' };
  }
  return prepared;
}
