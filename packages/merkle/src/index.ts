export { createHasher, HASH_BYTES } from './hasher.ts';
export type { Hasher, HashFunction } from './hasher.ts';
export {
  consistencyPath,
  emptyRoot,
  inclusionPath,
  nodesOfLeaves,
  rootFromNodes,
  rootOf,
} from './log/tree.ts';
export type { GetNode } from './log/tree.ts';
export { rootFromInclusion, verifyConsistency, verifyInclusion } from './log/verify.ts';
export type { ConsistencyClaim, InclusionClaim } from './log/verify.ts';
export { LogFrontier } from './log/frontier.ts';
export type { OnSubtree } from './log/frontier.ts';
export { BATCH_LEAVES_MAX, buildTree } from './batch-tree.ts';
export type { MerkleTree } from './batch-tree.ts';
export { entriesPath, parseTilePath, TILE_HEIGHT, TILE_WIDTH, tilePath } from './tiles/path.ts';
export type { TilePath } from './tiles/path.ts';
export { BUNDLE_ENTRY_BYTES_MAX, decodeEntryBundle, encodeEntryBundle } from './tiles/bundle.ts';
export type { EntryBundle } from './tiles/bundle.ts';
export {
  consistencyPathFromTiles,
  inclusionPathFromTiles,
  nodesOfTiles,
  rootFromTiles,
  TileError,
  tilesOfSize,
  tileWidth,
} from './tiles/nodes.ts';
export type { TileReader } from './tiles/nodes.ts';
export { FULL_TILES_KEPT_DEFAULT, FullTiles } from './tiles/full-tiles.ts';
export { TileAppender } from './tiles/appender.ts';
export type { ChangedTile } from './tiles/appender.ts';
export { EMPTY_STATE_ROOT, EMPTY_SUBTREE, StateTreeError } from './state/types.ts';
export type { NodePut, NodeReader, StateLeaf, StateRoot, StateWrite } from './state/types.ts';
export { stateNodeKey } from './state/key.ts';
export { applyWrites } from './state/apply.ts';
export type { AppliedWrites, ApplyWritesOptions } from './state/apply.ts';
export { getState, iterateState, walkStateNodes } from './state/read.ts';
export type { GetStateOptions, WalkedNode, WalkOptions } from './state/read.ts';
export { proveState } from './state/prove.ts';
export {
  decodeStateProof,
  encodeStateProof,
  STATE_PROOF_SIBLINGS_MAX,
  verifyStateProof,
} from './state/proof.ts';
export type { DecodedStateProof, StateProof, StateProofClaim } from './state/proof.ts';
export { checkStateTree } from './state/check.ts';
export type { StateTreeCheck, StateTreeFault } from './state/check.ts';
export { checkStateStep } from './state/check-step.ts';
export type { StateStepCheck } from './state/check-step.ts';
export { NODE_CACHE_BYTES_DEFAULT, NodeCache } from './state/cache.ts';
