import { equalBytes, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { HashName } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { contentDigestsOf, describedItem, digestContent, matchContent } from './content.ts';
import type { ContentDigests } from './content.ts';
import { decodeEntry, OUTCOME_OK } from './entry.ts';
import type { BlockEntry, StatementEntry } from './entry.ts';
import { isLogged } from './logged-entry.ts';
import { organisationOfMember } from './names.ts';
import { parseReceipt } from './receipt-document.ts';
import type { Receipt } from './receipt-document.ts';
import { batchOf, isItemOf, itemValue } from './receipt-item.ts';
import { readSigner, signerIsProven } from './receipt-signer.ts';
import type { SignerRecords } from './receipt-signer.ts';
import type {
  ReceiptCode,
  ReceiptFacts,
  ReceiptStep,
  ReceiptStepId,
  ReceiptVerdict,
  StepData,
} from './receipt-verdict.ts';
import { signerStanding } from './records.ts';
import { runChecks, runChecksAsync } from './signature-check.ts';
import type { CheckMemory, SignatureCheck } from './signature-check.ts';
import { parseStatement } from './statement.ts';
import type { Statement, StatementVerdict } from './statement.ts';
import { treeHasher } from './suite-hasher.ts';
import { setForSize } from './trust.ts';
import type { Trust } from './trust.ts';
import { prepareCheckpoint } from './verify-checkpoint.ts';
import type { CheckpointCode, CheckpointToJudge, CheckpointVerdict } from './verify-checkpoint.ts';

/** What to verify, and against what. */
export interface ReceiptToVerify {
  /** Parsed from JSON. */
  readonly receipt: unknown;
  readonly trust: Trust;
  /** The content that the receipt should be for: its bytes, or digests taken elsewhere. */
  readonly content?: Uint8Array | ContentDigests;
  /** Where the synchronous verifier keeps its findings for the next receipts. */
  readonly memory?: CheckMemory;
}

/**
 * Verifies a receipt with nothing but a trust file, step by step. Steps after a fault are judged as
 * far as it leaves them something to judge by. Never throws on any receipt.
 */
export function verifyReceipt(options: ReceiptToVerify): ReceiptVerdict {
  const prepared = prepareReceipt(options);
  return prepared.judge(runChecks(prepared.checks, options.memory));
}

/** {@link verifyReceipt} with the signatures checked off this thread where the runtime can. */
export async function verifyReceiptAsync(options: ReceiptToVerify): Promise<ReceiptVerdict> {
  const prepared = prepareReceipt(options);
  return prepared.judge(await runChecksAsync(prepared.checks));
}

interface PreparedReceipt {
  readonly checks: readonly SignatureCheck[];
  judge(findings: readonly boolean[]): ReceiptVerdict;
}

/** Everything in a receipt that could be read; what could not is undefined. */
interface Readings {
  readonly receipt: Receipt;
  readonly trust: Trust;
  readonly hashName: HashName;
  readonly content: ContentDigests | undefined;
  readonly parsed: StatementVerdict;
  readonly statement: Statement | undefined;
  readonly entry: StatementEntry | undefined;
  readonly block: BlockEntry | undefined;
  readonly signer: SignerRecords | undefined;
  readonly checkpoint: CheckpointToJudge | undefined;
  readonly checkpointCode: CheckpointCode | undefined;
}

function prepareReceipt(options: ReceiptToVerify): PreparedReceipt {
  const parsed = parseReceipt(options.receipt);
  if (!parsed.ok) {
    const step = fails('format', parsed.code, { pointer: parsed.pointer });
    return { checks: [], judge: () => ({ ok: false, code: parsed.code, steps: [step] }) };
  }
  const readings = readAll(parsed.receipt, options);
  const { statement, signer, checkpoint } = readings;
  const signature = signatureCheck(statement, signer);
  const lineChecks = checkpoint?.checks ?? [];
  return {
    checks: signature === undefined ? lineChecks : [signature, ...lineChecks],
    judge: (findings) => {
      const signed = signature === undefined ? undefined : findings[0] === true;
      const lines = checkpoint?.judge(signature === undefined ? findings : findings.slice(1));
      return conclude(readings, lines, [
        holds('format', {}),
        chainStep(readings),
        statementStep(readings),
        ...contentSteps(readings),
        ...itemSteps(readings),
        signerStep(readings),
        signatureStep(readings, signed),
        entryStep(readings),
        inclusionStep(readings),
        blockStep(readings),
        checkpointStep(readings),
        quorumStep(lines),
      ]);
    },
  };
}

function readAll(receipt: Receipt, options: ReceiptToVerify): Readings {
  const { trust, content } = options;
  const hashName = suiteHash(receipt.suite);
  const parsed = parseStatement(receipt.statement, hashName);
  const statement = parsed.ok ? parsed.statement : undefined;
  const entry = decodeEntry(receipt.logged.entry);
  const block = decodeEntry(receipt.block.entry);
  const { chain, suite } = trust;
  // The set follows from the size, which is read first; a size that is not there fits any set.
  const size = sizeOfCheckpoint(receipt.checkpoint);
  const checkpoint = prepareCheckpoint({
    note: receipt.checkpoint,
    suite,
    chain,
    set: setForSize(trust, size),
    exact: true,
  });
  return {
    receipt,
    trust,
    hashName,
    content: content instanceof Uint8Array ? digestContent(content) : content,
    parsed,
    statement,
    entry: entry.ok && entry.entry.kind === 'statement' ? entry.entry : undefined,
    block: block.ok && block.entry.kind === 'block' ? block.entry : undefined,
    signer: statement === undefined ? undefined : readSigner(hashName, receipt.signer, statement),
    checkpoint: checkpoint.ok ? checkpoint.value : undefined,
    checkpointCode: checkpoint.ok ? undefined : checkpoint.code,
  };
}

function sizeOfCheckpoint(note: string): number {
  const size = Number(note.split('\n', 2)[1]);
  return Number.isSafeInteger(size) && size >= 0 ? size : 0;
}

function signatureCheck(
  statement: Statement | undefined,
  signer: SignerRecords | undefined,
): SignatureCheck | undefined {
  if (statement === undefined || signer === undefined) return undefined;
  const { toBeSigned: message, signature } = statement;
  return { algorithm: signer.key.algorithm, publicKey: signer.key.publicKey, message, signature };
}

function holds(id: ReceiptStepId, data: StepData): ReceiptStep {
  return { id, ok: true, data };
}

function fails(id: ReceiptStepId, code: ReceiptCode, data: StepData = {}): ReceiptStep {
  return { id, ok: false, code, data };
}

function chainStep({ receipt, trust }: Readings): ReceiptStep {
  const data = { chain: receipt.chain, suite: receipt.suite, genesis: toHex(receipt.genesis) };
  const same =
    receipt.chain === trust.chain &&
    receipt.suite === trust.suite &&
    equalBytes(receipt.genesis, trust.genesis);
  return same ? holds('chain', data) : fails('chain', 'foreign-chain', data);
}

function statementStep({ receipt, parsed }: Readings): ReceiptStep {
  if (!parsed.ok) return fails('statement', 'statement-damaged', { statementCode: parsed.code });
  const { id, chain, member, contract, method, algorithm } = parsed.statement;
  const data = { id: toHex(id), chain, member, contract, method, algorithm };
  if (chain !== receipt.chain) return fails('statement', 'foreign-chain', data);
  return holds('statement', data);
}

function contentSteps(readings: Readings): readonly ReceiptStep[] {
  const { receipt, content, statement } = readings;
  if (content === undefined) return [];
  if (statement === undefined) return [fails('content', 'not-judged')];
  const described =
    receipt.item === undefined ? describedItem(statement.args) : itemValue(receipt.item);
  const verdict = matchContent(contentDigestsOf(described), content);
  return [
    verdict.ok
      ? holds('content', { compared: verdict.compared })
      : fails('content', verdict.code, contentData(content)),
  ];
}

function contentData({ sha256, sm3 }: ContentDigests): StepData {
  return {
    ...(sha256 === undefined ? {} : { sha256: toHex(sha256) }),
    ...(sm3 === undefined ? {} : { sm3: toHex(sm3) }),
  };
}

function itemSteps({ receipt, hashName, statement }: Readings): readonly ReceiptStep[] {
  const { item } = receipt;
  if (item === undefined) return [];
  if (statement === undefined) return [fails('item', 'not-judged')];
  const batch = batchOf(statement.args);
  if (batch === undefined) return [fails('item', 'item-mismatch', { index: item.index })];
  const data = { index: item.index, count: batch.count, root: toHex(batch.root) };
  const found = itemValue(item) !== undefined && isItemOf(hashName, item, batch);
  return [found ? holds('item', data) : fails('item', 'item-mismatch', data)];
}

function signerStep(readings: Readings): ReceiptStep {
  const { receipt, hashName, statement, entry, block, signer } = readings;
  if (statement === undefined || block === undefined) return fails('signer', 'not-judged');
  if (signer === undefined || !signerIsProven(hashName, receipt.signer, block.stateRoot)) {
    return fails('signer', 'signer-proof-broken');
  }
  if (entry === undefined) return fails('signer', 'not-judged');
  const { key, member, organisation } = signer;
  const standing = signerStanding(entry.height, key, member, organisation);
  const data = {
    keyId: receipt.signer.key.id,
    member: receipt.signer.member.id,
    kind: member.kind,
    roles: member.roles,
    organisation: receipt.signer.organisation.id,
    height: entry.height,
    standing: standing.ok ? 'good' : standing.code,
  };
  // A refusal may be due to the very standing that is proven here; then it is as it should be.
  if (standing.ok || entry.code !== OUTCOME_OK) return holds('signer', data);
  return fails('signer', 'signer-not-in-good-standing', data);
}

function signatureStep({ statement }: Readings, signed: boolean | undefined): ReceiptStep {
  if (statement === undefined || signed === undefined) return fails('signature', 'not-judged');
  const data = { algorithm: statement.algorithm };
  return signed ? holds('signature', data) : fails('signature', 'signature-wrong', data);
}

function entryStep({ receipt, hashName, statement, entry }: Readings): ReceiptStep {
  if (entry === undefined) return fails('entry', 'entry-mismatch');
  const { height, index, time, code } = entry;
  const data = { height, index, time, code };
  if (statement === undefined) return fails('entry', 'not-judged', data);
  const same =
    equalBytes(entry.statementId, statement.id) && equalBytes(entry.signerKeyId, statement.keyId);
  if (!same) return fails('entry', 'entry-mismatch', data);
  const { output, events } = receipt;
  if (output !== undefined && !equalBytes(hash(hashName, output), entry.outputDigest)) {
    return fails('entry', 'output-mismatch', data);
  }
  if (events !== undefined && !equalBytes(hash(hashName, events), entry.eventsDigest)) {
    return fails('entry', 'events-mismatch', data);
  }
  return holds('entry', data);
}

function inclusionStep({ receipt, hashName, checkpoint }: Readings): ReceiptStep {
  if (checkpoint === undefined) return fails('inclusion', 'not-judged');
  const { size, root } = checkpoint.checkpoint;
  const data = { index: receipt.logged.index, size, root: toHex(root) };
  return isLogged(treeHasher(hashName), receipt.logged, size, root)
    ? holds('inclusion', data)
    : fails('inclusion', 'entry-not-included', data);
}

function blockStep(readings: Readings): ReceiptStep {
  const { receipt, hashName, entry, block, checkpoint } = readings;
  if (block === undefined) return fails('block', 'block-mismatch');
  const data = {
    height: block.height,
    time: block.time,
    index: receipt.block.index,
    stateRoot: toHex(block.stateRoot),
  };
  if (entry !== undefined && !blockCovers(receipt, entry, block)) {
    return fails('block', 'block-mismatch', data);
  }
  if (checkpoint === undefined) return fails('block', 'not-judged', data);
  const { size, root } = checkpoint.checkpoint;
  return isLogged(treeHasher(hashName), receipt.block, size, root)
    ? holds('block', data)
    : fails('block', 'block-not-included', data);
}

/** Whether the block entry can be that of the statement's block or of a later one. */
function blockCovers(receipt: Receipt, entry: StatementEntry, block: BlockEntry): boolean {
  if (receipt.block.index <= receipt.logged.index) return false;
  if (block.height === entry.height) return block.time === entry.time;
  return block.height > entry.height && block.time >= entry.time;
}

function checkpointStep({ checkpoint, checkpointCode }: Readings): ReceiptStep {
  if (checkpoint === undefined) {
    return fails('checkpoint', checkpointCode ?? 'checkpoint-malformed');
  }
  const { origin, size, root } = checkpoint.checkpoint;
  return holds('checkpoint', { origin, size, root: toHex(root) });
}

function quorumStep(lines: CheckpointVerdict | undefined): ReceiptStep {
  if (lines === undefined) return fails('quorum', 'not-judged');
  const data: StepData = {
    power: lines.power ?? 0,
    total: lines.total ?? 0,
    cosigners: cosignersOf(lines),
    wrongLines: (lines.lines ?? []).filter((line) => !line.ok).map((line) => line.name),
  };
  if (!lines.ok) return fails('quorum', lines.code, data);
  return holds('quorum', { ...data, timeSeconds: lines.timeSeconds });
}

function cosignersOf(lines: CheckpointVerdict): readonly string[] {
  return (lines.signers ?? []).filter((signer) => signer.ok).map((signer) => signer.organisation);
}

function conclude(
  readings: Readings,
  lines: CheckpointVerdict | undefined,
  steps: readonly ReceiptStep[],
): ReceiptVerdict {
  const failed = steps.filter((step) => !step.ok);
  const { statement, entry } = readings;
  if (failed.length === 0 && statement !== undefined && entry !== undefined && lines?.ok === true) {
    const facts = factsOf(readings.receipt, statement, entry, lines);
    const outcome = entry.code;
    if (outcome === OUTCOME_OK) return { ok: true, outcome, facts, steps };
    return { ok: true, outcome, code: 'statement-refused', facts, steps };
  }
  for (const { code } of failed) {
    if (code !== undefined && code !== 'not-judged') return { ok: false, code, steps };
  }
  // A step is left unjudged only because of another that was judged and failed.
  throw new Error('a receipt fails without a fault');
}

function factsOf(
  receipt: Receipt,
  statement: Statement,
  entry: StatementEntry,
  lines: Extract<CheckpointVerdict, { readonly ok: true }>,
): ReceiptFacts {
  const { chain, id, member, contract, method } = statement;
  return {
    chain,
    statementId: toHex(id),
    member,
    organisation: organisationOfMember(member),
    contract,
    method,
    height: entry.height,
    time: entry.time,
    index: receipt.logged.index,
    size: lines.size,
    checkpointTimeSeconds: lines.timeSeconds,
    cosigners: cosignersOf(lines),
  };
}
