export { applyChanges } from './json-patch.ts';
export type { JsonChange } from './json-patch.ts';
export { runProtocolVectors } from './run-vectors.ts';
export type { VectorResult } from './run-vectors.ts';
export { PROTOCOL_VECTORS } from './vector-types.ts';
export type { ProtocolVectors } from './vector-types.ts';
export { foreignStatement } from './foreign-sample.ts';
export { SampleLedger } from './sample-ledger.ts';
export { sampleKey } from './sample-keys.ts';
