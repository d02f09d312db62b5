import { encodeCbor, equalBytes, toHex } from '@hefu/bytes';
import type { NativeHost, Outcome, OutcomeData } from '@hefu/contract';
import { encodeEntry } from '@hefu/protocol';
import type { Statement } from '@hefu/protocol';
import { isAttachmentTooLarge } from './attachment-size.ts';
import type { AttachmentRefusal } from './attachment-size.ts';
import type { Attachment } from './attachments.ts';
import type { ChainSpec } from './chain-spec.ts';
import type { ForeignRefusal } from './foreign/judge-foreign.ts';
import { registerForeign } from './foreign/register.ts';
import type { ForeignCandidate } from './foreign/register.ts';
import { judge } from './judge.ts';
import type { JudgeRules, NoEntryCode, QuotaRefusal } from './judge.ts';
import type { ActiveContracts } from './modules.ts';
import type { BlockState } from './state/block-state.ts';
import { rememberSigners } from './state/signer-directory.ts';
import type { ReadValue, Signer, SignerDirectory } from './state/signer-directory.ts';
import { encodeStatementRow } from './head.ts';
import type { QuotaMeter } from './quota.ts';

/** Most due effects that run in one block; the rest wait for the next, so that a block stays bounded. */
export const DUE_EFFECTS_PER_BLOCK_MAX = 1_000;

/** CBOR of null and of the empty array. */
const NO_OUTPUT: Uint8Array = encodeCbor(null);
const NO_EVENTS: Uint8Array = encodeCbor([]);

/** A statement that waits for its place in the order. */
export interface Candidate {
  readonly statement: Statement;
  readonly foreign?: undefined;
  /** Hex of the statement's id, where it is known already. */
  readonly name?: string;
  /** The key under which the signature was found good before ordering; saves the check, decides nothing. */
  readonly verifiedBy?: Uint8Array;
  /** Travels beside it; becomes durable in its block. */
  readonly attachment?: Attachment;
}

/** What became of a candidate. */
export type StatementResult =
  | {
      readonly entered: true;
      readonly id: Uint8Array;
      readonly code: string;
      readonly data?: OutcomeData;
      /** Place within the block. */
      readonly position: number;
      readonly logIndex: number;
    }
  | {
      readonly entered: false;
      readonly id: Uint8Array;
      readonly code: NoEntryCode | ForeignRefusal;
    };

/** One entry of the block to be, with what is kept beside it. */
export interface NewEntry {
  readonly entry: Uint8Array;
  /** Statement row; absent for block and genesis entries. */
  readonly row?: Uint8Array;
  /** Id of a statement, digest of a foreign one; absent where none stands behind the entry. */
  readonly id?: Uint8Array;
}

export interface ExecutionContext {
  readonly height: number;
  readonly timeMs: number;
  /** Log size before the block. */
  readonly firstIndex: number;
  readonly state: BlockState;
  readonly directory: SignerDirectory;
  readonly rules: JudgeRules & Pick<ChainSpec, 'hashName'>;
  readonly host: NativeHost;
  readonly contracts: ActiveContracts;
  readonly quota: QuotaMeter;
  /** Bytes of an attachment that a statement may name. */
  readonly attachmentBytesMax: number;
  readonly hash: (bytes: Uint8Array) => Uint8Array;
  /** Whether the log already has an entry for this statement id. */
  readonly seen: (id: Uint8Array) => boolean;
  readonly verify: (statement: Statement, publicKey: Uint8Array) => boolean;
}

export interface Execution {
  readonly entries: NewEntry[];
  readonly results: StatementResult[];
}

/** Runs a block's due effects, then its statements in order. Changes only the block state. */
export function execute(
  candidates: readonly (Candidate | ForeignCandidate)[],
  context: ExecutionContext,
): Execution {
  const entries: NewEntry[] = [];
  runDueEffects(context, entries);
  const seenHere = new Set<string>();
  const read = readerOf(context.state);
  const judging = {
    rules: context.rules,
    signerOf: rememberSigners(
      (keyId) => context.directory.find(keyId, read),
      () => context.state.membershipVersion,
    ),
    height: context.height,
    timeMs: context.timeMs,
  };
  const results = candidates.map((candidate): StatementResult => {
    if (candidate.foreign !== undefined) {
      return registerForeign(candidate, context, { read, entries, seenHere });
    }
    const { statement, name = toHex(statement.id) } = candidate;
    if (seenHere.has(name) || context.seen(statement.id)) return notEntered(statement, 'duplicate');
    const judgement = judge(statement, judging);
    if (!judgement.ok) return notEntered(statement, judgement.code);
    if (!signatureHolds(candidate, judgement.signer, context)) {
      return notEntered(statement, 'signature-wrong');
    }
    seenHere.add(name);
    const refused =
      judgement.refused ??
      refusedByQuota(statement, judgement.signer, context) ??
      refusedBySize(statement, context);
    const outcome =
      refused === undefined
        ? runStatement(statement, name, judgement.signer, context)
        : refusal(refused);
    return enter(statement, outcome, context, entries);
  });
  context.quota.flush(context.state);
  return { entries, results };
}

