import * as z from 'zod';
import type { Policy } from '../policy.ts';
import { text } from './helpers.ts';

/** Policies may nest this deep where they travel as data. */
export const POLICY_DEPTH_MAX = 4;
/** Alternatives of one node, names of one list. */
export const POLICY_WIDTH_MAX = 16;
/** Organisations that an n-of may ask for. */
export const POLICY_N_MAX = 100;

/** Schema of a policy as data, within the closed subset. */
export function policySchema(depth: number = POLICY_DEPTH_MAX): z.ZodType<Policy> {
  const names = (name: z.ZodString): z.ZodArray<z.ZodString> =>
    z.array(name).min(1).max(POLICY_WIDTH_MAX);
  const leaves = [
    z.strictObject({ kind: z.enum(['anyone', 'member', 'majority', 'governance']) }),
    z.strictObject({ kind: z.literal('role'), roles: names(text.kebabName()) }),
    z.strictObject({
      kind: z.literal('organisation'),
      organisations: names(text.organisationId()),
    }),
    z.strictObject({ kind: z.literal('contract'), contracts: names(text.name()) }),
  ] as const;
  if (depth <= 1) return z.discriminatedUnion('kind', leaves);
  const inner = policySchema(depth - 1);
  return z.discriminatedUnion('kind', [
    ...leaves,
    z.strictObject({
      kind: z.enum(['any', 'all']),
      of: z.array(inner).min(1).max(POLICY_WIDTH_MAX),
    }),
    z.strictObject({
      kind: z.literal('nOf'),
      n: z.int().min(1).max(POLICY_N_MAX),
      of: z.array(inner).max(POLICY_WIDTH_MAX),
    }),
  ]);
}
