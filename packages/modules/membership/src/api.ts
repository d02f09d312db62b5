export {
  ACTIONS_MAX,
  actionSchema,
  addKeySchema,
  addMemberSchema,
  addValidatorSchema,
  appointAdminSchema,
  keyMadeSchema,
  keyMaterialSchema,
  memberSchema,
  organisationNamedSchema,
  organisationSchema,
  PROPOSAL_TITLE_MAX,
  proposalOutcomeSchema,
  proposalStatusSchema,
  proposeSchema,
  recoverAdminSchema,
  recoverKeysSchema,
  revokeKeySchema,
  rotateKeySchema,
  rotateValidatorKeySchema,
  setGovernanceSchema,
  setMethodPolicySchema,
  setParametersSchema,
  setRolesSchema,
  setValidatorPowerSchema,
  switchModuleSchema,
  voteSchema,
  withdrawProposalSchema,
} from './schemas/args.ts';
export {
  ISSUER_KEYS_MAX,
  issuerRecordSchema,
  issuerSchema,
  registerIssuerSchema,
  removeIssuerSchema,
  revokeIssuerSchema,
} from './schemas/issuers.ts';
export type { IssuerKeyValue, IssuerValue } from './schemas/issuers.ts';
export type { Action, MembershipArgs, ProposalStatus } from './schemas/args.ts';
export {
  addAuthoritySchema,
  AUTHORITIES_MAX,
  authorityAddedOutputSchema,
  authorityRecordSchema,
  CERTIFICATE_BYTES_MAX,
  CERTIFICATE_CHAIN_MAX,
  certificateEnrolledOutputSchema,
  certificateRecordSchema,
  CERTIFICATES_PER_KEY_MAX,
  enrolCertificateSchema,
  OPEN_AUTHORITIES_MAX,
  removeAuthoritySchema,
  revokeCertificateSchema,
} from './schemas/certificates.ts';
export type { AuthorityValue, CertificateEnd, CertificateValue } from './schemas/certificates.ts';
export {
  authorityPageSchema,
  authorityViewSchema,
  certificatePageSchema,
  certificateViewSchema,
} from './schemas/certificate-views.ts';
export type { AuthorityView, CertificateView } from './schemas/certificate-views.ts';
export {
  governanceViewSchema,
  proposalPageSchema,
  proposalViewSchema,
  votePageSchema,
  voteViewSchema,
} from './schemas/proposal-views.ts';
export type { GovernanceView, ProposalView, VoteView } from './schemas/proposal-views.ts';
export {
  OPEN_PROPOSALS_MAX,
  PROPOSAL_AHEAD_MAX_MS,
  PROPOSAL_AHEAD_MIN_MS,
  VOTES_MAX,
} from './schemas/proposals.ts';
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
  SWITCH_AHEAD_BLOCKS_MIN,
  validatorEntrySchema,
  validatorRecordSchema,
  VALIDATOR_POWER_MAX,
  VALIDATORS_MAX,
} from './schemas/records.ts';
export type {
  Intervals,
  KeyValue,
  MemberValue,
  OrganisationValue,
  ParameterValue,
  ValidatorEntry,
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
