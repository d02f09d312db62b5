import { equalBytes, fromHex, toHex } from '@hefu/bytes';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  BasicConstraints,
  Certificate as AsnCertificate,
  ExtendedKeyUsage,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  KeyUsage,
  KeyUsageFlags,
  Version,
} from '@peculiar/asn1-x509';
import type { Extension } from '@peculiar/asn1-x509';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { readDer, signatureOfDer } from '../der.ts';
import { publicKeyOfSpkiDer } from '../key-encoding.ts';
import { isStrictDer } from './strict-der.ts';
import { readTime } from './time.ts';

/** Largest certificate read. Those of authorities have one to three kilobytes. */
export const CERTIFICATE_BYTES_MAX: number = 8 * 1024;
/** Largest serial number, RFC 5280 §4.1.2.2, with the byte that keeps it positive. */
const SERIAL_BYTES_MAX = 21;

/** A certificate (X.509 version 3, RFC 5280), read as far as it is judged here. */
export interface Certificate {
  /** The whole of it. */
  readonly der: Uint8Array;
  /** What is signed. */
  readonly tbs: Uint8Array;
  /** How it is signed; undefined when by an algorithm that is not judged here. */
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  /** 64 bytes, or undefined when it is not of the form that the algorithm asks for. */
  readonly signature: Uint8Array | undefined;
  /** DER of the names. Names are the same when their bytes are. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Lower-case hex of the integer's bytes. */
  readonly serial: string;
  /** First and last millisecond UTC in which it holds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The certified key; undefined when it is of no algorithm that can be judged here. */
  readonly key:
    | { readonly algorithm: SignatureAlgorithm; readonly publicKey: Uint8Array }
    | undefined;
  /** Basic constraints: whether it may issue, and how many authorities may stand below it. */
  readonly isAuthority: boolean;
  readonly pathLength: number | undefined;
  /** What the key may do, when it says so. */
  readonly usage: { readonly signs: boolean; readonly issues: boolean } | undefined;
  /** Identifiers of purposes (extended key usage), when it names some. */
  readonly purposes: readonly string[] | undefined;
  readonly hasNameConstraints: boolean;
  /** A critical extension that is not known here. */
  readonly unknownExtension: string | undefined;
}

/** AlgorithmIdentifier of signatures: RFC 8410 §3, RFC 5758 §3.2, GB/T 20518 (with or without the NULL). */
const SIGNATURE_IDENTIFIERS: readonly (readonly [SignatureAlgorithm, Uint8Array])[] = (
  [
    ['ed25519', '300506032b6570'],
    ['es256', '300a06082a8648ce3d040302'],
    ['sm2', '300a06082a811ccf55018375'],
    ['sm2', '300c06082a811ccf550183750500'],
  ] as const
).map(([algorithm, hex]) => [algorithm, fromHex(hex) ?? new Uint8Array()]);

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const VERSION_TAG = 0xa0;

/**
 * Reads a certificate. Undefined for whatever is no version 3 certificate in strict DER of bounded size, or names an extension
 * twice. The same bytes give the same answer everywhere: sizes and depth are bounded before the library reads them.
 */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  if (der.length > CERTIFICATE_BYTES_MAX || !isStrictDer(der)) return undefined;
  const parts = partsOf(der);
  if (parts === undefined) return undefined;
  try {
    const parsed = AsnConvert.parse(der, AsnCertificate);
    const extensions = readExtensions(parsed.tbsCertificate.extensions ?? []);
    if (extensions === undefined || parsed.tbsCertificate.version !== Version.v3) return undefined;
    return { der: der.slice(), ...parts, ...extensions };
  } catch {
    // The library throws for whatever does not fit its schema.
    return undefined;
  }
}

type Parts = Pick<
  Certificate,
  | 'tbs'
  | 'signatureAlgorithm'
  | 'signature'
  | 'issuer'
  | 'subject'
  | 'serial'
  | 'notBefore'
  | 'notAfter'
  | 'key'
>;

