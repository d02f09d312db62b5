import { equalBytes } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { decodeSign1 } from '@hefu/crypto/cose';
import { keyId } from '@hefu/crypto/keys';
import { verify } from '@hefu/crypto/sign';
import { COSE_RECEIPT_BYTES_MAX, parseCoseReceipt, verifyCoseReceipt } from './cose-receipt.ts';
import type { CoseReceiptCode } from './cose-receipt.ts';
import { coseRootHeader } from './cose-root.ts';
import { canonicalForm, COSE_RECEIPTS, parseForeignStatement } from './foreign-statement.ts';
import type { ForeignStatement, ForeignStatementCode } from './foreign-statement.ts';
import { setForSize } from './trust.ts';
import type { Trust } from './trust.ts';
import { isQuorum, totalPower } from './validators.ts';
import type { Validator, ValidatorSet } from './validators.ts';

/** Transparent Statements (RFC 9943 §7): a Signed Statement with its receipts, verified without asking anyone. */

/** Most receipts that one statement may carry. */
export const RECEIPTS_MAX = 64;
/** Longest Transparent Statement: the statement and its receipts. */
export const TRANSPARENT_STATEMENT_BYTES_MAX: number =
  65_536 + RECEIPTS_MAX * COSE_RECEIPT_BYTES_MAX;

export type TransparentStatementCode =
  | ForeignStatementCode
  /** Receipts are of no right form, or none is there. */
  | 'scitt-receipts-missing'
  /** The chain's suite has no such receipts. */
  | 'suite-has-no-standard'
  /** A receipt by a validator of this chain that does not hold. */
  | 'scitt-receipt-wrong'
  /** The receipts that hold are of less than a quorum. */
  | 'scitt-quorum-short'
  /** The receipts name different places in the log. */
  | 'scitt-receipts-differ'
  /** Not signed by the issuer's key that was given. */
  | 'signature-wrong';

/** What one receipt shows. */
export type ReceiptFinding =
  | {
      readonly ok: true;
      readonly organisation: string;
      readonly size: number;
      readonly index: number;
    }
  | {
      readonly ok: false;
      /** Undefined where nobody of the chain signed it: other logs' receipts are passed over. */
      readonly organisation: string | undefined;
      readonly code: CoseReceiptCode | 'scitt-receipt-foreign';
    };

export interface TransparentStatementVerdict {
  readonly ok: boolean;
  /** The first thing that does not hold; undefined when all does. */
  readonly code: TransparentStatementCode | undefined;
  readonly statement: ForeignStatement | undefined;
  readonly receipts: readonly ReceiptFinding[];
  /** Place of its entry in the log. */
  readonly index: number | undefined;
  /**
   * Whether the issuer's signature was checked here; without its key that is left to the consortium, whose validators
   * register nothing else.
   */
  readonly signatureChecked: boolean;
}

/**
 * Verifies a Transparent Statement against a chain's trust file: that more than two thirds of its validators' power say
 * that the statement is in the log. `issuerKey` checks the issuer's own signature too. Never throws on any bytes.
 */
export function verifyTransparentStatement(options: {
  readonly bytes: Uint8Array;
  readonly trust: Trust;
  readonly issuerKey?: { readonly algorithm: SignatureAlgorithm; readonly publicKey: Uint8Array };
}): TransparentStatementVerdict {
  const { trust, issuerKey } = options;
  const taken = readTransparentStatement(options.bytes);
  if (!taken.ok) return nothing(taken.code);
  const { statement, receipts } = taken;
  const signatureChecked = issuerKey !== undefined;
  const base = { statement, signatureChecked, receipts: [], index: undefined };
  if (trust.suite !== 'international') {
    return { ...base, ok: false, code: 'suite-has-no-standard' };
  }
  if (receipts.length === 0) return { ...base, ok: false, code: 'scitt-receipts-missing' };
  const judged = verifyReceiptsOf({ digest: statement.digest, receipts, trust });
  const result = { ...base, receipts: judged.receipts, index: judged.index };
  if (issuerKey !== undefined && !isSignedBy(statement, issuerKey)) {
    return { ...result, ok: false, code: 'signature-wrong' };
  }
  return { ...result, ok: judged.ok, code: judged.code };
}

/** What the receipts of a registered statement show together. */
export interface ReceiptsVerdict {
  readonly ok: boolean;
  readonly code: TransparentStatementCode | undefined;
  readonly receipts: readonly ReceiptFinding[];
  /** Place of the digest in the log. */
  readonly index: number | undefined;
}

