import { shortLivedBytes } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';
import { SIGNATURE_BYTES } from '@hefu/crypto/algorithm';
import { isMemberId } from './names.ts';
import { diagnoseStatement } from './statement-faults.ts';
import type { StatementFault } from './statement-faults.ts';
import { readHeader } from './statement-header.ts';
import { readPayload } from './statement-payload.ts';
import type { StatementPayload } from './statement-payload.ts';

/** Most bytes of a statement; what is larger travels beside it as an attachment. */
export const STATEMENT_BYTES_MAX = 65_536;
/** A statement may expire at most this far ahead of the block that takes it in: 24 hours. */
export const EXPIRY_AHEAD_MAX_MS = 86_400_000;
/** What a member said, and all that is needed to check that they did. */
export interface Statement extends StatementPayload {
  /** The COSE_Sign1 as received. */
  readonly bytes: Uint8Array;
  /** H(Sig_structure): the same for every signature over the same words. */
  readonly id: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** Key id of the signer, 32 bytes. */
  readonly keyId: Uint8Array;
  /** `hefu:<chain>#<member>`. */
  readonly issuer: string;
  readonly member: string;
  /** `<contract>/<method>`. */
  readonly subject: string;
  /** The Sig_structure (RFC 9052 §4.4): what the signature covers. Of a parsed statement it is {@link shortLivedBytes}. */
  readonly toBeSigned: Uint8Array;
  readonly signature: Uint8Array;
}

export type StatementVerdict =
  | { readonly ok: true; readonly statement: Statement }
  | StatementFault;

/** ["Signature1", … up to the protected header; an empty external_aad follows that. */
const SIG_STRUCTURE_START: Uint8Array = Uint8Array.of(
  0x84,
  0x6a,
  ...Array.from('Signature1', (character) => character.charCodeAt(0)),
);
/** Tag 18, an array of four. */
const SIGN1_TAG = 0xd2;
const SIGN1_ARRAY = 0x84;
const EMPTY_MAP = 0xa0;
const EMPTY_BYTES = 0x40;
const PROTECTED_AT = 2;
/** Head of a 64-byte string, and the string. */
const SIGNATURE_PART_BYTES: number = 2 + SIGNATURE_BYTES;

/**
 * Reads a statement in its one accepted form: COSE_Sign1 (RFC 9052 §4.2) with tag 18, deterministic
 * encoding, empty unprotected header, the four protected headers and the six parts of the payload.
 * Whether the signature is right is not looked at here. Never throws; a fault is named.
 */
export function parseStatement(bytes: Uint8Array, hashName: HashName): StatementVerdict {
  if (bytes.length > STATEMENT_BYTES_MAX) return { ok: false, code: 'statement-too-large' };
  const statement = readStatement(bytes, hashName);
  // The slow reader only says why; what it can't fault has still not been accepted.
  return statement === undefined ? diagnoseStatement(bytes) : { ok: true, statement };
}

function readStatement(bytes: Uint8Array, hashName: HashName): Statement | undefined {
  if (bytes[0] !== SIGN1_TAG || bytes[1] !== SIGN1_ARRAY) return undefined;
  const headerFrom = startOfBytes(bytes, PROTECTED_AT);
  const headerTo = headerFrom + sizeOfBytes(bytes, PROTECTED_AT);
  if (!(headerTo < bytes.length) || bytes[headerTo] !== EMPTY_MAP) return undefined;
  const payloadAt = headerTo + 1;
  const payloadFrom = startOfBytes(bytes, payloadAt);
  const payloadTo = payloadFrom + sizeOfBytes(bytes, payloadAt);
  if (payloadTo + SIGNATURE_PART_BYTES !== bytes.length) return undefined;
  if (bytes[payloadTo] !== 0x58 || bytes[payloadTo + 1] !== SIGNATURE_BYTES) return undefined;
  const header = readHeader(bytes, headerFrom, headerTo);
  if (header === undefined) return undefined;
  const payload = readPayload(bytes.subarray(payloadFrom, payloadTo));
  if (payload === undefined) return undefined;
  const member = memberOf(header.issuer, payload.chain);
  if (member === undefined) return undefined;
  if (header.subject !== `${payload.contract}/${payload.method}`) return undefined;
  const toBeSigned = sigStructureOf(
    bytes.subarray(PROTECTED_AT, headerTo),
    bytes.subarray(payloadAt, payloadTo),
    shortLivedBytes,
  );
  return {
    bytes,
    id: hash(hashName, toBeSigned),
    algorithm: header.algorithm,
    keyId: header.keyId,
    issuer: header.issuer,
    member,
    subject: header.subject,
    chain: payload.chain,
    contract: payload.contract,
    method: payload.method,
    args: payload.args,
    nonce: payload.nonce,
    expires: payload.expires,
    toBeSigned,
    signature: bytes.slice(payloadTo + 2),
  };
}

/** The Sig_structure, from the protected header and payload as encoded byte strings. */
export function sigStructureOf(
  protectedItem: Uint8Array,
  payloadItem: Uint8Array,
  /** Makes the array: one of its own, or one that lives no longer than the work in hand. */
  make: (size: number) => Uint8Array = ownBytes,
): Uint8Array {
  const start = SIG_STRUCTURE_START.length;
  const middle = start + protectedItem.length;
  const joined = make(middle + 1 + payloadItem.length);
  joined.set(SIG_STRUCTURE_START, 0);
  joined.set(protectedItem, start);
  joined[middle] = EMPTY_BYTES;
  joined.set(payloadItem, middle + 1);
  return joined;
}

function ownBytes(size: number): Uint8Array {
  return new Uint8Array(size);
}

/** The member named by an issuer of this chain; undefined when it is not one. */
export function memberOf(issuer: string, chain: string): string | undefined {
  const memberAt = 5 + chain.length + 1;
  if (!issuer.startsWith('hefu:') || issuer[memberAt - 1] !== '#') return undefined;
  if (!issuer.startsWith(chain, 5)) return undefined;
  const member = issuer.slice(memberAt);
  return isMemberId(member) ? member : undefined;
}

/** Where the content of the byte string at `at` begins; NaN when no shortest head is there. */
function startOfBytes(bytes: Uint8Array, at: number): number {
  const head = bytes[at] ?? 0;
  if (head >= 0x40 && head < 0x58) return at + 1;
  return head === 0x58 ? at + 2 : head === 0x59 ? at + 3 : Number.NaN;
}

/** Size of the byte string at `at`; NaN when its head is not the shortest one (RFC 8949 §4.2.1). */
function sizeOfBytes(bytes: Uint8Array, at: number): number {
  const head = bytes[at] ?? 0;
  if (head >= 0x40 && head < 0x58) return head - 0x40;
  if (head === 0x58) return atLeast(bytes[at + 1] ?? 0, 24);
  if (head === 0x59) return atLeast((bytes[at + 1] ?? 0) * 256 + (bytes[at + 2] ?? 0), 256);
  return Number.NaN;
}

function atLeast(size: number, min: number): number {
  return size >= min ? size : Number.NaN;
}
