import { asciiText, concatBytes, encodeCbor } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { HASH_BYTES } from '@hefu/crypto/algorithm';
import { issuerOf, subjectOf } from './names.ts';

/** Content type of a statement's payload (header 3). */
export const STATEMENT_CONTENT_TYPE = 'application/hefu-statement+cbor';

/**
 * The protected header has exactly four members, in one order, so its bytes are a template with
 * four holes: {1: alg, 3: content type, 4: kid, 15: {1: iss, 2: sub}} (RFC 9052 §3.1, RFC 9597).
 */
const ALGORITHM_PARTS: Readonly<Record<SignatureAlgorithm, Uint8Array>> = {
  ed25519: Uint8Array.of(0xa4, 0x01, 0x27),
  es256: Uint8Array.of(0xa4, 0x01, 0x26),
  sm2: Uint8Array.of(0xa4, 0x01, 0x3a, 0x00, 0x01, 0x00, 0x00),
};
/** 3: content type, 4: the head of a 32-byte string. */
const TYPE_AND_KEY_PART: Uint8Array = concatBytes(
  Uint8Array.of(0x03),
  encodeCbor(STATEMENT_CONTENT_TYPE),
  Uint8Array.of(0x04, 0x58, HASH_BYTES),
);
/** 15: a map of two, its first key. */
const CLAIMS_PART: Uint8Array = Uint8Array.of(0x0f, 0xa2, 0x01);
/** The key of `sub`. */
const SUBJECT_KEY = 0x02;

/** The four holes of the template, and where they were. */
export interface HeaderFields {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: Uint8Array;
  readonly issuer: string;
  readonly subject: string;
}

/** The protected header's bytes for one signer, chain and method. */
export function encodeHeader(
  algorithm: SignatureAlgorithm,
  keyId: Uint8Array,
  chain: string,
  member: string,
  contract: string,
  method: string,
): Uint8Array {
  if (keyId.length !== HASH_BYTES) throw new TypeError('a key id has 32 bytes');
  return concatBytes(
    ALGORITHM_PARTS[algorithm],
    TYPE_AND_KEY_PART,
    keyId,
    CLAIMS_PART,
    encodeCbor(issuerOf(chain, member)),
    Uint8Array.of(SUBJECT_KEY),
    encodeCbor(subjectOf(contract, method)),
  );
}

/** The header read last. Statements of one signer to one method come in runs, and all of a run have the same header. */
let last: { readonly bytes: Uint8Array; readonly fields: HeaderFields } | undefined;

/**
 * Reads the template in [from, to) of `bytes`; undefined when the bytes are anything else. Text must
 * be ASCII, as every name in it is; the names themselves are checked against the payload's.
 */
export function readHeader(bytes: Uint8Array, from: number, to: number): HeaderFields | undefined {
  if (last?.bytes.length === to - from && startsWith(bytes, from, last.bytes)) return last.fields;
  const fields = readTemplate(bytes, from, to);
  if (fields !== undefined) last = { bytes: bytes.slice(from, to), fields };
  return fields;
}

function readTemplate(bytes: Uint8Array, from: number, to: number): HeaderFields | undefined {
  const algorithm = readAlgorithm(bytes, from);
  if (algorithm === undefined) return undefined;
  let at = from + ALGORITHM_PARTS[algorithm].length;
  if (!startsWith(bytes, at, TYPE_AND_KEY_PART)) return undefined;
  at += TYPE_AND_KEY_PART.length;
  const keyIdAt = at;
  at += HASH_BYTES;
  if (!startsWith(bytes, at, CLAIMS_PART)) return undefined;
  at += CLAIMS_PART.length;
  const issuerTo = endOfText(bytes, at);
  if (issuerTo > to) return undefined;
  if (bytes[issuerTo] !== SUBJECT_KEY) return undefined;
  const subjectTo = endOfText(bytes, issuerTo + 1);
  if (subjectTo !== to) return undefined;
  const issuer = readAscii(bytes, at, issuerTo);
  const subject = readAscii(bytes, issuerTo + 1, subjectTo);
  if (issuer === undefined || subject === undefined) return undefined;
  return { algorithm, keyId: bytes.slice(keyIdAt, keyIdAt + HASH_BYTES), issuer, subject };
}

function readAlgorithm(bytes: Uint8Array, from: number): SignatureAlgorithm | undefined {
  if (startsWith(bytes, from, ALGORITHM_PARTS.ed25519)) return 'ed25519';
  if (startsWith(bytes, from, ALGORITHM_PARTS.es256)) return 'es256';
  if (startsWith(bytes, from, ALGORITHM_PARTS.sm2)) return 'sm2';
  return undefined;
}

function startsWith(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}

/** Longest head of text in the template: issuer and subject are shorter than 256 bytes. */
const TEXT_HEAD_BYTES_MAX = 2;

/** Where text that starts at `at` ends; Infinity when no text of the deterministic form is there. */
function endOfText(bytes: Uint8Array, at: number): number {
  const head = bytes[at] ?? 0;
  if (head >= 0x60 && head < 0x78) return at + 1 + head - 0x60;
  const size = bytes[at + 1] ?? 0;
  return head === 0x78 && size >= 24 ? at + TEXT_HEAD_BYTES_MAX + size : Infinity;
}

function readAscii(bytes: Uint8Array, at: number, to: number): string | undefined {
  const from = bytes[at] === 0x78 ? at + TEXT_HEAD_BYTES_MAX : at + 1;
  for (let i = from; i < to; i++) {
    const code = bytes[i] ?? 0;
    if (code < 0x20 || code > 0x7e) return undefined;
  }
  return asciiText(bytes, from, to);
}
