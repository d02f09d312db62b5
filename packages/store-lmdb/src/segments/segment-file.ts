import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * A segment is `hefu-segment/1` padded to 16 bytes, then frames one after the other:
 * u32 length ‖ u32 CRC-32 of the value ‖ value. Numbers are big-endian.
 */
export const SEGMENT_MAGIC: Uint8Array = Buffer.from('hefu-segment/1\0\0', 'latin1');

export const FRAME_HEADER_BYTES = 8;

const SEGMENT_NAME = /^(\d{8})\.seg$/;

export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(8, '0')}.seg`);
}

/** The number in a segment's file name; undefined for any other file. */
export function segmentOfName(name: string): number | undefined {
  const digits = SEGMENT_NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function checksumOf(value: Uint8Array): number {
  return crc32(value);
}

/** Writes the frame's header into `target` at `offset`. */
export function writeFrameHeader(
  target: Uint8Array,
  offset: number,
  lengthBytes: number,
  checksum: number,
): void {
  const view = new DataView(target.buffer, target.byteOffset + offset, FRAME_HEADER_BYTES);
  view.setUint32(0, lengthBytes);
  view.setUint32(4, checksum);
}
