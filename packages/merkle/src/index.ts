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
export { TileAppender } from './tiles/appender.ts';
export type { ChangedTile } from './tiles/appender.ts';
