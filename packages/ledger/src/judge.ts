import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { EXPIRY_AHEAD_MAX_MS, signerStanding } from '@hefu/protocol';
import type { Statement } from '@hefu/protocol';
import type { FindSigner, Signer } from './state/signer-directory.ts';

/**
 * Why a statement gets no entry: otherwise anyone could write in another's name, or twice. What a known signer did in its own
 * name but was not allowed to do gets an entry with its code instead.
 */
export type NoEntryCode =
  | 'wrong-chain'
  | 'algorithm-not-admitted'
  | 'expired'
  | 'expiry-too-far'
  | 'unknown-signer'
  | 'key-wrong-purpose'
  | 'key-not-valid'
  | 'issuer-mismatch'
  | 'signature-wrong'
  | 'duplicate';

/** Entry codes that the ledger itself gives, before any contract runs. */
export type StandingRefusal = 'member-suspended' | 'organisation-suspended';

/** Of an organisation that has used up what it may send on a day. */
export type QuotaRefusal = 'statement-quota-exceeded';

export type Judgement =
  | { readonly ok: true; readonly signer: Signer; readonly refused?: StandingRefusal }
  | { readonly ok: false; readonly code: NoEntryCode };

export interface JudgeRules {
  readonly chain: string;
  readonly algorithms: ReadonlySet<SignatureAlgorithm>;
}

export interface JudgeContext {
  readonly rules: JudgeRules;
  readonly signerOf: FindSigner;
  /** Height of the block that judges. */
  readonly height: number;
  /** Time of that block. */
  readonly timeMs: number;
}

/**
 * Everything about a well-formed statement that can be judged without its signature: from bytes, state and block time
 * alone, so that every node comes to the same verdict.
 */
export function judge(statement: Statement, context: JudgeContext): Judgement {
  const { rules } = context;
  if (statement.chain !== rules.chain) return refuse('wrong-chain');
  if (!rules.algorithms.has(statement.algorithm)) return refuse('algorithm-not-admitted');
  if (statement.expires <= context.timeMs) return refuse('expired');
  if (statement.expires > context.timeMs + EXPIRY_AHEAD_MAX_MS) return refuse('expiry-too-far');
  const signer = context.signerOf(statement.keyId);
  if (signer === undefined || signer.key.algorithm !== statement.algorithm) {
    return refuse('unknown-signer');
  }
  // The issuer is of the chain named in the payload, or the statement would not have parsed: the member decides.
  if (statement.member !== signer.member) return refuse('issuer-mismatch');
  const standing = signerStanding(
    context.height,
    signer.key,
    signer.memberRecord,
    signer.organisationRecord,
  );
  if (standing.ok) return { ok: true, signer };
  if (standing.code === 'key-wrong-purpose' || standing.code === 'key-not-valid') {
    return refuse(standing.code);
  }
  return { ok: true, signer, refused: standing.code };
}

function refuse(code: NoEntryCode): Judgement {
  return { ok: false, code };
}