/** The bytes of the parts, which the library would encode anew: signatures and names are compared as they came. */
function partsOf(der: Uint8Array): Parts | undefined {
  const outer = readDer(der, SEQUENCE);
  if (outer === undefined) return undefined;
  const tbs = elementOf(outer.body);
  if (tbs?.tag !== SEQUENCE) return undefined;
  const identifier = elementOf(tbs.rest);
  const signature = identifier === undefined ? undefined : readDer(identifier.rest, BIT_STRING);
  if (identifier === undefined || signature?.body[0] !== 0) return undefined;
  const version = readDer(tbs.body, VERSION_TAG);
  const serial = readDer(version?.rest ?? tbs.body, INTEGER);
  if (serial === undefined || serial.body.length > SERIAL_BYTES_MAX) return undefined;
  const innerIdentifier = elementOf(serial.rest);
  const issuer = elementOf(innerIdentifier?.rest);
  const validity = elementOf(issuer?.rest);
  const subject = elementOf(validity?.rest);
  const spki = elementOf(subject?.rest);
  if (issuer === undefined || validity === undefined || subject === undefined) return undefined;
  if (innerIdentifier === undefined || spki === undefined) return undefined;
  // RFC 5280 §4.1.1.2: said twice, and the same.
  if (!equalBytes(innerIdentifier.whole, identifier.whole)) return undefined;
  const from = elementOf(validity.body);
  const to = elementOf(from?.rest);
  if (from === undefined || to === undefined || to.rest.length !== 0) return undefined;
  const notBefore = readTime(from.tag, from.body);
  const notAfter = readTime(to.tag, to.body);
  if (notBefore === undefined || notAfter === undefined || notAfter < notBefore) return undefined;
  const algorithm = SIGNATURE_IDENTIFIERS.find(([, bytes]) => equalBytes(bytes, identifier.whole));
  return {
    tbs: tbs.whole.slice(),
    signatureAlgorithm: algorithm?.[0],
    signature: signatureOf(algorithm?.[0], signature.body.subarray(1)),
    issuer: issuer.whole.slice(),
    subject: subject.whole.slice(),
    serial: toHex(serial.body),
    notBefore,
    notAfter,
    key: publicKeyOfSpkiDer(spki.whole),
  };
}

function signatureOf(
  algorithm: SignatureAlgorithm | undefined,
  bytes: Uint8Array,
): Uint8Array | undefined {
  if (algorithm === undefined) return undefined;
  if (algorithm !== 'ed25519') return signatureOfDer(bytes);
  return bytes.length === 64 ? bytes.slice() : undefined;
}

interface Element {
  readonly tag: number;
  readonly whole: Uint8Array;
  readonly body: Uint8Array;
  readonly rest: Uint8Array;
}

/** The element at the front, whatever its tag. */
function elementOf(bytes: Uint8Array | undefined): Element | undefined {
  const tag = bytes?.[0];
  if (bytes === undefined || tag === undefined) return undefined;
  const read = readDer(bytes, tag);
  if (read === undefined) return undefined;
  return { tag, whole: bytes.subarray(0, bytes.length - read.rest.length), ...read };
}

type Extensions = Pick<
  Certificate,
  'isAuthority' | 'pathLength' | 'usage' | 'purposes' | 'hasNameConstraints' | 'unknownExtension'
>;

/** Extensions that are known, be they critical or not; alternative names are for people and bind nothing here. */
const KNOWN: ReadonlySet<string> = new Set([
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_extKeyUsage,
  id_ce_subjectAltName,
  id_ce_nameConstraints,
]);

function readExtensions(extensions: readonly Extension[]): Extensions | undefined {
  const byId = new Map<string, Uint8Array>();
  let unknownExtension: string | undefined;
  for (const { extnID, critical, extnValue } of extensions) {
    if (byId.has(extnID)) return undefined;
    byId.set(extnID, new Uint8Array(extnValue.buffer));
    if (critical && !KNOWN.has(extnID)) unknownExtension ??= extnID;
  }
  const constraints = parsePart(byId.get(id_ce_basicConstraints), BasicConstraints);
  const usage = parsePart(byId.get(id_ce_keyUsage), KeyUsage)?.toNumber();
  const purposes = parsePart(byId.get(id_ce_extKeyUsage), ExtendedKeyUsage);
  const pathLength = constraints?.pathLenConstraint;
  if (pathLength !== undefined && (!Number.isSafeInteger(pathLength) || pathLength < 0)) {
    return undefined;
  }
  return {
    isAuthority: constraints?.cA === true,
    pathLength,
    usage:
      usage === undefined
        ? undefined
        : {
            signs: (usage & KeyUsageFlags.digitalSignature) !== 0,
            issues: (usage & KeyUsageFlags.keyCertSign) !== 0,
          },
    purposes: purposes === undefined ? undefined : [...purposes],
    hasNameConstraints: byId.has(id_ce_nameConstraints),
    unknownExtension,
  };
}

/** An extension's value in strict DER; throws when it is none, which makes the whole certificate malformed. */
function parsePart<T>(bytes: Uint8Array | undefined, schema: new () => T): T | undefined {
  if (bytes === undefined) return undefined;
  if (!isStrictDer(bytes)) throw new TypeError('an extension is not DER');
  return AsnConvert.parse(bytes, schema);
}
