import { bytes, text, timeMs } from '@hefu/contract/schema';
import * as z from 'zod';

/** Name of the contract. */
export const SHARING_CONTRACT = 'sharing';
/** Collection of grants, by the id of the statement that made them. */
export const GRANTS_COLLECTION = 'grants';
/** Collection of erasures, by {@link erasureKey}. */
export const ERASURES_COLLECTION = 'erasures';
/** Collection of encryption keys, by organisation. */
export const ENCRYPTION_KEYS_COLLECTION = 'encryptionKeys';
/** Organisations that may know of a grant. */
export const GRANT_READERS_MAX = 64;
/** Roles whose holders may give objects of their organisation away, and record that they were erased. */
export const SHARING_ROLES = ['admin', 'operator'] as const;

const organisations = z.array(text.organisationId()).min(1).max(GRANT_READERS_MAX);

/** Arguments of `grant`. */
export const grantArgsSchema = z.strictObject({
  /** Digest of the object in the granter's vault, under the chain's hash. */
  object: text.hex32(),
  grantee: text.organisationId(),
  /** When the grant ends by itself, milliseconds UTC; never unless given. */
  until: timeMs().optional(),
  /** Who may read that there is this grant; granter and grantee at least. */
  readers: organisations,
});

/** What `grant` gives back: the grant's id, which is the statement's, in hex. */
export const grantOutputSchema = z.strictObject({ grant: text.hex32() });

/** Arguments of `revoke`. */
export const revokeArgsSchema = z.strictObject({ grant: text.hex32() });

/** Arguments of `recordErasure`. */
export const recordErasureArgsSchema = z.strictObject({
  object: text.hex32(),
  /** Who may read what was erased; the eraser at least. */
  readers: organisations,
});

const encryptionKey = {
  /** What the chain's suite wraps keys with: `x25519`; `sm2` on a GM chain. */
  algorithm: z.enum(['x25519', 'sm2']),
  /** Raw: 32 bytes; of `sm2` the 65 of an uncompressed point. */
  publicKey: bytes({ min: 32, max: 65 }),
};

/** Arguments of `registerEncryptionKey`. */
export const registerEncryptionKeyArgsSchema = z.strictObject(encryptionKey);

const whenAndWho = {
  by: text.memberId(),
  time: timeMs(),
  height: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
};

/** A grant as the state keeps it. */
export const grantRecordSchema = z.strictObject({
  object: text.hex32(),
  granter: text.organisationId(),
  grantee: text.organisationId(),
  until: timeMs().optional(),
  readers: organisations,
  ...whenAndWho,
  revoked: z.strictObject(whenAndWho).optional(),
});

/** The encryption key of an organisation as the state keeps it: granted objects are wrapped to it and to no other. */
export const encryptionKeyRecordSchema = z.strictObject({
  organisation: text.organisationId(),
  ...encryptionKey,
  ...whenAndWho,
});
export type EncryptionKeyRecord = z.output<typeof encryptionKeyRecordSchema>;

/** An erasure as the state keeps it: the organisation says that it has destroyed key, salt and content. */
export const erasureRecordSchema = z.strictObject({
  object: text.hex32(),
  organisation: text.organisationId(),
  readers: organisations,
  ...whenAndWho,
});

export type GrantArgs = z.output<typeof grantArgsSchema>;
export type GrantRecord = z.output<typeof grantRecordSchema>;
export type ErasureRecord = z.output<typeof erasureRecordSchema>;

/** Key of an organisation's erasure of an object. */
export function erasureKey(organisation: string, object: string): string {
  return `${organisation}:${object}`;
}

/** Whether a grant counts at `time`, milliseconds UTC. */
export function isGranted(grant: Pick<GrantRecord, 'revoked' | 'until'>, time: number): boolean {
  return grant.revoked === undefined && (grant.until === undefined || time < grant.until);
}
