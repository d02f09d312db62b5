import { equalBytes } from '@hefu/bytes';
import { parseForeignStatement } from '@hefu/protocol';
import type { ForeignStatement, RegistrationEntry } from '@hefu/protocol';
import type { ChainSpec } from '../chain-spec.ts';
import { judgeForeign } from '../foreign/judge-foreign.ts';
import type { ForeignJudgement } from '../foreign/judge-foreign.ts';
import { isSignedBy } from '../foreign/register.ts';
import type { StatementRow } from '../head.ts';
import type { ReadValue, SignerDirectory } from '../state/signer-directory.ts';
import type { FsckFault } from './report.ts';

/** CBOR of null and of no events: what stands beside a registration. */
const NULL = 0xf6;
const EMPTY_ARRAY = 0x80;

export interface ForeignCheckContext {
  readonly spec: ChainSpec;
  readonly directory: SignerDirectory;
  readonly read: ReadValue;
  /** Whether the signature is checked again. */
  readonly signatures: boolean;
}

/** What is wrong with the row of a registered foreign statement, beside its entry. */
export function* foreignFaults(
  row: StatementRow,
  entry: RegistrationEntry,
  context: ForeignCheckContext,
): Generator<{ readonly code: FsckFault['code']; readonly detail?: string }> {
  const { bytes, output, events } = row;
  if (!isByte(output, NULL) || !isByte(events, EMPTY_ARRAY)) yield { code: 'outcome-wrong' };
  const parsed = parseForeignStatement(bytes);
  if (!parsed.ok) {
    yield { code: 'statement-wrong', detail: parsed.code };
    return;
  }
  const { statement } = parsed;
  if (!equalBytes(statement.bytes, bytes) || !equalBytes(statement.digest, entry.digest)) {
    yield { code: 'statement-wrong', detail: 'digest' };
    return;
  }
  if (!context.signatures) return;
  const judgement = judgeAgain(statement, entry, context);
  if (judgement === undefined || !judgement.ok) {
    yield { code: 'statement-signer-wrong', detail: judgement?.code ?? 'unknown-signer' };
    return;
  }
  if (!equalBytes(judgement.keyId, entry.signerKeyId)) {
    yield { code: 'statement-signer-wrong', detail: 'key' };
  }
  if (!isSignedBy(statement, judgement.publicKey)) yield { code: 'statement-signature-wrong' };
}

/** Records are never deleted and hold the heights in which they count, so the present state judges the past. */
function judgeAgain(
  statement: ForeignStatement,
  entry: RegistrationEntry,
  context: ForeignCheckContext,
): ForeignJudgement | undefined {
  try {
    return judgeForeign(statement, { ...context, height: entry.height, timeMs: entry.time });
  } catch {
    // A broken state tree has its own findings.
    return undefined;
  }
}

function isByte(bytes: Uint8Array, value: number): boolean {
  return bytes.length === 1 && bytes[0] === value;
}
