import { bytes, text, timeMs } from '@hefu/contract/schema';
import * as z from 'zod';
import { intervalsSchema, publicKeySchema } from './records.ts';

/** Longest name of an issuer. */
export const ISSUER_LENGTH_MAX = 200;
/** Longest name that an issuer gives a key of its own. */
export const ISSUER_KID_BYTES_MAX = 64;
/** Most keys that one issuer may ever have had: they are closed, never deleted. */
export const ISSUER_KEYS_MAX = 64;

/** Who makes statements outside of the consortium: a URI, or a plain name, as it stands in them as `iss`. */
export const issuerSchema = z.union([text.uri().max(ISSUER_LENGTH_MAX), text.identifier()]);
/** Algorithms that every node verifies in statements of other systems. */
export const issuerAlgorithmSchema = z.enum(['ed25519', 'es256']);
const kidSchema = bytes({ min: 1, max: ISSUER_KID_BYTES_MAX });

export const issuerKeySchema = z.strictObject({
  /** Answers for the issuer. */
  organisation: text.organisationId(),
  /** The name that the issuer's statements give the key. */
  kid: kidSchema,
  algorithm: issuerAlgorithmSchema,
  publicKey: publicKeySchema,
  /** Until when it counts, milliseconds UTC; null when that is open. */
  notAfter: timeMs().nullable(),
  active: intervalsSchema,
});

/** `membership/issuers/<issuer>` */
export const issuerRecordSchema = z.strictObject({
  keys: z.array(issuerKeySchema).max(ISSUER_KEYS_MAX),
});

export const registerIssuerSchema = z.strictObject({
  issuer: issuerSchema,
  key: z.strictObject({
    algorithm: issuerAlgorithmSchema,
    publicKey: publicKeySchema,
    /** `kid` of its statements; its COSE Key Thumbprint unless given. */
    kid: kidSchema.optional(),
  }),
  /** Until when the key counts, milliseconds UTC; without end unless given. */
  notAfter: timeMs().optional(),
});

export const removeIssuerSchema = z.strictObject({
  issuer: issuerSchema,
  /** One key alone, by its `kid`; all of them unless given. */
  kid: kidSchema.optional(),
});

export const revokeIssuerSchema = z.strictObject({ issuer: issuerSchema });

/** Events of issuers carry all that a reader needs to follow them. */
export const issuerRegisteredSchema = z.strictObject({
  issuer: issuerSchema,
  ...issuerKeySchema.shape,
});
export const issuerRemovedSchema = z.strictObject({
  issuer: issuerSchema,
  organisation: text.organisationId(),
  /** `kid` of the keys that end. */
  kids: z.array(kidSchema).max(ISSUER_KEYS_MAX),
});

export type IssuerValue = z.infer<typeof issuerRecordSchema>;
export type IssuerKeyValue = z.infer<typeof issuerKeySchema>;
export type RegisterIssuerArgs = z.infer<typeof registerIssuerSchema>;
export type RemoveIssuerArgs = z.infer<typeof removeIssuerSchema>;
export type RevokeIssuerArgs = z.infer<typeof revokeIssuerSchema>;
