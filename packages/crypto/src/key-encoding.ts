import { equalBytes, fromBase64, fromHex, toBase64 } from '@hefu/bytes';
import { SIGNATURE_ALGORITHMS } from './algorithm.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import { readDer, writeDer } from './der.ts';

const DER_INTEGER = 0x02;
const DER_BIT_STRING = 0x03;
const DER_OCTET_STRING = 0x04;
const DER_SEQUENCE = 0x30;
const DER_CONTEXT_1 = 0xa1;

/** AlgorithmIdentifier of each algorithm's keys: RFC 8410 §3, RFC 5480 §2.1.1, GM/T 0006. */
const ALGORITHM_IDENTIFIER: Readonly<Record<SignatureAlgorithm, Uint8Array>> = {
  ed25519: constant('300506032b6570'),
  es256: constant('301306072a8648ce3d020106082a8648ce3d030107'),
  sm2: constant('301306072a8648ce3d020106082a811ccf5501822d'),
};

function constant(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError('a constant is not hexadecimal');
  return bytes;
}

/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of a raw public key, DER. */
export function spkiDer(algorithm: SignatureAlgorithm, publicKey: Uint8Array): Uint8Array {
  const bits = writeDer(DER_BIT_STRING, new Uint8Array(1), publicKey);
  return writeDer(DER_SEQUENCE, ALGORITHM_IDENTIFIER[algorithm], bits);
}

/** The raw key in a SubjectPublicKeyInfo; undefined when it is none of our algorithms. */
export function publicKeyOfSpkiDer(
  der: Uint8Array,
): { algorithm: SignatureAlgorithm; publicKey: Uint8Array } | undefined {
  const outer = readDer(der, DER_SEQUENCE);
  if (outer === undefined || outer.rest.length !== 0) return undefined;
  for (const algorithm of SIGNATURE_ALGORITHMS) {
    const identifier = ALGORITHM_IDENTIFIER[algorithm];
    if (!startsWith(outer.body, identifier)) continue;
    const bits = readDer(outer.body.subarray(identifier.length), DER_BIT_STRING);
    if (bits === undefined || bits.rest.length !== 0 || bits.body[0] !== 0) return undefined;
    return { algorithm, publicKey: bits.body.slice(1) };
  }
  return undefined;
}

/**
 * PrivateKeyInfo (RFC 5208, RFC 5958) of a raw private key, DER. Elliptic-curve keys carry their
 * public key inside, as OpenSSL writes them (RFC 5915 §3), when it is given.
 */
export function pkcs8Der(
  algorithm: SignatureAlgorithm,
  privateKey: Uint8Array,
  publicKey?: Uint8Array,
): Uint8Array {
  const version = writeDer(DER_INTEGER, new Uint8Array(1));
  const inner =
    algorithm === 'ed25519'
      ? writeDer(DER_OCTET_STRING, privateKey)
      : ecPrivateKey(privateKey, publicKey);
  const identifier = ALGORITHM_IDENTIFIER[algorithm];
  return writeDer(DER_SEQUENCE, version, identifier, writeDer(DER_OCTET_STRING, inner));
}

function ecPrivateKey(privateKey: Uint8Array, publicKey: Uint8Array | undefined): Uint8Array {
  const version = writeDer(DER_INTEGER, new Uint8Array([1]));
  const secret = writeDer(DER_OCTET_STRING, privateKey);
  if (publicKey === undefined) return writeDer(DER_SEQUENCE, version, secret);
  const bits = writeDer(DER_BIT_STRING, new Uint8Array(1), publicKey);
  return writeDer(DER_SEQUENCE, version, secret, writeDer(DER_CONTEXT_1, bits));
}

/** The raw key in a PrivateKeyInfo; undefined when it is none of our algorithms. */
export function privateKeyOfPkcs8Der(
  der: Uint8Array,
): { algorithm: SignatureAlgorithm; privateKey: Uint8Array } | undefined {
  const outer = readDer(der, DER_SEQUENCE);
  if (outer === undefined || outer.rest.length !== 0) return undefined;
  const version = readDer(outer.body, DER_INTEGER);
  if (version === undefined) return undefined;
  for (const algorithm of SIGNATURE_ALGORITHMS) {
    const identifier = ALGORITHM_IDENTIFIER[algorithm];
    if (!startsWith(version.rest, identifier)) continue;
    const wrapped = readDer(version.rest.subarray(identifier.length), DER_OCTET_STRING);
    if (wrapped === undefined) return undefined;
    const secret = algorithm === 'ed25519' ? wrapped.body : ecSecretHolder(wrapped.body);
    const octets = secret === undefined ? undefined : readDer(secret, DER_OCTET_STRING);
    if (octets === undefined || octets.body.length !== 32) return undefined;
    return { algorithm, privateKey: octets.body.slice() };
  }
  return undefined;
}

/** What follows the version inside an ECPrivateKey: the secret, then optional fields. */
function ecSecretHolder(der: Uint8Array): Uint8Array | undefined {
  const sequence = readDer(der, DER_SEQUENCE);
  if (sequence === undefined) return undefined;
  return readDer(sequence.body, DER_INTEGER)?.rest;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, prefix.length), prefix);
}

/** Characters in a line of PEM (RFC 7468 §2). */
const PEM_LINE_LENGTH = 64;
/** Longest PEM text that is read; ours are below 300 characters. */
const PEM_LENGTH_MAX = 16 * 1024;

/** DER in PEM armour (RFC 7468). */
export function pemOf(label: string, der: Uint8Array): string {
  const text = toBase64(der);
  const lines: string[] = [];
  for (let i = 0; i < text.length; i += PEM_LINE_LENGTH) {
    lines.push(text.slice(i, i + PEM_LINE_LENGTH));
  }
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** DER of the PEM block with this label that makes up `text`; undefined when there is none. */
export function derOfPem(label: string, text: string): Uint8Array | undefined {
  if (text.length > PEM_LENGTH_MAX) return undefined;
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const trimmed = text.trim();
  if (!trimmed.startsWith(begin) || !trimmed.endsWith(end)) return undefined;
  if (trimmed.length < begin.length + end.length) return undefined;
  const body = trimmed.slice(begin.length, trimmed.length - end.length);
  return fromBase64(body.replaceAll(/[\r\n\t ]/g, ''));
}
