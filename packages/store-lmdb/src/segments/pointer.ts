import { readU32be, readU64be } from '@hefu/bytes';

/** Where a large value lies. The checksum binds the pointer to the bytes, wherever they are read from. */
export interface SegmentPointer {
  readonly segment: number;
  /** Of the frame, from the segment's start. */
  readonly offset: number;
  /** Of the value, without its frame's header. */
  readonly lengthBytes: number;
  /** CRC-32 of the value. */
  readonly checksum: number;
}

/** What the database holds for a key of a segmented table: a tag, then the value itself or a pointer to it. */
const TAG_INLINE = 0;
const TAG_POINTER = 1;
const POINTER_BYTES = 1 + 4 + 8 + 4 + 4;

/** Bytes before a value that is kept in the database itself. */
export const INLINE_HEAD_BYTES = 1;

/** Writes what stands before such a value. */
export function writeInlineHead(record: Uint8Array): void {
  record[0] = TAG_INLINE;
}

export function encodePointer(pointer: SegmentPointer): Uint8Array {
  const record = new Uint8Array(POINTER_BYTES);
  const view = new DataView(record.buffer);
  record[0] = TAG_POINTER;
  view.setUint32(1, pointer.segment);
  view.setBigUint64(5, BigInt(pointer.offset));
  view.setUint32(13, pointer.lengthBytes);
  view.setUint32(17, pointer.checksum);
  return record;
}

/** Undefined when the record is neither form, which only damage can cause. */
export function decodeRecord(
  record: Uint8Array,
): { readonly inline: Uint8Array } | { readonly pointer: SegmentPointer } | undefined {
  if (record[0] === TAG_INLINE) return { inline: record.subarray(1) };
  if (record[0] !== TAG_POINTER || record.length !== POINTER_BYTES) return undefined;
  const segment = readU32be(record, 1);
  const offset = readU64be(record, 5);
  const lengthBytes = readU32be(record, 13);
  const checksum = readU32be(record, 17);
  if (
    segment === undefined ||
    offset === undefined ||
    lengthBytes === undefined ||
    checksum === undefined
  ) {
    return undefined;
  }
  return { pointer: { segment, offset, lengthBytes, checksum } };
}
