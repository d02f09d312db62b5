import { closeSync, openSync, readSync } from 'node:fs';
import { readU32be } from '@hefu/bytes';
import { StoreError } from '../errors.ts';
import { SEGMENT_HANDLES_MAX } from '../limits.ts';
import type { SegmentPointer } from './pointer.ts';
import { checksumOf, FRAME_HEADER_BYTES, segmentPath } from './segment-file.ts';

/** Reads values out of segments. Every value is checked against its pointer before it is handed out. */
export class SegmentReader {
  readonly #directory: string;
  /** Open segments, the least recently used first. */
  readonly #handles = new Map<number, number>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The value, in memory of its own. Throws `store-damaged` unless it is exactly what was written. */
  read(pointer: SegmentPointer): Uint8Array {
    const frame = new Uint8Array(FRAME_HEADER_BYTES + pointer.lengthBytes);
    this.#fill(frame, pointer);
    const value = frame.subarray(FRAME_HEADER_BYTES);
    if (
      readU32be(frame, 0) !== pointer.lengthBytes ||
      readU32be(frame, 4) !== pointer.checksum ||
      checksumOf(value) !== pointer.checksum
    ) {
      throw damaged(pointer, 'its checksum does not fit');
    }
    return value;
  }

  /** Closes the files it holds open; a later read opens them again. */
  close(): void {
    for (const handle of this.#handles.values()) closeSync(handle);
    this.#handles.clear();
  }

  #fill(frame: Uint8Array, pointer: SegmentPointer): void {
    const handle = this.#open(pointer);
    let filled = 0;
    while (filled < frame.length) {
      const count = readSync(handle, frame, filled, frame.length - filled, pointer.offset + filled);
      if (count === 0) throw damaged(pointer, 'the segment ends before it');
      filled += count;
    }
  }

  #open(pointer: SegmentPointer): number {
    const known = this.#handles.get(pointer.segment);
    if (known !== undefined) {
      this.#handles.delete(pointer.segment);
      this.#handles.set(pointer.segment, known);
      return known;
    }
    let handle: number;
    try {
      handle = openSync(segmentPath(this.#directory, pointer.segment), 'r');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw damaged(pointer, 'the segment is missing', cause);
    }
    this.#handles.set(pointer.segment, handle);
    const [oldest] = this.#handles;
    if (oldest !== undefined && this.#handles.size > SEGMENT_HANDLES_MAX) {
      this.#handles.delete(oldest[0]);
      closeSync(oldest[1]);
    }
    return handle;
  }
}

function damaged(pointer: SegmentPointer, why: string, cause?: unknown): StoreError {
  return new StoreError(
    'store-damaged',
    `a value in segment ${pointer.segment} cannot be read: ${why}`,
    { segment: pointer.segment, offset: pointer.offset, lengthBytes: pointer.lengthBytes },
    { cause },
  );
}
