export { connect, HefuClient, STATEMENTS_PER_BODY_MAX } from './client.ts';
export type { Call, HefuClientOptions, ReceiptFormat, SignedStatement } from './client.ts';
export type {
  ChainInfo,
  Committed,
  EvidencePage,
  FoundEvidence,
  ObjectPut,
  StatementInfo,
  StateValue,
  SubmitResult,
} from './answers.ts';
export { depositBatchCall, depositCall, EvidenceClient } from './evidence.ts';
export type { BatchDescription, EvidenceQuery } from './evidence.ts';
export type { Fetch, NodeHttp, NodeRequest, RequestBody } from './http.ts';
export { MembersClient } from './members.ts';
export type { MemberQuery } from './members.ts';
export { ProblemError } from './problem.ts';
export type { ClientProblemCode, Problem, ProblemField } from './problem.ts';
export { createSigner } from './signer.ts';
export type { Signer } from './signer.ts';
export {
  BATCH_ITEMS_MAX,
  batchOfBundle,
  buildBatch,
  createContentDigester,
  encodeItem,
  ITEM_NAME_LENGTH_MAX,
  itemFault,
} from '@hefu/module-evidence/api';
export type { Batch, DepositReaders, FileDigests, Item } from '@hefu/module-evidence/api';