/** Whether receipts show that a digest is registered on a chain of the international suite. Never throws on any bytes. */
export function verifyReceiptsOf(options: {
  readonly digest: Uint8Array;
  readonly receipts: readonly Uint8Array[];
  readonly trust: Trust;
}): ReceiptsVerdict {
  const { digest, trust } = options;
  const receipts = options.receipts.map((bytes) => judgeReceipt(bytes, digest, trust));
  const good = receipts.filter((finding) => finding.ok);
  const index = good[0]?.index;
  const failed = (code: TransparentStatementCode): ReceiptsVerdict => ({
    ok: false,
    code,
    receipts,
    index,
  });
  if (receipts.some((finding) => !finding.ok && finding.organisation !== undefined)) {
    return failed('scitt-receipt-wrong');
  }
  if (good.some((finding) => finding.index !== index)) return failed('scitt-receipts-differ');
  if (!hasQuorum(good, trust)) return failed('scitt-quorum-short');
  return { ok: true, code: undefined, receipts, index };
}

/** A Transparent Statement taken apart: the statement in its registered form, and the receipts in it. */
export function readTransparentStatement(bytes: Uint8Array):
  | {
      readonly ok: true;
      readonly statement: ForeignStatement;
      readonly receipts: readonly Uint8Array[];
    }
  | { readonly ok: false; readonly code: ForeignStatementCode | 'scitt-receipts-missing' } {
  if (bytes.length > TRANSPARENT_STATEMENT_BYTES_MAX) return { ok: false, code: 'scitt-too-large' };
  const decoded = decodeSign1(bytes, { strict: false });
  if (!decoded.ok) return { ok: false, code: 'scitt-malformed' };
  const { sign1 } = decoded;
  if (sign1.payload === null) return { ok: false, code: 'scitt-payload-detached' };
  const parsed = parseForeignStatement(canonicalForm(sign1));
  if (!parsed.ok) return parsed;
  const receipts = receiptsOf(sign1.unprotected.get(COSE_RECEIPTS));
  if (receipts === undefined) return { ok: false, code: 'scitt-receipts-missing' };
  return { ok: true, statement: parsed.statement, receipts };
}

function receiptsOf(value: CborValue | undefined): readonly Uint8Array[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > RECEIPTS_MAX) return undefined;
  const items = value as readonly CborValue[];
  return items.every((item) => item instanceof Uint8Array) ? items : undefined;
}

function judgeReceipt(bytes: Uint8Array, digest: Uint8Array, trust: Trust): ReceiptFinding {
  const parsed = parseCoseReceipt(bytes);
  const kid = parsed.ok ? parsed.receipt.keyId : undefined;
  const size = parsed.ok ? parsed.receipt.inclusion[0]?.size : undefined;
  const validator =
    kid === undefined || size === undefined ? undefined : validatorOf(setForSize(trust, size), kid);
  if (validator === undefined) {
    return { ok: false, organisation: undefined, code: 'scitt-receipt-foreign' };
  }
  const { organisation, algorithm, publicKey } = validator;
  // The header names the chain: a validator may sign for two with one key.
  const header = parsed.ok ? parsed.receipt.sign1.protected : NO_BYTES;
  if (!equalBytes(header, coseRootHeader(trust.chain, validator))) {
    return { ok: false, organisation: undefined, code: 'scitt-receipt-foreign' };
  }
  const verdict = verifyCoseReceipt({ bytes, leafEntry: digest, algorithm, publicKey });
  if (!verdict.ok) return { ok: false, organisation, code: verdict.code };
  return { ok: true, organisation, size: verdict.size, index: verdict.index };
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

function validatorOf(set: ValidatorSet, kid: Uint8Array): Validator | undefined {
  return set.find(({ algorithm, publicKey }) =>
    equalBytes(keyId('sha256', algorithm, publicKey), kid),
  );
}

/** Whether receipts of one size, which all lead to one root, are of a quorum. */
function hasQuorum(good: readonly Extract<ReceiptFinding, { ok: true }>[], trust: Trust): boolean {
  const sizes = new Set(good.map(({ size }) => size));
  return [...sizes].some((size) => {
    const set = setForSize(trust, size);
    const signers = new Set(
      good.filter((each) => each.size === size).map(({ organisation }) => organisation),
    );
    const power = set
      .filter(({ organisation }) => signers.has(organisation))
      .reduce((sum, validator) => sum + validator.power, 0);
    return isQuorum(power, totalPower(set));
  });
}

function isSignedBy(
  { algorithm, toBeSigned, signature }: ForeignStatement,
  key: { readonly algorithm: SignatureAlgorithm; readonly publicKey: Uint8Array },
): boolean {
  return algorithm === key.algorithm && verify(algorithm, key.publicKey, toBeSigned, signature);
}

function nothing(code: TransparentStatementCode): TransparentStatementVerdict {
  return {
    ok: false,
    code,
    statement: undefined,
    receipts: [],
    index: undefined,
    signatureChecked: false,
  };
}
