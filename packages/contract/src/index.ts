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
  Contract,
  ContractDraft,
  EffectDefinition,
  MethodDefinition,
  MigrationDefinition,
  TypedContract,
} from './definitions.ts';
export { event } from './event.ts';
export type { EventDefinition } from './event.ts';
export type { GenesisDocument } from './genesis-document.ts';
export type { HostFunctions, HostVerdict } from './host-functions.ts';
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