function readerOf(state: BlockState): ReadValue {
  return (contract, collection, key) => state.get(contract, collection, key);
}

function notEntered(statement: Statement, code: NoEntryCode): StatementResult {
  return { entered: false, id: statement.id, code };
}

function signatureHolds(candidate: Candidate, signer: Signer, context: ExecutionContext): boolean {
  const { verifiedBy, statement } = candidate;
  const { publicKey } = signer.key;
  if (verifiedBy !== undefined && equalBytes(verifiedBy, publicKey)) return true;
  return context.verify(statement, publicKey);
}

/** Counts a statement that its organisation has room for, whatever comes of it. */
function refusedByQuota(
  { contract }: Statement,
  { memberRecord }: Signer,
  { quota }: ExecutionContext,
): QuotaRefusal | undefined {
  const { organisation } = memberRecord;
  if (quota.isSpent(organisation, contract)) return 'statement-quota-exceeded';
  quota.count(organisation, contract);
  return undefined;
}

function refusedBySize(
  statement: Statement,
  { host, contracts, attachmentBytesMax: bytesMax }: ExecutionContext,
): AttachmentRefusal | undefined {
  const version = contracts.versionOf(statement.contract);
  return isAttachmentTooLarge(statement, { host, version, bytesMax })
    ? 'attachment-too-large'
    : undefined;
}

function refusal(code: string): Outcome {
  return { code, output: null, events: [] };
}

function runStatement(
  statement: Statement,
  statementId: string,
  signer: Signer,
  context: ExecutionContext,
): Outcome {
  if (context.contracts.isMigrating(statement.contract)) return refusal('contract-migrating');
  const mark = context.state.mark();
  const outcome = context.host.callMethod({
    port: context.state,
    contract: statement.contract,
    versionOf: context.contracts.versionOf,
    method: statement.method,
    args: statement.args,
    caller: {
      member: signer.member,
      organisation: signer.memberRecord.organisation,
      roles: signer.memberRecord.roles,
      keyId: signer.keyId,
    },
    height: context.height,
    time: context.timeMs,
    statementId,
  });
  if (outcome.code !== 'ok') context.state.rollback(mark);
  return outcome;
}

function enter(
  statement: Statement,
  outcome: Outcome,
  context: ExecutionContext,
  entries: NewEntry[],
): StatementResult {
  const position = entries.length;
  const { output, events } = encodeOutcome(outcome);
  const entry = encodeEntry({
    kind: 'statement',
    height: context.height,
    index: position,
    time: context.timeMs,
    statementId: statement.id,
    signerKeyId: statement.keyId,
    code: outcome.code,
    outputDigest: context.hash(output),
    eventsDigest: context.hash(events),
  });
  entries.push({
    entry,
    row: encodeStatementRow({ bytes: statement.bytes, output, events }),
    id: statement.id,
  });
  return {
    entered: true,
    id: statement.id,
    code: outcome.code,
    ...(outcome.data === undefined ? {} : { data: outcome.data }),
    position,
    logIndex: context.firstIndex + position,
  };
}

function encodeOutcome(outcome: Outcome): { output: Uint8Array; events: Uint8Array } {
  return {
    output: outcome.outputBytes ?? NO_OUTPUT,
    events: outcome.eventsBytes ?? NO_EVENTS,
  };
}

function runDueEffects(context: ExecutionContext, entries: NewEntry[]): void {
  const due = context.state.dueEffects(context.timeMs, DUE_EFFECTS_PER_BLOCK_MAX);
  for (const effect of due) {
    // An effect of a contract that is being migrated stays scheduled until the new version can run it.
    if (context.contracts.isMigrating(effect.contract)) continue;
    if (!context.state.isStillDue(effect)) continue;
    context.state.cancel(effect.contract, effect.id);
    const mark = context.state.mark();
    const subject = encodeCbor([effect.contract, effect.id, effect.timeMs, effect.payload]);
    const effectDigest = context.hash(subject);
    const outcome = context.host.runEffect({
      port: context.state,
      versionOf: context.contracts.versionOf,
      contract: effect.contract,
      payload: effect.payload,
      effectDigest: toHex(effectDigest),
      height: context.height,
      time: context.timeMs,
    });
    if (outcome.code !== 'ok') context.state.rollback(mark);
    const { output, events } = encodeOutcome(outcome);
    const entry = encodeEntry({
      kind: 'due',
      height: context.height,
      index: entries.length,
      time: context.timeMs,
      effectDigest,
      code: outcome.code,
      outputDigest: context.hash(output),
      eventsDigest: context.hash(events),
    });
    entries.push({ entry, row: encodeStatementRow({ bytes: subject, output, events }) });
  }
}
