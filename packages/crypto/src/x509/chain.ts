import { equalBytes } from '@hefu/bytes';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { checkPublicKey } from '../key-check.ts';
import { verify } from '../sign.ts';
import { readCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';

/** Most certificates in a chain: the member's own, and authorities between it and a registered one. */
export const CHAIN_MAX = 4;

/** Why a certificate does not count. */
export type CertificateErrorCode =
  /** No version 3 certificate in DER, or too large. */
  | 'certificate-malformed'
  /** Its key or its signature is of an algorithm that is not taken, or its key is weak. */
  | 'certificate-algorithm'
  /** It has a critical extension that is not known. */
  | 'certificate-extension'
  /** It constrains names, which is not judged here. */
  | 'certificate-name-constraints'
  | 'certificate-not-yet-valid'
  | 'certificate-expired'
  /** The key may not sign (or, of an authority, not issue), or serves other purposes alone. */
  | 'certificate-usage'
  /** What issued it is no authority; or an authority stands where a member's certificate must. */
  | 'certificate-not-authority'
  /** More authorities stand below one than it allows, or than a chain may have. */
  | 'certificate-path-too-long'
  /** It names its issuer, whose key did not sign it. */
  | 'certificate-signature'
  /** The chain does not lead to a registered authority. */
  | 'certificate-untrusted';

/** A refusal, with the place in the chain: 0 is the member's own certificate. */
export interface CertificateFault {
  readonly ok: false;
  readonly code: CertificateErrorCode;
  readonly at: number;
}

/** What a chain that holds says. */
export interface ChainVerdict {
  readonly ok: true;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly certificate: Certificate;
  /** Which of the given authorities it leads to. */
  readonly anchor: number;
  /** Last millisecond UTC in which all of the chain holds. */
  readonly notAfter: number;
}

/** Purposes (extended key usage) with which a member may sign: any, TLS client, e-mail, documents (RFC 9336). */
const MEMBER_PURPOSES: ReadonlySet<string> = new Set([
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.36',
]);

/**
 * Judges an authority that is to be registered: its form, that it is one, and that it holds at `timeMs`. A root's own signature is
 * checked too; an intermediate's issuer is not asked, since whoever registers it trusts it as it is.
 */
export function judgeAuthority(
  der: Uint8Array,
  timeMs: number,
): { readonly ok: true; readonly certificate: Certificate } | CertificateFault {
  const certificate = readCertificate(der);
  if (certificate === undefined) return fault('certificate-malformed', 0);
  const code = faultOfAuthority(certificate, 0) ?? faultOfTime(certificate, timeMs);
  if (code !== undefined) return fault(code, 0);
  const isRoot = equalBytes(certificate.issuer, certificate.subject);
  if (isRoot && !isSignedBy(certificate, certificate)) return fault('certificate-signature', 0);
  return { ok: true, certificate };
}

/**
 * Judges a member's certificate (RFC 5280 §6, without policies and name constraints): `chain` is the certificate and then the
 * authorities between it and one of `anchors`, each issued by the next. Deterministic: bytes and `timeMs` decide.
 */
export function judgeChain(options: {
  readonly chain: readonly Uint8Array[];
  /** Registered authorities. */
  readonly anchors: readonly Uint8Array[];
  /** Milliseconds UTC. */
  readonly timeMs: number;
}): ChainVerdict | CertificateFault {
  const { timeMs } = options;
  if (options.chain.length > CHAIN_MAX) return fault('certificate-path-too-long', CHAIN_MAX);
  const chain: Certificate[] = [];
  for (const [at, der] of options.chain.entries()) {
    const certificate = readCertificate(der);
    if (certificate === undefined) return fault('certificate-malformed', at);
    chain.push(certificate);
  }
  const [leaf] = chain;
  if (leaf === undefined) return fault('certificate-malformed', 0);
  const found = findAnchor(chain, options.anchors);
  if (found === undefined) return fault('certificate-untrusted', chain.length - 1);
  const path = [...chain.slice(0, found.length), found.certificate];
  for (const [at, certificate] of path.entries()) {
    const code =
      (at === 0 ? faultOfLeaf(certificate) : faultOfAuthority(certificate, at - 1)) ??
      faultOfTime(certificate, timeMs);
    if (code !== undefined) return fault(code, at);
    const issuer = path[at + 1];
    if (issuer === undefined) continue;
    if (!equalBytes(certificate.issuer, issuer.subject)) return fault('certificate-untrusted', at);
    if (!isSignedBy(certificate, issuer)) return fault('certificate-signature', at);
  }
  if (leaf.key === undefined) return fault('certificate-algorithm', 0);
  return {
    ok: true,
    ...leaf.key,
    certificate: leaf,
    anchor: found.anchor,
    notAfter: Math.min(...path.map(({ notAfter }) => notAfter)),
  };
}

/** The registered authority that issued the last certificate, or is it; and how many of the chain stand below it. */
function findAnchor(
  chain: readonly Certificate[],
  anchors: readonly Uint8Array[],
): { anchor: number; certificate: Certificate; length: number } | undefined {
  const last = chain.at(-1);
  if (last === undefined) return undefined;
  let named: { anchor: number; certificate: Certificate; length: number } | undefined;
  for (const [anchor, der] of anchors.entries()) {
    const isItself = chain.length > 1 && equalBytes(last.der, der);
    const certificate = readCertificate(der);
    if (certificate === undefined) continue;
    if (isItself) return { anchor, certificate, length: chain.length - 1 };
    // Two authorities of one name with different keys: the one whose key signed it.
    if (!equalBytes(last.issuer, certificate.subject)) continue;
    const found = { anchor, certificate, length: chain.length };
    if (isSignedBy(last, certificate)) return found;
    named ??= found;
  }
  // One of that name whose key did not sign it: what follows says so.
  return named;
}

function faultOfLeaf(certificate: Certificate): CertificateErrorCode | undefined {
  const common = faultOfAny(certificate);
  if (common !== undefined) return common;
  if (certificate.isAuthority) return 'certificate-not-authority';
  const { usage, purposes } = certificate;
  if (usage?.signs !== true) return 'certificate-usage';
  const serves = purposes === undefined || purposes.some((each) => MEMBER_PURPOSES.has(each));
  return serves ? undefined : 'certificate-usage';
}

/** `below` is how many authorities stand between it and the member's certificate. */
function faultOfAuthority(
  certificate: Certificate,
  below: number,
): CertificateErrorCode | undefined {
  const common = faultOfAny(certificate);
  if (common !== undefined) return common;
  const { isAuthority, usage, pathLength } = certificate;
  if (!isAuthority) return 'certificate-not-authority';
  if (usage !== undefined && !usage.issues) return 'certificate-usage';
  if (pathLength !== undefined && below > pathLength) return 'certificate-path-too-long';
  return undefined;
}

function faultOfAny(certificate: Certificate): CertificateErrorCode | undefined {
  if (certificate.unknownExtension !== undefined) return 'certificate-extension';
  if (certificate.hasNameConstraints) return 'certificate-name-constraints';
  const { key, signatureAlgorithm } = certificate;
  if (key === undefined || signatureAlgorithm === undefined) return 'certificate-algorithm';
  return checkPublicKey(key.algorithm, key.publicKey).ok ? undefined : 'certificate-algorithm';
}

function faultOfTime(certificate: Certificate, timeMs: number): CertificateErrorCode | undefined {
  if (timeMs < certificate.notBefore) return 'certificate-not-yet-valid';
  return timeMs > certificate.notAfter ? 'certificate-expired' : undefined;
}

function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  const { signatureAlgorithm, signature, tbs } = certificate;
  const { key } = issuer;
  if (signature === undefined || key === undefined) return false;
  if (key.algorithm !== signatureAlgorithm) return false;
  return verify(key.algorithm, key.publicKey, tbs, signature);
}

function fault(code: CertificateErrorCode, at: number): CertificateFault {
  return { ok: false, code, at };
}
