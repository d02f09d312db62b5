import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import {
  algorithmSchema,
  memberKindSchema,
  organisationNameSchema,
  publicKeySchema,
  purposeSchema,
  rolesSchema,
} from './records.ts';

/** A public key as methods take it. */
export const keyMaterialSchema = z.strictObject({
  algorithm: algorithmSchema,
  publicKey: publicKeySchema,
});

export const organisationNamedSchema = z.strictObject({
  organisation: text.organisationId(),
  name: organisationNameSchema,
});

export const organisationSchema = z.strictObject({ organisation: text.organisationId() });

export const appointAdminSchema = z.strictObject({
  member: text.memberId(),
  kind: memberKindSchema,
  key: keyMaterialSchema.optional(),
});

export const addMemberSchema = z.strictObject({
  member: text.memberId(),
  kind: memberKindSchema,
  roles: rolesSchema,
  key: keyMaterialSchema.optional(),
});

export const setRolesSchema = z.strictObject({ member: text.memberId(), roles: rolesSchema });

export const memberSchema = z.strictObject({ member: text.memberId() });

export const addKeySchema = z.strictObject({
  member: text.memberId(),
  algorithm: algorithmSchema,
  publicKey: publicKeySchema,
  purpose: purposeSchema,
});

export const rotateKeySchema = z.strictObject({
  /** Hex id of the key that is replaced. */
  key: text.hex32(),
  algorithm: algorithmSchema,
  publicKey: publicKeySchema,
  /** First height at which the old key no longer counts; the next block's unless given. */
  until: z.int().min(0).optional(),
});

export const revokeKeySchema = z.strictObject({ key: text.hex32() });

export const switchModuleSchema = z.strictObject({
  /** The contract. */
  name: text.name(),
  /** The version that follows the one in force. */
  version: z.int().min(1),
  /** First height at which it runs. */
  height: z.int().min(0),
});

/** What methods that make a key return. */
export const keyMadeSchema = z.strictObject({
  /** Hex id. */
  key: text.hex32(),
  /** First height at which it counts. */
  from: z.int().min(0),
});

/** Arguments of every method, by name. */
export interface MembershipArgs {
  readonly addOrganisation: z.infer<typeof organisationNamedSchema>;
  readonly renameOrganisation: z.infer<typeof organisationNamedSchema>;
  readonly suspendOrganisation: z.infer<typeof organisationSchema>;
  readonly reinstateOrganisation: z.infer<typeof organisationSchema>;
  readonly appointAdmin: z.infer<typeof appointAdminSchema>;
  readonly addMember: z.infer<typeof addMemberSchema>;
  readonly setRoles: z.infer<typeof setRolesSchema>;
  readonly suspendMember: z.infer<typeof memberSchema>;
  readonly reinstateMember: z.infer<typeof memberSchema>;
  readonly addKey: z.infer<typeof addKeySchema>;
  readonly rotateKey: z.infer<typeof rotateKeySchema>;
  readonly revokeKey: z.infer<typeof revokeKeySchema>;
  readonly switchModule: z.infer<typeof switchModuleSchema>;
}
