import { bytes, POLICY_DEPTH_MAX, policySchema, text, timeMs } from '@hefu/contract/schema';
import * as z from 'zod';
import type { CertificateArgs } from './certificates.ts';
import { revokeIssuerSchema } from './issuers.ts';
import type { RegisterIssuerArgs, RemoveIssuerArgs, RevokeIssuerArgs } from './issuers.ts';
import {
  algorithmSchema,
  memberKindSchema,
  organisationNameSchema,
  publicKeySchema,
  purposeSchema,
  rolesSchema,
  validatorPowerSchema,
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

/** New keys of a member who lost those of one purpose. */
export const recoverKeysSchema = addKeySchema;

export const recoverAdminSchema = z.strictObject({
  member: text.memberId(),
  key: keyMaterialSchema,
});

/** Bounds of the chain's parameters; the ones that are not given stay as they are. */
export const setParametersSchema = z.strictObject({
  /** Most statements in a block. */
  blockStatementsMax: z.int().min(1).max(100_000).optional(),
  /** An idle chain makes a block this often: at least once an hour, so that checkpoints stay fresh. */
  heartbeatMs: z.int().min(1_000).max(3_600_000).optional(),
  /** Most bytes of an attachment that travels in a block's data: up to 64 MiB. */
  attachmentBytesMax: z.int().min(0).max(67_108_864).optional(),
  /** State older than this many blocks may be pruned; 0 keeps all from now on. */
  stateHorizonBlocks: z.int().min(0).max(1_000_000_000).optional(),
  /** Statements of one organisation on one day (UTC), those to this contract not counted; 0 sets no bound. */
  organisationStatementsPerDayMax: z.int().min(0).max(1_000_000_000).optional(),
});

/** Policies that are proposed nest one level less than a genesis may: within an action schemas may go no deeper. */
const proposedPolicySchema = policySchema(POLICY_DEPTH_MAX - 1);

export const setMethodPolicySchema = z.strictObject({
  contract: text.name(),
  method: text.name(),
  /** Asked besides the contract's own policy; null asks nothing more. */
  policy: proposedPolicySchema.nullable(),
});

export const setGovernanceSchema = z.strictObject({ policy: proposedPolicySchema });

/** A key that a validator signs checkpoints with. */
export const rotateValidatorKeySchema = z.strictObject({
  organisation: text.organisationId(),
  algorithm: algorithmSchema,
  publicKey: publicKeySchema,
  /** The key's own signature over `validatorKeyMessage`: whoever names it holds it. */
  proof: bytes({ min: 64, max: 64 }),
});

export const addValidatorSchema = rotateValidatorKeySchema.extend({ power: validatorPowerSchema });

export const setValidatorPowerSchema = z.strictObject({
  organisation: text.organisationId(),
  power: validatorPowerSchema,
});

/** Most actions of one proposal. */
export const ACTIONS_MAX = 16;
/** Longest title of a proposal. */
export const PROPOSAL_TITLE_MAX = 200;

/** One thing that a proposal does: a governed method with its arguments. */
export const actionSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('addOrganisation'), args: organisationNamedSchema }),
  z.strictObject({ method: z.literal('renameOrganisation'), args: organisationNamedSchema }),
  z.strictObject({ method: z.literal('suspendOrganisation'), args: organisationSchema }),
  z.strictObject({ method: z.literal('reinstateOrganisation'), args: organisationSchema }),
  z.strictObject({ method: z.literal('removeOrganisation'), args: organisationSchema }),
  z.strictObject({ method: z.literal('appointAdmin'), args: appointAdminSchema }),
  z.strictObject({ method: z.literal('recoverAdmin'), args: recoverAdminSchema }),
  z.strictObject({ method: z.literal('switchModule'), args: switchModuleSchema }),
  z.strictObject({ method: z.literal('setParameters'), args: setParametersSchema }),
  z.strictObject({ method: z.literal('setMethodPolicy'), args: setMethodPolicySchema }),
  z.strictObject({ method: z.literal('setGovernance'), args: setGovernanceSchema }),
  z.strictObject({ method: z.literal('revokeIssuer'), args: revokeIssuerSchema }),
  z.strictObject({ method: z.literal('addValidator'), args: addValidatorSchema }),
  z.strictObject({ method: z.literal('removeValidator'), args: organisationSchema }),
  z.strictObject({ method: z.literal('setValidatorPower'), args: setValidatorPowerSchema }),
  z.strictObject({ method: z.literal('rotateValidatorKey'), args: rotateValidatorKeySchema }),
]);
export const actionsSchema = z.array(actionSchema).min(1).max(ACTIONS_MAX);
export const proposalTitleSchema = text.line(PROPOSAL_TITLE_MAX);

export const proposeSchema = z.strictObject({
  /** One line for people. */
  title: proposalTitleSchema,
  /** Carried out together, in this order, or not at all. */
  actions: actionsSchema,
  /** Until when votes count, milliseconds UTC. */
  deadline: timeMs(),
});

export const voteSchema = z.strictObject({
  /** Id of the proposal: that of the statement that made it. */
  proposal: text.hex32(),
  vote: z.enum(['yes', 'no', 'withdraw']),
});

export const withdrawProposalSchema = z.strictObject({ proposal: text.hex32() });

/** Where a proposal stands. */
export const proposalStatusSchema = z.enum([
  'open',
  'carried',
  'failed',
  'rejected',
  'expired',
  'withdrawn',
]);

/** What proposing and voting return. */
export const proposalOutcomeSchema = z.strictObject({
  proposal: text.hex32(),
  status: proposalStatusSchema,
});

export type Action = z.infer<typeof actionSchema>;
export type ProposalStatus = z.infer<typeof proposalStatusSchema>;

/** What methods that make a key return. */
export const keyMadeSchema = z.strictObject({
  /** Hex id. */
  key: text.hex32(),
  /** First height at which it counts. */
  from: z.int().min(0),
});

/** Arguments of every method, by name. */
export interface MembershipArgs extends CertificateArgs {
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
  readonly removeOrganisation: z.infer<typeof organisationSchema>;
  readonly recoverKeys: z.infer<typeof recoverKeysSchema>;
  readonly recoverAdmin: z.infer<typeof recoverAdminSchema>;
  readonly setParameters: z.infer<typeof setParametersSchema>;
  readonly setMethodPolicy: z.infer<typeof setMethodPolicySchema>;
  readonly setGovernance: z.infer<typeof setGovernanceSchema>;
  readonly addValidator: z.infer<typeof addValidatorSchema>;
  readonly removeValidator: z.infer<typeof organisationSchema>;
  readonly setValidatorPower: z.infer<typeof setValidatorPowerSchema>;
  readonly rotateValidatorKey: z.infer<typeof rotateValidatorKeySchema>;
  readonly registerIssuer: RegisterIssuerArgs;
  readonly removeIssuer: RemoveIssuerArgs;
  readonly revokeIssuer: RevokeIssuerArgs;
  readonly propose: z.infer<typeof proposeSchema>;
  readonly vote: z.infer<typeof voteSchema>;
  readonly withdrawProposal: z.infer<typeof withdrawProposalSchema>;
}
