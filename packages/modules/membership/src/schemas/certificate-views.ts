import * as z from 'zod';

const intervals = z.array(z.tuple([z.number(), z.number().nullable()]));
/** Whether it counts in the block after the height of the answer; what has ended by its time is closed in the block after that. */
const status = z.enum(['active', 'closed']);

export const authorityViewSchema = z.object({
  /** Digest of what is signed, in hex. */
  id: z.string(),
  organisation: z.string(),
  /** base64url of the certificate, DER. */
  certificate: z.string(),
  /** Milliseconds UTC, first and last. */
  notBefore: z.number(),
  notAfter: z.number(),
  status,
  active: intervals,
});

export const certificateViewSchema = z.object({
  /** Digest of what is signed, in hex. */
  id: z.string(),
  member: z.string(),
  /** Digest of the authority that the member's organisation has registered. */
  authority: z.string(),
  /** Hex id of the key that it certifies. */
  key: z.string(),
  notBefore: z.number(),
  notAfter: z.number(),
  status,
  /** How it ended, when it has. */
  ended: z.enum(['expired', 'revoked', 'authority-removed']).nullable(),
  active: intervals,
});

export const authorityPageSchema = z.object({
  items: z.array(authorityViewSchema),
  nextCursor: z.string().nullable(),
});
export const certificatePageSchema = z.object({
  items: z.array(certificateViewSchema),
  nextCursor: z.string().nullable(),
});

export type AuthorityView = z.infer<typeof authorityViewSchema>;
export type CertificateView = z.infer<typeof certificateViewSchema>;
