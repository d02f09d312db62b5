import {
  closeSync,
  constants,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { FILE_MODE, syncDirectory } from '../files.ts';
import { SEGMENT_STAGING_BYTES } from '../limits.ts';
import type { SegmentPointer } from './pointer.ts';
import {
  checksumOf,
  FRAME_HEADER_BYTES,
  SEGMENT_MAGIC,
  segmentPath,
  writeFrameHeader,
} from './segment-file.ts';

/** Where a segment ends, as recorded in the database by the transaction that wrote it. */
export interface SegmentEnd {
  readonly segment: number;
  readonly endBytes: number;
}

/**
 * Appends values to the last segment. Between two commits it holds a *tail* that no transaction has recorded yet:
 * `sync` makes the tail durable, `committed` accepts it, `rollback` cuts it off.
 */
export class SegmentWriter {
  readonly #directory: string;
  readonly #segmentBytesMax: number;
  readonly #staging = new Uint8Array(SEGMENT_STAGING_BYTES);
  /** Bytes waiting in `#staging`; they belong at the end of what is written of the current segment. */
  #staged = 0;
  #committed: SegmentEnd | undefined;
  #segment: number;
  /** Bytes of the current segment handed to the system. */
  #written: number;
  #handle: number | undefined;
  /** Ends of the segments this transaction touched before the current one. */
  #filled: SegmentEnd[] = [];
  #touched = false;
  #failure: Error | undefined;

  constructor(directory: string, last: SegmentEnd | undefined, segmentBytesMax: number) {
    this.#directory = directory;
    this.#segmentBytesMax = segmentBytesMax;
    this.#committed = last;
    this.#segment = last?.segment ?? 0;
    this.#written = last?.endBytes ?? 0;
  }

  /** What the disk threw since the last commit or rollback; the tail is then worth nothing. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Appends a copy of the value. Throws whatever the disk throws; the caller then rolls back. */
  append(value: Uint8Array): SegmentPointer {
    const frameBytes = FRAME_HEADER_BYTES + value.length;
    const end = this.#written + this.#staged;
    if (end > SEGMENT_MAGIC.length && end + frameBytes > this.#segmentBytesMax) this.#next();
    this.#touched = true;
    if (this.#written + this.#staged === 0) this.#stage(SEGMENT_MAGIC);
    const offset = this.#written + this.#staged;
    const checksum = checksumOf(value);
    if (this.#staged + FRAME_HEADER_BYTES > this.#staging.length) this.flush();
    writeFrameHeader(this.#staging, this.#staged, value.length, checksum);
    this.#staged += FRAME_HEADER_BYTES;
    this.#stage(value);
    return { segment: this.#segment, offset, lengthBytes: value.length, checksum };
  }

  /** Hands what waits to the system, so that readers of the file see it. */
  flush(): void {
    if (this.#staged === 0) return;
    const staged = this.#staging.subarray(0, this.#staged);
    this.#staged = 0;
    this.#write(staged);
  }

  /** Makes the tail durable. Returns the ends to record; none when nothing was appended. */
  sync(): readonly SegmentEnd[] {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#touched) return [];
    this.flush();
    this.#guard(() => {
      fdatasyncSync(this.#open());
      const created = this.#committed === undefined || this.#filled.length > 0;
      if (created) syncDirectory(this.#directory);
    });
    return [...this.#filled, { segment: this.#segment, endBytes: this.#written }];
  }

  /** The transaction that recorded the ends is durable. */
  committed(): void {
    if (!this.#touched) return;
    this.#committed = { segment: this.#segment, endBytes: this.#written };
    this.#filled = [];
    this.#touched = false;
  }

  /**
   * Gives the tail's space back. What cannot be cut now lies beyond the recorded end, is never read, and is overwritten
   * by the next transaction.
   */
  rollback(): void {
    if (!this.#touched) return;
    this.#staged = 0;
    this.#closeHandle();
    const created = this.#segment;
    this.#segment = this.#committed?.segment ?? 0;
    this.#written = this.#committed?.endBytes ?? 0;
    this.#filled = [];
    this.#touched = false;
    this.#failure = undefined;
    try {
      for (let segment = created; segment > this.#segment; segment -= 1) {
        rmSync(segmentPath(this.#directory, segment), { force: true });
      }
      ftruncateSync(this.#open(), this.#written);
    } catch {
      this.#closeHandle();
    }
  }

  close(): void {
    this.rollback();
    this.#closeHandle();
  }

  /** Ends the current segment, which must be durable before the next one takes its place. */
  #next(): void {
    this.flush();
    this.#guard(() => {
      fdatasyncSync(this.#open());
    });
    this.#filled.push({ segment: this.#segment, endBytes: this.#written });
    this.#closeHandle();
    this.#segment += 1;
    this.#written = 0;
    this.#touched = true;
  }

  #stage(bytes: Uint8Array): void {
    if (this.#staged + bytes.length > this.#staging.length) this.flush();
    if (bytes.length > this.#staging.length) {
      this.#write(bytes);
      return;
    }
    this.#staging.set(bytes, this.#staged);
    this.#staged += bytes.length;
  }

  #write(bytes: Uint8Array): void {
    this.#guard(() => {
      const handle = this.#open();
      let done = 0;
      while (done < bytes.length) {
        done += writeSync(handle, bytes, done, bytes.length - done, this.#written + done);
      }
    });
    this.#written += bytes.length;
  }

  #open(): number {
    // Not append mode: that would write behind a tail which could not be cut off.
    this.#handle ??= openSync(
      segmentPath(this.#directory, this.#segment),
      constants.O_RDWR | constants.O_CREAT,
      FILE_MODE,
    );
    return this.#handle;
  }

  /** The caller's callback may swallow what is thrown; the transaction must fail all the same. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  #closeHandle(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }
}
