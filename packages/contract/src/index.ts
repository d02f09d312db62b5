export { collection } from './collection.ts';
export type { CollectionDefinition, IndexDefinition } from './collection.ts';
export { NOBODY } from './context.ts';
export type {
  Caller,
  CollectionHandle,
  Context,
  ListedHandle,
  MigrationContext,
  PageOptions,
} from './context.ts';
export { defineContract } from './definitions.ts';
export type {
  AttachmentDeclaration,
  Contract,
  ContractDraft,
  EffectDefinition,
  MethodDefinition,
  MigrationDefinition,
  TypedContract,
} from './definitions.ts';
export { event } from './event.ts';
export type { EventDefinition } from './event.ts';
export { evaluatePolicy, GOVERNANCE_CONTRACT } from './evaluate-policy.ts';
export type { PolicyFacts } from './evaluate-policy.ts';
export type {
  AuthorityFinding,
  CertificateFinding,
  HostFunctions,
  HostVerdict,
  ReceiptFinding,
} from './host-functions.ts';
export { createHostFunctions } from './host/host-functions.ts';
export {
  GOVERNANCE_PARAMETER,
  membershipConsortium,
  ORGANISATIONS_PARAMETER,
  PARAMETERS_COLLECTION,
} from './host/consortium.ts';
export { createNativeHost } from './host/native-host.ts';
export type {
  ConsortiumPort,
  EffectCall,
  GenesisCall,
  MethodCall,
  MigrationCall,
  MigrationOutcome,
  NativeHost,
  NativeHostOptions,
  VersionResolver,
} from './host/native-host-types.ts';
export type { EmittedEvent, HostCode, Outcome, OutcomeData } from './host/outcome.ts';
export { manifestDigest, manifestOf } from './manifest.ts';
export type {
  AttachmentManifest,
  CollectionManifest,
  Manifest,
  MethodManifest,
} from './manifest.ts';
export { defineModule } from './module.ts';
export type { ModuleDefinition, ModuleTexts } from './module.ts';
export { policy } from './policy.ts';
export type { Approver, Policy } from './policy.ts';
export { projection } from './projection.ts';
export type {
  ProjectionDatabase,
  ProjectionDefinition,
  ProjectionEvent,
  SqlRow,
  SqlValue,
} from './projection.ts';
export { mayRead, readers } from './readers.ts';
export type { Readers, ReadersValue, Viewer } from './readers.ts';
export { route } from './route.ts';
export type { RouteContext, RouteDefinition, RouteProblem, RouteRequest } from './route.ts';
export type { ScanOptions, StatePort } from './state-port.ts';
export { compileValidator } from './schema/compile.ts';
export type { SchemaData } from './schema/data.ts';
export { extractSchema } from './schema/extract.ts';
export type { SchemaFault, SchemaFaultCode, SchemaVerdict } from './schema/fault.ts';
export { createItemCheck } from './schema/item-check.ts';
export type { ItemFault } from './schema/item-check.ts';
export {
  bytes,
  READERS_ORGANISATIONS_MAX,
  readersSchema,
  record,
  text,
  textFormats,
  timeMs,
  policySchema,
} from './schema/index.ts';
export type { TextFormat, TextFormatName } from './schema/index.ts';
