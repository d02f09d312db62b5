import type { CborKey, CborValue } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { COSE_HEADER, CWT_CLAIM, decodeSign1, encodeSign1, sigStructure } from '@hefu/crypto/cose';
import type { CoseHeader, CoseSign1 } from '@hefu/crypto/cose';
import { hash } from '@hefu/crypto/hash';
import { isHashEnvelope, usesHashEnvelope } from './hash-envelope.ts';
import { STATEMENT_CONTENT_TYPE } from './statement-header.ts';

/**
 * Signed Statements of other systems (RFC 9943 §6): any COSE_Sign1 whose protected header says who
 * made it and what about. Registered, such a statement is an entry of the log: its digest.
 */

/** Longest foreign statement, in its registered form and as it is sent. */
export const FOREIGN_STATEMENT_BYTES_MAX = 65_536;
/** Longest issuer or subject, in UTF-16 code units. */
export const FOREIGN_CLAIM_LENGTH_MAX = 500;

/** Where receipts stand in the unprotected header of a Transparent Statement (RFC 9942 §4.2). */
export const COSE_RECEIPTS = 394;

/** CWT claims that bound when a statement counts, in seconds (RFC 8392 §3.1.4, §3.1.5). */
const CLAIM_EXP = 4;
const CLAIM_NBF = 5;
/** Type of the whole COSE object (RFC 9596). */
const HEADER_TYP = 16;
/** Latest time of a claim: what a date can hold. */
const CLAIM_SECONDS_MAX = 8_640_000_000_000;

/** COSE numbers of the algorithms: polymorphic (RFC 9053 §2) and fully specified (RFC 9864 §2). */
const ALGORITHMS: ReadonlyMap<unknown, SignatureAlgorithm> = new Map([
  [-8, 'ed25519'],
  [-19, 'ed25519'],
  [-7, 'es256'],
  [-9, 'es256'],
]);

/** Critical headers that are understood here; any other must not be passed over (RFC 9052 §3.1). */
const UNDERSTOOD: ReadonlySet<CborValue> = new Set<CborValue>([
  COSE_HEADER.alg,
  COSE_HEADER.contentType,
  COSE_HEADER.kid,
  COSE_HEADER.cwtClaims,
  HEADER_TYP,
  258,
  259,
  260,
]);

