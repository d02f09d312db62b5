import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StoreError } from './errors.ts';

/*
 * LMDB maps the file: a page that a tree names but the file no longer has kills the process (SIGBUS) when it is
 * touched. A file cut short, such as a copy broken off, must be an error instead. The file may rightly end before the
 * last page that its header counts, when those pages are free; so a short file is walked before it is mapped.
 *
 * Layout read here: LMDB data version 2 as lmdb 3.5.6 writes it (MDB_meta, MDB_page, MDB_node of its mdb.c), in the
 * machine's byte order; a big-endian machine fails the magic number and is refused as damaged.
 */
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_HEADER_BYTES = 24;
const META_BYTES = PAGE_HEADER_BYTES + 144;
const PAGE_BYTES_MIN = 512;
const PAGE_BYTES_MAX = 65536;
/** Deeper than any tree of 2^48 pages: a walk that goes further goes in circles. */
const DEPTH_MAX = 32;

const PAGE_BRANCH = 0x01;
const PAGE_LEAF = 0x02;
const NODE_OVERFLOW = 0x01;
const NODE_TREE = 0x02;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** Offsets within a meta page. */
const META = {
  magic: 24,
  version: 28,
  pageBytes: 48,
  freeRoot: 88,
  mainRoot: 136,
  lastPage: 144,
  transaction: 152,
};
/** Offset of the root in an MDB_db record. */
const TREE_ROOT = 40;

interface Meta {
  readonly pageBytes: number;
  readonly freeRoot: bigint;
  readonly mainRoot: bigint;
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

/** Throws `store-damaged` unless every page that the database's trees name lies within the file. */
export function checkPagesWithinFile(path: string): void {
  const handle = openSync(path, 'r');
  try {
    const first = readMeta(handle, 0, path);
    const second = readMeta(handle, first.pageBytes, path);
    // Asked after the headers are read: a running writer makes the file longer, never shorter.
    const sizeBytes = fstatSync(handle).size;
    const meta = second.transaction > first.transaction ? second : first;
    const pages = BigInt(Math.floor(sizeBytes / meta.pageBytes));
    if (meta.lastPage < pages) return;
    const walk: Walk = { handle, path, pageBytes: meta.pageBytes, pages };
    walkTree(walk, meta.freeRoot, 0);
    walkTree(walk, meta.mainRoot, 0);
  } finally {
    closeSync(handle);
  }
}

interface Walk {
  readonly handle: number;
  readonly path: string;
  readonly pageBytes: number;
  /** Whole pages in the file. */
  readonly pages: bigint;
}

function walkTree(walk: Walk, root: bigint, depth: number): void {
  if (root === NO_PAGE) return;
  if (depth > DEPTH_MAX) throw damaged(walk.path, 'its trees are deeper than they can be');
  requirePage(walk, root, 1n);
  const page = read(walk.handle, Number(root) * walk.pageBytes, walk.pageBytes, walk.path);
  const flags = page.getUint16(18, true);
  const nodes = page.getUint16(20, true) >> 1;
  for (let index = 0; index < nodes; index += 1) {
    const node = page.getUint16(PAGE_HEADER_BYTES + 2 * index, true) + PAGE_HEADER_BYTES;
    if (node + 8 > walk.pageBytes) throw damaged(walk.path, 'a page of it is not a page');
    walkNode(walk, page, node, flags, depth);
  }
}

function walkNode(walk: Walk, page: DataView, node: number, flags: number, depth: number): void {
  const low = page.getUint32(node, true);
  const nodeFlags = page.getUint16(node + 4, true);
  if ((flags & PAGE_BRANCH) !== 0) {
    walkTree(walk, BigInt(nodeFlags) * 2n ** 32n + BigInt(low), depth + 1);
    return;
  }
  if ((flags & PAGE_LEAF) === 0) throw damaged(walk.path, 'a page of it is of no known kind');
  const data = node + 8 + page.getUint16(node + 6, true);
  if ((nodeFlags & NODE_TREE) !== 0 && data + 48 <= walk.pageBytes) {
    walkTree(walk, page.getBigUint64(data + TREE_ROOT, true), depth + 1);
  } else if ((nodeFlags & NODE_OVERFLOW) !== 0 && data + 24 <= walk.pageBytes) {
    requirePage(walk, page.getBigUint64(data, true), page.getBigUint64(data + 16, true));
  }
}

function requirePage(walk: Walk, page: bigint, count: bigint): void {
  if (page + count > walk.pages) throw damaged(walk.path, 'it ends before its last page');
}

function readMeta(handle: number, offset: number, path: string): Meta {
  const view = read(handle, offset, META_BYTES, path);
  const pageBytes = view.getUint32(META.pageBytes, true);
  if (
    view.getUint32(META.magic, true) !== MAGIC ||
    (view.getUint32(META.version, true) & 0xffff) !== DATA_VERSION ||
    pageBytes < PAGE_BYTES_MIN ||
    pageBytes > PAGE_BYTES_MAX
  ) {
    throw damaged(path, 'it is not an LMDB database');
  }
  return {
    pageBytes,
    freeRoot: view.getBigUint64(META.freeRoot, true),
    mainRoot: view.getBigUint64(META.mainRoot, true),
    lastPage: view.getBigUint64(META.lastPage, true),
    transaction: view.getBigUint64(META.transaction, true),
  };
}

function read(handle: number, offset: number, lengthBytes: number, path: string): DataView {
  const bytes = new Uint8Array(lengthBytes);
  let filled = 0;
  while (filled < lengthBytes) {
    const count = readSync(handle, bytes, filled, lengthBytes - filled, offset + filled);
    if (count === 0) throw damaged(path, 'it ends before its first pages');
    filled += count;
  }
  return new DataView(bytes.buffer);
}

function damaged(path: string, why: string): StoreError {
  return new StoreError('store-damaged', `${path} is damaged: ${why}`, { path });
}
