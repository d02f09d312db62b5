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
  GENESIS_KEYS_MAX,
  GENESIS_MEMBERS_MAX,
  GENESIS_MODULES_MAX,
  GENESIS_ORGANISATIONS_MAX,
  MEMBER_ROLES_MAX,
  ORGANISATION_NAME_LENGTH_MAX,
} from './genesis-schema.ts';
export type { GenesisDocument } from './genesis-schema.ts';
export { digestOfGenesis, GENESIS_FORMAT } from './genesis-digest.ts';
export type { GenesisParts, Predecessor } from './genesis-digest.ts';
export {
  digestOfParameters,
  genesisDigest,
  genesisParts,
  genesisValidators,
  parseGenesis,
} from './genesis.ts';
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
  ENTRY_REGISTRATION,
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
  ForeignEntry,
  GenesisEntry,
  RegistrationEntry,
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
export {
  formatNote,
  formatNoteLine,
  formatVerifierKey,
  NOTE_LENGTH_MAX,
  NOTE_LINES_MAX,
  parseNote,
  parseVerifierKey,
} from './note.ts';
export type { Note, NoteLine, NoteVerdict, VerifierKey, VerifierKeyVerdict } from './note.ts';
export { cosignerName, lineKeysOf, verifierKeysOf } from './line-keys.ts';
export type { LineKey, LineKind } from './line-keys.ts';
export {
  checkpointBody,
  formatCheckpoint,
  parseCheckpoint,
  signCheckpointLines,
} from './checkpoint.ts';
export type {
  Checkpoint,
  CheckpointParsed,
  CheckpointSecret,
  CheckpointSigning,
  TreeHead,
} from './checkpoint.ts';
export { verifyCheckpoint, verifyCheckpointAsync } from './verify-checkpoint.ts';
export type {
  CheckpointCode,
  CheckpointToVerify,
  CheckpointVerdict,
  LineFinding,
  SignerFinding,
} from './verify-checkpoint.ts';
export type { LoggedEntry, LoggedEntryDocument } from './logged-entry.ts';
export { treeHasher } from './suite-hasher.ts';
export { formatTrust, HANDOVERS_MAX, TRUST_FORMAT } from './trust-document.ts';
export type {
  Handover,
  HandoverDocument,
  TrustDocument,
  TrustParts,
  TrustValidatorDocument,
} from './trust-document.ts';
export { trustOf } from './trust-of.ts';
export { VALIDATOR_KEY_FORMAT, validatorKeyMessage } from './validator-key.ts';
export { parseTrust, parseTrustAsync, setForSize } from './trust.ts';
export type { HandoverCode, Trust, TrustVerdict, ValidatorSpan } from './trust.ts';
export { contentDigestsOf, describedItem, digestContent, matchContent } from './content.ts';
export type { ContentDigests, ContentVerdict } from './content.ts';
export { formatReceipt, parseReceipt, RECEIPT_FORMAT } from './receipt-document.ts';
export type {
  ProvenRecord,
  Receipt,
  ReceiptDocument,
  ReceiptItem,
  ReceiptParsed,
} from './receipt-document.ts';
export { batchOf, SALT_BYTES, saltedDigest } from './receipt-item.ts';
export type { BatchClaim } from './receipt-item.ts';
export type {
  ReceiptCode,
  ReceiptFacts,
  ReceiptStep,
  ReceiptStepId,
  ReceiptVerdict,
  StepData,
} from './receipt-verdict.ts';
export { verifyReceipt, verifyReceiptAsync } from './verify-receipt.ts';
export type { ReceiptToVerify } from './verify-receipt.ts';
export {
  encodeTlogProof,
  formatTlogProof,
  parseTlogProof,
  TLOG_PROOF_HEADER,
  TLOG_PROOF_LENGTH_MAX,
  verifyTlogProof,
} from './tlog-proof.ts';
export type { TlogProof, TlogProofParsed, TlogProofVerdict } from './tlog-proof.ts';
export {
  COSE_RECEIPT_BYTES_MAX,
  coseReceiptsOf,
  parseCoseReceipt,
  verifyCoseReceipt,
} from './cose-receipt.ts';
export type {
  CoseConsistencyProof,
  CoseInclusionProof,
  CoseReceipt,
  CoseReceiptCode,
  CoseReceiptParsed,
  CoseReceiptVerdict,
  ValidatorReceipt,
} from './cose-receipt.ts';
export { CHECK_MEMORY_MAX, CheckMemory } from './signature-check.ts';
export {
  attachReceipts,
  COSE_RECEIPTS,
  FOREIGN_CLAIM_LENGTH_MAX,
  FOREIGN_STATEMENT_BYTES_MAX,
  parseForeignStatement,
} from './foreign-statement.ts';
export type {
  ForeignStatement,
  ForeignStatementCode,
  ForeignStatementVerdict,
} from './foreign-statement.ts';
export { decodeIssuerRecord, ISSUER_KEYS_MAX, ISSUERS_COLLECTION } from './issuer-record.ts';
export type { IssuerKeyRecord, IssuerRecord } from './issuer-record.ts';
export {
  readTransparentStatement,
  RECEIPTS_MAX,
  TRANSPARENT_STATEMENT_BYTES_MAX,
  verifyReceiptsOf,
  verifyTransparentStatement,
} from './transparent-statement.ts';
export type {
  ReceiptFinding,
  ReceiptsVerdict,
  TransparentStatementCode,
  TransparentStatementVerdict,
} from './transparent-statement.ts';
