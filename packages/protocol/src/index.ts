export {
  chainUri,
  CHAIN_ID_LENGTH_MAX,
  CONTRACT_NAME_LENGTH_MAX,
  isChainId,
  isContractName,
  isMemberId,
  isOrganisationId,
  issuerOf,
  isStateKey,
  MEMBER_ID_LENGTH_MAX,
  MEMBER_NAME_LENGTH_MAX,
  ORGANISATION_ID_LENGTH_MAX,
  organisationOfMember,
  STATE_KEY_BYTES_MAX,
  subjectOf,
} from './names.ts';
export {
  activeAt,
  decodeKeyRecord,
  decodeMemberRecord,
  decodeOrganisationRecord,
  decodeValidatorRecord,
  INTERVALS_MAX,
  KEY_PURPOSES,
  KEYS_COLLECTION,
  MEMBER_KINDS,
  MEMBERS_COLLECTION,
  MEMBERSHIP_CONTRACT,
  ORGANISATIONS_COLLECTION,
  signerStanding,
  VALIDATORS_COLLECTION,
} from './records.ts';
export type {
  Interval,
  KeyPurpose,
  KeyRecord,
  MemberKind,
  MemberRecord,
  OrganisationRecord,
  RecordVerdict,
  Standing,
  StandingCode,
  ValidatorRecord,
} from './records.ts';
export { stateKeyHash, stateValueBytes } from './state-key.ts';
export {
  GENESIS_FORMAT,
  GENESIS_KEYS_MAX,
  GENESIS_MEMBERS_MAX,
  GENESIS_MODULES_MAX,
  GENESIS_ORGANISATIONS_MAX,
  MEMBER_ROLES_MAX,
  ORGANISATION_NAME_LENGTH_MAX,
} from './genesis-schema.ts';
export type { GenesisDocument } from './genesis-schema.ts';
export { genesisDigest, genesisValidators, digestOfParameters, parseGenesis } from './genesis.ts';
export type { GenesisFault, GenesisVerdict } from './genesis.ts';
export { EXPIRY_AHEAD_MAX_MS, parseStatement, STATEMENT_BYTES_MAX } from './statement.ts';
export type { Statement, StatementVerdict } from './statement.ts';
export { STATEMENT_CONTENT_TYPE } from './statement-header.ts';
export type { StatementCode, StatementFault } from './statement-faults.ts';
export { NONCE_BYTES } from './statement-payload.ts';
export type { StatementArgs, StatementPayload } from './statement-payload.ts';
export { prepareStatement, signStatement } from './sign-statement.ts';
export type { StatementDraft, StatementToSign, UnsignedStatement } from './sign-statement.ts';
export {
  decodeEntry,
  encodeEntry,
  ENTRY_BLOCK,
  ENTRY_DUE,
  ENTRY_GENESIS,
  ENTRY_STATEMENT,
  digestOfEvents,
  OUTCOME_CODE_LENGTH_MAX,
  OUTCOME_OK,
  digestOfOutput,
} from './entry.ts';
export type {
  BlockEntry,
  DueEntry,
  Entry,
  EntryVerdict,
  EventPair,
  GenesisEntry,
  StatementEntry,
} from './entry.ts';
export {
  isQuorum,
  totalPower,
  VALIDATOR_POWER_MAX,
  validatorsDigest,
  validatorSetOf,
  VALIDATORS_MAX,
} from './validators.ts';
export type { Validator, ValidatorSet } from './validators.ts';
