export { runMerkleVectors } from './run-vectors.ts';
export type { VectorResult } from './run-vectors.ts';
export { MERKLE_VECTORS } from './vector-types.ts';
export type { MerkleCase, MerkleVectors } from './vector-types.ts';
