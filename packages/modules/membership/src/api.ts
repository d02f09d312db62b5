export {
  addKeySchema,
  addMemberSchema,
  appointAdminSchema,
  keyMadeSchema,
  keyMaterialSchema,
  memberSchema,
  organisationNamedSchema,
  organisationSchema,
  revokeKeySchema,
  rotateKeySchema,
  setRolesSchema,
} from './schemas/args.ts';
export type { MembershipArgs } from './schemas/args.ts';
export {
  ADMIN_ROLE,
  ADMINS_MAX,
  algorithmSchema,
  INTERVALS_MAX,
  intervalsSchema,
  KEYS_PER_MEMBER_MAX,
  keyRecordSchema,
  memberKindSchema,
  memberRecordSchema,
  moduleRecordSchema,
  ORGANISATION_NAME_MAX,
  organisationRecordSchema,
  parameterRecordSchema,
  purposeSchema,
  ROLE_LENGTH_MAX,
  ROLES_MAX,
  ROTATION_OVERLAP_BLOCKS_MAX,
  validatorRecordSchema,
} from './schemas/records.ts';
export type {
  Intervals,
  KeyValue,
  MemberValue,
  OrganisationValue,
  ParameterValue,
  ValidatorValue,
} from './schemas/records.ts';
export {
  keyViewSchema,
  memberPageSchema,
  memberViewSchema,
  memberWithKeysSchema,
  organisationPageSchema,
  organisationViewSchema,
  PAGE_LIMIT_DEFAULT,
  PAGE_LIMIT_MAX,
} from './schemas/views.ts';
export type { KeyView, MemberView, MemberWithKeys, OrganisationView } from './schemas/views.ts';
