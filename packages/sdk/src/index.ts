export { connect, HefuClient, STATEMENTS_PER_BODY_MAX } from './client.ts';
export type { Call, ReadOptions, ReceiptFormat, SignedStatement } from './calls.ts';
export type { ClientVerifier } from './verifier.ts';
export { FRESH_MS_DEFAULT } from './options.ts';
export type { ConnectionOptions, HefuClientOptions, VerifyOptions } from './options.ts';
export type {
  ChainInfo,
  Committed,
  ErasedObject,
  EvidencePage,
  FoundEvidence,
  ObjectPut,
  PullCheck,
  PulledObject,
  SubmitResult,
  VaultObject,
  VaultUsage,
} from './answers.ts';
export { EVENTS_SILENCE_MS_DEFAULT } from './events/events.ts';
export type { CloudEvent, EventQuery, LedgerEvent } from './events/events.ts';
export { depositBatchCall, depositCall, depositPrivateCall, EvidenceClient } from './evidence.ts';
export type { BatchDescription, DepositRecord, EvidenceQuery } from './evidence.ts';
export { TIMEOUT_MS_DEFAULT } from './http.ts';
export type { Fetch, NodeHttp, NodeRequest, RequestBody } from './http.ts';
export { certificatesOfPem } from '@hefu/crypto/x509/pem';
export { CertificatesClient } from './certificates.ts';
export type { CertificateQuery } from './certificates.ts';
export { GovernanceClient } from './governance.ts';
export { ScittClient } from './scitt.ts';
export type { RegisterOptions, Registration } from './scitt.ts';
export type { ProposalQuery } from './governance.ts';
export { createExternalSigner } from './keys/external-signer.ts';
export type { ExternalSigner } from './keys/external-signer.ts';
export { openSealedKey, SEALED_KEY_FORMAT, sealKey } from './keys/sealed-key.ts';
export type { SealedKey } from './keys/sealed-key.ts';
export { createWebSigner, generateWebKey } from './keys/web-key.ts';
export type { HeldKey, WebAlgorithm, WebKey } from './keys/web-key.ts';
export type { SeenCheckpoint } from './log/checkpoint-seen.ts';
export type { EntryRange, ProvenEntry } from './log/entries.ts';
export { localStorageSeenStore, memorySeenStore } from './log/seen-store.ts';
export type { SeenStore, StorageLike } from './log/seen-store.ts';
export type { VerifiedLog } from './log/verified-log.ts';
export { MembersClient } from './members.ts';
export type { MemberQuery } from './members.ts';
export type { NodeHealth } from './nodes.ts';
export { CLIENT_PROBLEMS, ProblemError } from './problem.ts';
export type { ClientProblemCode, Problem, ProblemField } from './problem.ts';
export { FAULT_FORMAT, PROOF_FAULTS, ProofError } from './proof-error.ts';
export type { FaultEvidence, ProofFaultCode } from './proof-error.ts';
export type { StatePlace, StateProven, StateReadOptions, StateValue } from './read-state.ts';
export { DENIAL_ENTRIES_MAX } from './read-statement.ts';
export type { StatementReadOptions, StatementRecord } from './read-statement.ts';
export { grantCall, SharingClient } from './sharing.ts';
export type { ErasureQuery, GrantQuery, GrantRequest, PullRequest } from './sharing.ts';
export { createSigner } from './signer.ts';
export type { Signer } from './signer.ts';
export type { Retry, SubmitOptions, WaitOptions } from './submit.ts';
export {
  BATCH_ITEMS_MAX,
  batchOfBundle,
  buildBatch,
  buildPrivateBatch,
  createContentDigester,
  createSalt,
  createSaltedDigester,
  encodeItem,
  ITEM_NAME_LENGTH_MAX,
  itemFault,
  openPrivateRecord,
  privateItemReceipt,
  privateRecord,
} from '@hefu/module-evidence/api';
export type {
  Batch,
  DepositReaders,
  FileDigests,
  Item,
  PrivateBatch,
  PrivateRecord,
} from '@hefu/module-evidence/api';
export { isGranted } from '@hefu/module-sharing/api';
export type {
  EncryptionKeyRecord,
  ErasureView,
  GrantRecord,
  GrantView,
} from '@hefu/module-sharing/api';
export {
  generateKeyPair,
  pkcs8Of,
  privateKeyFromPkcs8,
  publicKeyOf,
  spkiOf,
} from '@hefu/crypto/keys';
export type { KeyPair } from '@hefu/crypto/keys';
export { parseTrust, parseTrustAsync, verifyReceipt, verifyReceiptAsync } from '@hefu/protocol';
export type {
  ReceiptDocument,
  ReceiptVerdict,
  TransparentStatementVerdict,
  Trust,
  TrustDocument,
} from '@hefu/protocol';
export type { OnBytes, VaultContent } from './vault/content.ts';
export { DOWNLOAD_FAILURES_MAX } from './vault/download.ts';
export type { DownloadOptions } from './vault/download.ts';
export { VaultClient } from './vault/vault-client.ts';
export type { PutOptions, WhoseObjects } from './vault/vault-client.ts';
