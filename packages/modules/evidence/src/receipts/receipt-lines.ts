import { utf8Encode } from '@hefu/bytes';
import type { Hasher } from '@hefu/merkle';
import {
  GROUP_ITEMS,
  pathInRows,
  rootOfRows,
  rowsAboveGroups,
  treeRows,
} from '../batch/group-tree.ts';
import type { TreeRows } from '../batch/group-tree.ts';
import { writeBase64, writeDecimal, writeHex } from './ascii.ts';

/**
 * Where the stream's items come from: those of one group, in order. Groups are asked for one after the other, each while the lines of the
 * one before are made.
 */
export type GroupSource = (group: number) => Promise<readonly Uint8Array[]>;

/** What a stream of receipts is made of. */
export interface ReceiptLinesOptions {
  readonly hasher: Hasher;
  /** The statement's receipt, as JSON. */
  readonly statementReceipt: object;
  readonly count: number;
  /** Joined roots of the groups, 32 bytes each. */
  readonly roots: Uint8Array;
  readonly group: GroupSource;
}

/** A path element as JSON: comma, quote, 64 digits, quote. */
const ELEMENT_BYTES = 67;
const COMMA = 0x2c;
const QUOTE = 0x22;
const OPENING = 0x5b;
/** A chunk is handed on once it holds so much: large enough to be cheap, small enough to queue. */
const CHUNK_BYTES = 262_144;
/** Room beside prefix and item: names of fields, a number, and a path of up to 20 elements. */
const LINE_EXTRA_BYTES = 64 + 20 * ELEMENT_BYTES;

const INDEX_FIELD = utf8Encode('","itemIndex":');
const PATH_FIELD = utf8Encode(',"itemPath":');
const LINE_END = utf8Encode(']}\n');

/**
 * The receipts of all items of a batch as lines of JSON, in their order, in chunks of whole lines.
 * Each line is a complete `hefu-receipt/1`. What they share is serialised once, and each tree node
 * is turned into hex once, so that a line costs little more than copying it; at most two groups'
 * items are held. A chunk that its reader is done with may be given back as the argument of `next`
 * and is filled anew; a reader that gives none back gets a new one each time.
 */
export async function* receiptLines(
  options: ReceiptLinesOptions,
): AsyncGenerator<Uint8Array, void, Uint8Array | undefined> {
  const { hasher } = options;
  const shared = utf8Encode(`${JSON.stringify(options.statementReceipt).slice(0, -1)},"item":"`);
  const upper = rowsAboveGroups(hasher, options.roots);
  const groups = Math.ceil(options.count / GROUP_ITEMS);
  const memory = createChunkMemory();
  let asked = options.group(0);
  for (let group = 0; group < groups; group++) {
    const items = await asked;
    if (group + 1 < groups) {
      asked = options.group(group + 1);
      // Who stops reading never waits for it; who goes on does so above, and is told.
      asked.catch(() => undefined);
    }
    const leaves = items.map((item) => hasher.leaf(item));
    const rows = treeRows(hasher, leaves);
    // What is not under the signed root never leaves as a receipt.
    if (!isUnder(rootOfRows(rows), upper, group)) {
      throw new Error(`group ${group} of the batch is not under its root`);
    }
    const lower = hexRows(rows);
    const tail = pathInRows(upper, group);
    const tailBytes = new Uint8Array(tail.length * ELEMENT_BYTES);
    for (const [i, node] of tail.entries()) writeElement(tailBytes, i * ELEMENT_BYTES, node);
    yield* groupLines({
      shared,
      items,
      first: group * GROUP_ITEMS,
      lower,
      tail: tailBytes,
      memory,
    });
  }
}

/** The one line of a single deposit: its statement's receipt. */
export async function* singleReceiptLine(statementReceipt: object): AsyncGenerator<Uint8Array> {
  yield utf8Encode(`${JSON.stringify(statementReceipt)}\n`);
}

interface GroupLines {
  readonly shared: Uint8Array;
  readonly items: readonly Uint8Array[];
  /** Index of the first item. */
  readonly first: number;
  readonly lower: readonly Uint8Array[];
  readonly tail: Uint8Array;
  readonly memory: ChunkMemory;
}

/** Chunks of the common size that came back. */
interface ChunkMemory {
  take(sizeBytes: number): Uint8Array;
  giveBack(chunk: Uint8Array | undefined): void;
}

function createChunkMemory(): ChunkMemory {
  const free: ArrayBufferLike[] = [];
  return {
    take: (sizeBytes) =>
      sizeBytes > CHUNK_BYTES
        ? new Uint8Array(sizeBytes)
        : new Uint8Array(free.pop() ?? new ArrayBuffer(CHUNK_BYTES)),
    giveBack(chunk) {
      if (chunk?.buffer.byteLength === CHUNK_BYTES) free.push(chunk.buffer);
    },
  };
}

function* groupLines({
  shared,
  items,
  first,
  lower,
  tail,
  memory,
}: GroupLines): Generator<Uint8Array, void, Uint8Array | undefined> {
  let chunk: Uint8Array = new Uint8Array(0);
  let at = 0;
  for (const [place, item] of items.entries()) {
    const room = shared.length + Math.ceil(item.length / 3) * 4 + LINE_EXTRA_BYTES;
    if (at + room > chunk.length) {
      if (at > 0) memory.giveBack(yield chunk.subarray(0, at));
      chunk = memory.take(room);
      at = 0;
    }
    chunk.set(shared, at);
    at = writeBase64(chunk, at + shared.length, item);
    chunk.set(INDEX_FIELD, at);
    at = writeDecimal(chunk, at + INDEX_FIELD.length, first + place);
    chunk.set(PATH_FIELD, at);
    at = writePath(chunk, at + PATH_FIELD.length, place, lower, tail);
    chunk.set(LINE_END, at);
    at += LINE_END.length;
  }
  if (at > 0) memory.giveBack(yield chunk.subarray(0, at));
}

/** The array of a path but for its closing bracket: elements begin with commas, the first with `[`. */
function writePath(
  chunk: Uint8Array,
  start: number,
  index: number,
  lower: readonly Uint8Array[],
  tail: Uint8Array,
): number {
  let at = start;
  let place = index;
  for (const row of lower) {
    const from = (place ^ 1) * ELEMENT_BYTES;
    if (from < row.length) {
      chunk.set(row.subarray(from, from + ELEMENT_BYTES), at);
      at += ELEMENT_BYTES;
    }
    place >>>= 1;
  }
  chunk.set(tail, at);
  at += tail.length;
  chunk[start] = OPENING;
  return at === start ? start + 1 : at;
}

/** Each row's nodes as path elements, joined. */
function hexRows(rows: TreeRows): Uint8Array[] {
  return rows.map((row) => {
    const elements = new Uint8Array(row.length * ELEMENT_BYTES);
    for (const [i, node] of row.entries()) writeElement(elements, i * ELEMENT_BYTES, node);
    return elements;
  });
}

function writeElement(into: Uint8Array, start: number, node: Uint8Array): void {
  into[start] = COMMA;
  into[start + 1] = QUOTE;
  into[writeHex(into, start + 2, node)] = QUOTE;
}

function isUnder(groupRoot: Uint8Array, upper: TreeRows, group: number): boolean {
  const expected = upper[0]?.[group];
  return expected !== undefined && groupRoot.every((byte, i) => byte === expected[i]);
}
