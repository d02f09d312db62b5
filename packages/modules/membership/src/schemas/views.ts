import * as z from 'zod';

/** Most items of one page. */
export const PAGE_LIMIT_MAX = 200;
/** Items of a page when the client does not say. */
export const PAGE_LIMIT_DEFAULT = 50;

const intervals = z.array(z.tuple([z.number(), z.number().nullable()]));
/** Whether the record counts in the block after the height of the answer. */
const status = z.enum(['active', 'suspended']);

export const organisationViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  status,
  active: intervals,
});

export const keyViewSchema = z.object({
  id: z.string(),
  member: z.string(),
  algorithm: z.string(),
  /** base64url of the raw key. */
  publicKey: z.string(),
  purpose: z.string(),
  /** Last millisecond UTC in which a certificate holds it up; null for a key without. */
  expires: z.number().nullable(),
  status: z.enum(['active', 'closed']),
  active: intervals,
});

export const memberViewSchema = z.object({
  id: z.string(),
  organisation: z.string(),
  kind: z.string(),
  roles: z.array(z.string()),
  status,
  active: intervals,
});

export const memberWithKeysSchema = memberViewSchema.extend({ keys: z.array(keyViewSchema) });

/** A page of items; the cursor leads to the next one. */
export const organisationPageSchema = z.object({
  items: z.array(organisationViewSchema),
  nextCursor: z.string().nullable(),
});
export const memberPageSchema = z.object({
  items: z.array(memberViewSchema),
  nextCursor: z.string().nullable(),
});

export type OrganisationView = z.infer<typeof organisationViewSchema>;
export type MemberView = z.infer<typeof memberViewSchema>;
export type MemberWithKeys = z.infer<typeof memberWithKeysSchema>;
export type KeyView = z.infer<typeof keyViewSchema>;