export interface ForeignStatement {
  /** The registered form: tag 18, deterministic outside, unprotected header empty; else as it came. */
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`: its entry in the log, and its name. */
  readonly digest: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** `iss`. */
  readonly issuer: string;
  /** `sub`. */
  readonly subject: string;
  /** `kid` as its issuer writes it; undefined when it names none. */
  readonly keyId: Uint8Array | undefined;
  /** From when it counts by its own claims, milliseconds UTC; undefined when they do not say. */
  readonly notBeforeMs: number | undefined;
  /** Until when. */
  readonly expiresMs: number | undefined;
  readonly toBeSigned: Uint8Array;
  readonly signature: Uint8Array;
}

export type ForeignStatementCode =
  /** More than 65,536 bytes; looked at first. */
  | 'scitt-too-large'
  /** Not a COSE_Sign1, or a header that stands twice. */
  | 'scitt-malformed'
  /** The payload travels apart. */
  | 'scitt-payload-detached'
  /** None of the algorithms that are verified here. */
  | 'scitt-algorithm'
  /** A critical header that is not understood. */
  | 'scitt-critical-header'
  /** No CWT claims with issuer and subject in the protected header, or a claim of the wrong form. */
  | 'scitt-claims'
  /** A hash envelope that breaks its own rules. */
  | 'scitt-hash-envelope'
  /** A call of a contract: that is submitted, not registered. */
  | 'scitt-is-call';

export type ForeignStatementVerdict =
  | { readonly ok: true; readonly statement: ForeignStatement }
  | { readonly ok: false; readonly code: ForeignStatementCode };

/**
 * Reads a Signed Statement as anybody's tools write it. What stands outside the signature (the
 * unprotected header, the outer encoding, the tag) makes no other statement of it. Never throws.
 */
export function parseForeignStatement(bytes: Uint8Array): ForeignStatementVerdict {
  if (bytes.length > FOREIGN_STATEMENT_BYTES_MAX) return refuse('scitt-too-large');
  const decoded = decodeSign1(bytes, { strict: false });
  if (!decoded.ok) return refuse('scitt-malformed');
  const { sign1 } = decoded;
  const { payload, protectedHeader: header } = sign1;
  if (payload === null) return refuse('scitt-payload-detached');
  const algorithm = ALGORITHMS.get(header.get(COSE_HEADER.alg));
  if (algorithm === undefined) return refuse('scitt-algorithm');
  if (!isCriticalUnderstood(header)) return refuse('scitt-critical-header');
  const claims = readClaims(header.get(COSE_HEADER.cwtClaims));
  if (claims === undefined) return refuse('scitt-claims');
  const keyId = header.get(COSE_HEADER.kid);
  if (keyId !== undefined && !(keyId instanceof Uint8Array)) return refuse('scitt-malformed');
  if (header.get(COSE_HEADER.contentType) === STATEMENT_CONTENT_TYPE) {
    return refuse('scitt-is-call');
  }
  if (usesHashEnvelope(sign1) && !isHashEnvelope(sign1)) return refuse('scitt-hash-envelope');
  const canonical = canonicalForm(sign1);
  // An indefinite-length text could be longer written out, never shorter.
  if (canonical.length > FOREIGN_STATEMENT_BYTES_MAX) return refuse('scitt-too-large');
  return {
    ok: true,
    statement: {
      bytes: canonical,
      digest: hash('sha256', canonical),
      algorithm,
      ...claims,
      keyId: keyId?.slice(),
      toBeSigned: sigStructure(sign1.protected, NO_BYTES, payload),
      signature: sign1.signature.slice(),
    },
  };
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** The form in which a statement is registered, whatever stands in its unprotected header. */
export function canonicalForm({
  protected: header,
  payload,
  signature,
}: Pick<CoseSign1, 'protected' | 'payload' | 'signature'>): Uint8Array {
  return encodeSign1({ protected: header, payload, signature });
}

/** A Transparent Statement (RFC 9943 §7): the statement with these receipts and nothing else unprotected. */
export function attachReceipts(
  statement: Pick<ForeignStatement, 'bytes'>,
  receipts: readonly Uint8Array[],
): Uint8Array {
  const decoded = decodeSign1(statement.bytes, { strict: false });
  if (!decoded.ok) throw new TypeError('not a registered form');
  const { protected: header, payload, signature } = decoded.sign1;
  return encodeSign1({
    protected: header,
    unprotected: new Map<CborKey, CborValue>(
      receipts.length === 0 ? [] : [[COSE_RECEIPTS, [...receipts]]],
    ),
    payload,
    signature,
  });
}

function refuse(code: ForeignStatementCode): ForeignStatementVerdict {
  return { ok: false, code };
}

function isCriticalUnderstood(header: CoseHeader): boolean {
  const critical = header.get(COSE_HEADER.crit);
  if (critical === undefined) return true;
  if (!Array.isArray(critical) || critical.length === 0) return false;
  return (critical as readonly CborValue[]).every(
    (label) => UNDERSTOOD.has(label) && header.has(label as CborKey),
  );
}

type Claims = Pick<ForeignStatement, 'issuer' | 'subject' | 'notBeforeMs' | 'expiresMs'>;

function readClaims(value: CborValue | undefined): Claims | undefined {
  if (!(value instanceof Map)) return undefined;
  const claims = value as ReadonlyMap<CborKey, CborValue>;
  const issuer = claims.get(CWT_CLAIM.iss);
  const subject = claims.get(CWT_CLAIM.sub);
  if (!isClaimText(issuer) || !isClaimText(subject)) return undefined;
  const expires = claims.get(CLAIM_EXP);
  const notBefore = claims.get(CLAIM_NBF);
  if (!isClaimTime(expires) || !isClaimTime(notBefore)) return undefined;
  return {
    issuer,
    subject,
    expiresMs: expires === undefined ? undefined : expires * 1000,
    notBeforeMs: notBefore === undefined ? undefined : notBefore * 1000,
  };
}

function isClaimText(value: CborValue | undefined): value is string {
  return typeof value === 'string' && value !== '' && value.length <= FOREIGN_CLAIM_LENGTH_MAX;
}

function isClaimTime(value: CborValue | undefined): value is number | undefined {
  if (value === undefined) return true;
  return typeof value === 'number' && value >= 0 && value <= CLAIM_SECONDS_MAX;
}
