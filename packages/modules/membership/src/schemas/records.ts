import { bytes, policySchema, record, text } from '@hefu/contract/schema';
import * as z from 'zod';

/** Most changes of standing that one record may hold. */
export const INTERVALS_MAX = 256;
/** Most roles of one member. */
export const ROLES_MAX = 16;
/** Longest name of a role. */
export const ROLE_LENGTH_MAX = 40;
/** Longest display name of an organisation. */
export const ORGANISATION_NAME_MAX = 200;
/** Most keys that one member may ever have had: keys are closed, never deleted. */
export const KEYS_PER_MEMBER_MAX = 256;
/** Most members of one organisation with the role `admin`. */
export const ADMINS_MAX = 64;
/** How many blocks an old key may go on beside the one that replaces it. */
export const ROTATION_OVERLAP_BLOCKS_MAX = 1_000_000;
/** How many blocks at least lie between the statement that plans a switch and the first block of the new version. */
export const SWITCH_AHEAD_BLOCKS_MIN = 2;
/** Most open keys that one recovery ends. */
export const RECOVERED_KEYS_MAX = 32;
/** Most validators of a chain, as the format has it. */
export const VALIDATORS_MAX = 100;
/** Most voting power of one validator, as the format has it. */
export const VALIDATOR_POWER_MAX = 1_000_000_000;
/** The role whose members manage their own organisation. */
export const ADMIN_ROLE = 'admin';

export const algorithmSchema = z.enum(['ed25519', 'es256', 'sm2']);
export const purposeSchema = z.enum(['sign', 'encrypt', 'checkpoint', 'transport']);
export const memberKindSchema = z.enum(['person', 'service', 'device']);
/** A raw public key: 32 bytes (ed25519) or 65 (04 ‖ x ‖ y). */
export const publicKeySchema = bytes({ min: 32, max: 65 });
export const rolesSchema = z.array(text.kebabName(ROLE_LENGTH_MAX)).max(ROLES_MAX);
export const organisationNameSchema = text.line(ORGANISATION_NAME_MAX);
const heightSchema = z.int().min(0);

/** Heights `[from, to)` in which a record counts; `to` is null while it lasts. */
export const intervalsSchema = z
  .array(z.tuple([heightSchema, heightSchema.nullable()]))
  .max(INTERVALS_MAX);

/** `membership/organisations/<organisation id>` */
export const organisationRecordSchema = z.strictObject({
  name: organisationNameSchema,
  active: intervalsSchema,
});

/** `membership/members/<organisation>/<name>` */
export const memberRecordSchema = z.strictObject({
  organisation: text.organisationId(),
  kind: memberKindSchema,
  roles: rolesSchema,
  active: intervalsSchema,
});

/** `membership/keys/<key id in hex>` */
export const keyRecordSchema = z.strictObject({
  member: text.memberId(),
  algorithm: algorithmSchema,
  publicKey: publicKeySchema,
  purpose: purposeSchema,
  active: intervalsSchema,
});

export const validatorPowerSchema = z.int().min(1).max(VALIDATOR_POWER_MAX);

/** A validator within the set. */
export const validatorEntrySchema = z.strictObject({
  organisation: text.organisationId(),
  algorithm: algorithmSchema,
  publicKey: publicKeySchema,
  power: validatorPowerSchema,
});
const validatorSetSchema = z.array(validatorEntrySchema).max(VALIDATORS_MAX);

/** `membership/validators/<organisation id>`: as it is, or was when it signed last. */
export const validatorRecordSchema = z.strictObject({
  algorithm: algorithmSchema,
  publicKey: publicKeySchema,
  power: validatorPowerSchema,
  active: intervalsSchema,
});

/** `membership/admins/<organisation id>`: who manages it, so that it never has nobody. */
export const adminsRecordSchema = z.strictObject({
  members: z.array(text.memberId()).max(ADMINS_MAX),
});

/** `membership/modules/<contract>`: which version runs; the ledger switches it at a height. */
export const moduleRecordSchema = z.strictObject({
  version: z.int().min(1),
  next: z.strictObject({ version: z.int().min(1), height: heightSchema }).nullable(),
  cursor: z.string().max(200).nullable(),
});

/** `membership/removals/<organisation id>`: who has left for good, and from which height on. */
export const removalRecordSchema = z.strictObject({ from: heightSchema });

/** `membership/policies/<contract>/<method>`: who may call it, besides what the contract itself asks. */
export const methodPolicyRecordSchema = z.strictObject({
  /** Null when nothing more is asked. */
  policy: policySchema().nullable(),
  /** First height at which it counts. */
  from: heightSchema,
  /** What counts before. */
  before: policySchema().nullable(),
});

/** `membership/usage/<organisation id>`: what the ledger has counted today; written only where a quota is set. */
export const usageRecordSchema = z.strictObject({
  /** Days since 1970, UTC. */
  day: z.int().min(0),
  statements: z.int().min(0),
});

/** The chain's parameters by name. */
export const parameterValuesSchema = record(z.string().max(64), z.int(), { max: 64 });

/** `membership/parameters/<kind>`: what the consortium agreed for itself. */
export const parameterRecordSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('chain'),
    algorithms: z.array(algorithmSchema).min(1).max(3),
    values: parameterValuesSchema,
  }),
  z.strictObject({ kind: z.literal('governance'), policy: policySchema() }),
  z.strictObject({ kind: z.literal('organisations'), active: z.int().min(0) }),
  z.strictObject({
    kind: z.literal('validators'),
    /** Changes since the genesis. */
    number: z.int().min(0),
    /** Height of the last one. */
    changed: heightSchema,
    /** In the order of the organisations; signs from the block after that height on. */
    set: validatorSetSchema,
    /** What signed until that block. */
    before: validatorSetSchema,
  }),
]);

export type OrganisationValue = z.infer<typeof organisationRecordSchema>;
export type MemberValue = z.infer<typeof memberRecordSchema>;
export type KeyValue = z.infer<typeof keyRecordSchema>;
export type ValidatorValue = z.infer<typeof validatorRecordSchema>;
export type ValidatorEntry = z.infer<typeof validatorEntrySchema>;
export type ParameterValue = z.infer<typeof parameterRecordSchema>;
export type MethodPolicyValue = z.infer<typeof methodPolicyRecordSchema>;
export type Intervals = z.infer<typeof intervalsSchema>;
