import { fromHex, toHex, u64be } from '@hefu/bytes';
import { buildTree } from '../batch-tree.ts';
import type { Hasher } from '../hasher.ts';
import { LogFrontier } from '../log/frontier.ts';
import { consistencyPath, inclusionPath, nodesOfLeaves, rootOf } from '../log/tree.ts';
import { verifyConsistency, verifyInclusion } from '../log/verify.ts';
import { applyWrites } from '../state/apply.ts';
import { decodeStateProof, encodeStateProof, verifyStateProof } from '../state/proof.ts';
import { proveState } from '../state/prove.ts';
import { EMPTY_STATE_ROOT } from '../state/types.ts';
import { TileAppender } from '../tiles/appender.ts';
import { decodeEntryBundle, encodeEntryBundle } from '../tiles/bundle.ts';
import { entriesPath, parseTilePath, tilePath } from '../tiles/path.ts';
import type { MerkleCase, MerkleVectors, TilePlace } from './vector-types.ts';

/** The outcome of one case. */
export interface VectorResult {
  readonly name: string;
  readonly ok: boolean;
  /** What differs, when something does. */
  readonly detail: string;
}

type CaseOf<Kind extends MerkleCase['kind']> = Extract<MerkleCase, { readonly kind: Kind }>;

/**
 * Runs the cases of one vector file. Nothing here needs Node: the same code runs in a browser, with
 * the hashers that the page makes.
 */
export function runMerkleVectors(
  vectors: unknown,
  hashers: { readonly sha256: Hasher; readonly sm3: Hasher },
): VectorResult[] {
  const file = vectors as MerkleVectors;
  return file.cases.map((item) => {
    const detail = judge(item, hashers[item.hash ?? 'sha256']);
    return { name: `${file.format}: ${item.name}`, ok: detail === '', detail };
  });
}

/** Empty when the case holds, else what was found instead. */
function judge(item: MerkleCase, hasher: Hasher): string {
  switch (item.kind) {
    case 'leaf':
      return differs(toHex(hasher.leaf(bytes(item.entry))), item.leafHash);
    case 'roots':
      return judgeRoots(item, hasher);
    case 'inclusion':
      return judgeInclusion(item, hasher);
    case 'consistency':
      return judgeConsistency(item, hasher);
    case 'tile-path':
      return judgeTilePath(item);
    case 'bundle':
      return judgeBundle(item);
    case 'tiles':
      return judgeTiles(item, hasher);
    case 'state':
      return judgeState(item, hasher);
    case 'state-proof':
      return judgeStateProof(item, hasher);
    default:
      return `unknown kind ${String((item as { kind: unknown }).kind)}`;
  }
}

function judgeRoots(item: CaseOf<'roots'>, hasher: Hasher): string {
  const leaves = item.leafHashes.map(bytes);
  const frontier = new LogFrontier(hasher);
  const found: string[] = [];
  for (let size = 0; size <= leaves.length; size++) {
    const root = toHex(rootOf(hasher, leaves.slice(0, size)));
    if (root !== toHex(frontier.root())) return `rootOf and frontier differ at size ${size}`;
    found.push(root);
    const leaf = leaves[size];
    if (leaf !== undefined) frontier.append(leaf);
  }
  return differs(found, item.roots) || judgePaths(leaves, hasher);
}

/** All proofs of a small tree, made and verified. */
function judgePaths(leaves: readonly Uint8Array[], hasher: Hasher): string {
  const getNode = nodesOfLeaves(hasher, leaves);
  const size = leaves.length;
  const tree = buildTree(hasher, leaves);
  const { root } = tree;
  for (const [index, leafHash] of leaves.entries()) {
    const path = inclusionPath(hasher, index, size, getNode);
    if (!verifyInclusion({ hasher, index, size, leafHash, path, root })) return `leaf ${index}`;
    if (differs(tree.path(index).map(toHex), path.map(toHex))) return `batch path ${index}`;
    const size1 = index + 1;
    const root1 = rootOf(hasher, leaves.slice(0, size1));
    const growth = consistencyPath(hasher, size1, size, getNode);
    const claim = { hasher, size1, size2: size, root1, root2: root, path: growth };
    if (!verifyConsistency(claim)) return `consistency from ${size1}`;
  }
  return '';
}

