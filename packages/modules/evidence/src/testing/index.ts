export { runEvidenceVectors } from './run-vectors.ts';
export type { EvidenceVectors } from './run-vectors.ts';
