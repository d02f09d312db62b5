import { bytes, text, timeMs } from '@hefu/contract/schema';
import * as z from 'zod';
import { intervalsSchema } from './records.ts';

/** Most bytes of one certificate, as the host reads them: 8 KiB. */
export const CERTIFICATE_BYTES_MAX = 8_192;
/** Most certificates of a chain: the member's own, and authorities between it and a registered one. */
export const CERTIFICATE_CHAIN_MAX = 4;
/** Most authorities of an organisation that count at the same time. */
export const OPEN_AUTHORITIES_MAX = 16;
/** Most authorities that an organisation may ever have had. */
export const AUTHORITIES_MAX = 64;
/** Most certificates of one key that hold at the same time: more than any overlap of renewals. */
export const CERTIFICATES_PER_KEY_MAX = 16;
/**
 * Most certificates that one key may ever have had. What ends a key reads all of them, and must never run out of reads: else a
 * key would outlive its certificate.
 */
export const CERTIFICATES_OF_KEY_MAX = 64;
/** Most certificates of one name that are looked through for the one that is renewed. */
export const RENEWALS_READ_MAX = 512;
/** Certificates that one step after an authority's removal ends; the rest follow in the blocks after it. */
export const CERTIFICATES_ENDED_MAX = 8;

/** How far ahead the end of a certificate is waited for; what ends later is looked at again then: five years. */
export const EXPIRY_AHEAD_MAX_MS = 157_680_000_000;

/** X.509 version 3 in DER. */
const certificateSchema = bytes({ min: 1, max: CERTIFICATE_BYTES_MAX });

export const addAuthoritySchema = z.strictObject({ certificate: certificateSchema });

/** The digest alone: an admin removes authorities of its own organisation. */
export const removeAuthoritySchema = z.strictObject({ authority: text.hex32() });

export const enrolCertificateSchema = z.strictObject({
  member: text.memberId(),
  /** The member's certificate, then the authorities between it and a registered one, each issued by the next. */
  chain: z.array(certificateSchema).min(1).max(CERTIFICATE_CHAIN_MAX),
});

export const revokeCertificateSchema = z.strictObject({ certificate: text.hex32() });

export const authorityAddedOutputSchema = z.strictObject({ authority: text.hex32() });

export const certificateEnrolledOutputSchema = z.strictObject({
  certificate: text.hex32(),
  /** Hex id of the key that it certifies. */
  key: text.hex32(),
  /** First height at which the key counts by it. */
  from: z.int().min(0),
  /** Last millisecond UTC in which it holds, with all of its chain. */
  notAfter: timeMs(),
});

/** `membership/authorities/<organisation>/<digest>`: the digest, under the chain's hash, of what is signed. */
export const authorityRecordSchema = z.strictObject({
  organisation: text.organisationId(),
  certificate: certificateSchema,
  notBefore: timeMs(),
  notAfter: timeMs(),
  active: intervalsSchema,
});

/** `membership/certificates/<digest>`: what binds a key to a time; names stay in the certificate itself. */
export const certificateRecordSchema = z.strictObject({
  member: text.memberId(),
  /** Digest of the authority that its organisation has registered. */
  authority: text.hex32(),
  /** Hex id of the key. */
  key: text.hex32(),
  /** Digest of the subject's name: what is renewed has the same. */
  subject: text.hex32(),
  notBefore: timeMs(),
  /** The earliest end of its chain. */
  notAfter: timeMs(),
  active: intervalsSchema,
});

export const certificateEndSchema = z.enum(['expired', 'revoked', 'authority-removed']);

export type AuthorityValue = z.infer<typeof authorityRecordSchema>;
export type CertificateValue = z.infer<typeof certificateRecordSchema>;
export type CertificateEnd = z.infer<typeof certificateEndSchema>;

/** Arguments of the methods about certificates, by name. */
export interface CertificateArgs {
  readonly addAuthority: z.infer<typeof addAuthoritySchema>;
  readonly removeAuthority: z.infer<typeof removeAuthoritySchema>;
  readonly enrolCertificate: z.infer<typeof enrolCertificateSchema>;
  readonly revokeCertificate: z.infer<typeof revokeCertificateSchema>;
}
