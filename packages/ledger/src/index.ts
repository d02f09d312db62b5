export {
  ATTACHMENT_BYTES_MAX,
  Attachments,
  PUBLIC_STAGED_BYTES_MAX,
  PUBLIC_STAGED_MAX,
  STAGED_AGE_MAX_MS,
  STAGED_BYTES_MAX,
} from './attachments.ts';
export type { Attachment, AttachmentSender } from './attachments.ts';
export { Chain } from './chain.ts';
export type { ChainOptions, ExecutedBlock } from './chain.ts';
export { chainSpec } from './chain-spec.ts';
export type { ChainSpec } from './chain-spec.ts';
export type { Engine, Ordered } from './engine-port.ts';
export { LedgerFault } from './errors.ts';
export type { LedgerFaultData } from './errors.ts';
export { DUE_EFFECTS_PER_BLOCK_MAX } from './execution.ts';
export type { Candidate, StatementResult } from './execution.ts';
export { parseCandidate } from './foreign/parse-candidate.ts';
export { registrationAt, registrationOf } from './foreign/read-registration.ts';
export type { RegistrationRecord } from './foreign/read-registration.ts';
export type { ForeignCandidate } from './foreign/register.ts';
export type { ForeignRefusal } from './foreign/judge-foreign.ts';
export { REGISTRATIONS_MAX } from './foreign/registrations.ts';
export type { RegisterResult } from './foreign/registrations.ts';
export type { BlockRow, Head } from './head.ts';
export { IN_FLIGHT_BYTES_MAX, IN_FLIGHT_MAX, Intake, RETRYABLE_CODES } from './intake.ts';
export type { InFlightLimits, SubmitRefusal, SubmitResult } from './intake.ts';
export type { NoEntryCode, QuotaRefusal, StandingRefusal } from './judge.ts';
export { Ledger } from './ledger.ts';
export type { LedgerOptions } from './ledger.ts';
export { MODULES_COLLECTION } from './modules.ts';
export type { ModuleRecord } from './modules.ts';
export type { CheckpointSigner, Clock, SignatureChecker, SignatureItem } from './ports.ts';
export { ParametersReader } from './parameters.ts';
export type { Parameters, ParametersRecord } from './parameters.ts';
export { ChainReader } from './reader.ts';
export type { BlockRecord, StatementRecord, StateRecord, StateVerdict } from './reader.ts';
export { anchorOf, loggedEntry, receiptOf, Receipts } from './receipts.ts';
export type { Anchor, ReceiptVerdict } from './receipts.ts';
export { TABLES } from './store-port.ts';
export type { RangeOptions, Store, StoreReader, StoreTransaction, Table } from './store-port.ts';
export {
  isQuorumAlone,
  noteSigner,
  requireValidator,
  validatorSigner,
} from './checkpoint-signer.ts';
export { handoversOf, handoverRows, validatorsOfSize } from './handovers.ts';
export { ValidatorsReader } from './validators.ts';
export type { HandoverRow, NumberedSet, ValidatorsRecord } from './validators.ts';
export { fsck } from './fsck/fsck.ts';
export type { FsckFault, FsckOptions, FsckProgress, FsckReport } from './fsck/report.ts';
export { replay } from './fsck/replay.ts';