function judgeInclusion(item: CaseOf<'inclusion'>, hasher: Hasher): string {
  const { index, size } = item;
  const hashes = { leafHash: bytes(item.leafHash), root: bytes(item.root) };
  return differs(
    verifyInclusion({ hasher, index, size, ...hashes, path: item.path.map(bytes) }),
    item.ok,
  );
}

function judgeConsistency(item: CaseOf<'consistency'>, hasher: Hasher): string {
  const { size1, size2 } = item;
  const roots = { root1: bytes(item.root1), root2: bytes(item.root2) };
  return differs(
    verifyConsistency({ hasher, size1, size2, ...roots, path: item.path.map(bytes) }),
    item.ok,
  );
}

function judgeTilePath(item: CaseOf<'tile-path'>): string {
  const tile: TilePlace | undefined = parseTilePath(item.path);
  if (tile === undefined || item.tile === null) return differs(tile ?? null, item.tile);
  const { level, index, width } = item.tile;
  const path = level === undefined ? entriesPath(index, width) : tilePath(level, index, width);
  return differs({ ...tile }, { ...item.tile }) || differs(path, item.path);
}

function judgeBundle(item: CaseOf<'bundle'>): string {
  const decoded = decodeEntryBundle(bytes(item.bytes));
  const entries = decoded.ok ? decoded.entries : null;
  if (entries === null || item.entries === null) return differs(entries, item.entries);
  const encoded = toHex(encodeEntryBundle(entries));
  return differs(entries.map(toHex), item.entries) || differs(encoded, item.bytes);
}

function judgeTiles(item: CaseOf<'tiles'>, hasher: Hasher): string {
  const appender = TileAppender.create(hasher);
  const leaves = Array.from({ length: item.size }, (_, i) => hasher.leaf(u64be(i)));
  const tiles = appender.append(leaves).map(({ level, index, width, hashes }) => ({
    path: tilePath(level, index, width),
    digest: toHex(hasher.hash(hashes)),
  }));
  return differs(toHex(appender.root()), item.root) || differs(tiles, item.tiles);
}

function judgeState(item: CaseOf<'state'>, hasher: Hasher): string {
  const records = new Map<string, Uint8Array>();
  const reader = (key: Uint8Array): Uint8Array | undefined => records.get(toHex(key));
  let root = EMPTY_STATE_ROOT;
  for (const [i, block] of item.blocks.entries()) {
    const writes = block.writes.map(({ keyHash, value }) => ({
      keyHash: bytes(keyHash),
      value: value === null ? null : bytes(value),
    }));
    const applied = applyWrites({ hasher, reader, root, writes, version: i + 1 });
    for (const [key, record] of applied.puts) records.set(toHex(key), record);
    for (const key of applied.stale) records.delete(toHex(key));
    root = applied.root;
    if (toHex(root.hash) !== block.root) return `block ${i} has the root ${toHex(root.hash)}`;
  }
  for (const { keyHash, proof } of item.proofs) {
    const found = proveState({ hasher, reader, root, keyHash: bytes(keyHash) });
    const difference = differs(toHex(encodeStateProof(found)), proof);
    if (difference !== '') return `proof of ${keyHash}: ${difference}`;
  }
  return '';
}

function judgeStateProof(item: CaseOf<'state-proof'>, hasher: Hasher): string {
  const decoded = decodeStateProof(bytes(item.proof));
  const verdict =
    decoded.ok &&
    verifyStateProof({
      hasher,
      root: bytes(item.root),
      keyHash: bytes(item.keyHash),
      valueHash: item.valueHash === null ? null : bytes(item.valueHash),
      proof: decoded.proof,
    });
  return differs(verdict, item.ok);
}

function differs(found: unknown, expected: unknown): string {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  return a === b ? '' : `found ${a}, expected ${b}`;
}

function bytes(hex: string): Uint8Array {
  const decoded = fromHex(hex);
  if (decoded === undefined) throw new TypeError(`not hexadecimal: ${hex}`);
  return decoded;
}
