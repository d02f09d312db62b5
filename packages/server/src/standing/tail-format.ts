import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { decodeCbor, encodeCbor, equalBytes, readU32be, u32be } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { createHasher } from '@hefu/crypto/hash';

/**
 * A tail: the part of a chain that another copy lacks, with everything needed to execute it again. Frames one behind the other,
 * each u32 length (big-endian) ‖ deterministic CBOR:
 *
 * - `["hefu-tail/1", chain, genesis digest, size before, root before]`, first;
 * - `["attachment", bytes]`, before the block that made it durable;
 * - `["block", height, time, size, root, [statements], checkpoint]`, in order;
 * - `["end", blocks, sum]`, last; the sum is the SHA-256 of all the bytes before this frame and u32 `blocks`.
 *
 * Blocks prove themselves by being executed again, but not all that travels with them does: a line of a checkpoint that no quorum
 * needs, an attachment that nothing asks for. The sum finds damage anywhere.
 */
export const TAIL_FORMAT = 'hefu-tail/1';

/** Largest frame: an attachment of the largest size, or a block of 16 MiB of statements, and the framing. */
export const TAIL_FRAME_BYTES_MAX: number = 96 * 1024 * 1024;

export interface TailHeader {
  readonly kind: 'header';
  readonly chain: string;
  readonly genesisDigest: Uint8Array;
  /** Entries that the other copy has already. */
  readonly size: number;
  readonly root: Uint8Array;
}

export interface TailBlock {
  readonly kind: 'block';
  readonly height: number;
  readonly timeMs: number;
  /** Of the log after the block. */
  readonly size: number;
  readonly root: Uint8Array;
  readonly statements: readonly Uint8Array[];
  /** The first checkpoint of this size, a signed note. */
  readonly checkpoint: string;
}

export type TailFrame =
  | TailHeader
  | TailBlock
  | { readonly kind: 'attachment'; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly blocks: number; readonly sum: Uint8Array };

/** A file that frames are written to; synced when it is closed. */
export class TailWriter implements Disposable {
  readonly #file: number;
  readonly #sum = createHasher('sha256');

  constructor(path: string) {
    this.#file = openSync(path, 'wx', 0o600);
  }

  write(frame: TailFrame): void {
    const body = encodeCbor(valueOf(frame));
    this.#put(body);
    this.#sum.update(u32be(body.length)).update(body);
  }

  /** The last frame. */
  end(blocks: number): void {
    const sum = this.#sum.update(u32be(blocks)).digest();
    this.#put(encodeCbor(valueOf({ kind: 'end', blocks, sum })));
  }

  [Symbol.dispose](): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #put(body: Uint8Array): void {
    for (const bytes of [u32be(body.length), body]) {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#file, bytes, done, bytes.length - done);
      }
    }
  }
}

function valueOf(frame: TailFrame): CborValue {
  switch (frame.kind) {
    case 'header':
      return [TAIL_FORMAT, frame.chain, frame.genesisDigest, frame.size, frame.root];
    case 'block': {
      const { height, timeMs, size, root, statements, checkpoint } = frame;
      return ['block', height, timeMs, size, root, [...statements], checkpoint];
    }
    case 'attachment':
      return ['attachment', frame.bytes];
    default:
      return ['end', frame.blocks, frame.sum];
  }
}

/** Whether a file is a tail from its first byte to its last, as it was written. */
export function isWholeTail(path: string): boolean {
  const sum = createHasher('sha256');
  for (const { body, frame } of readFrames(path)) {
    if (frame?.kind === 'end') {
      return equalBytes(frame.sum, sum.update(u32be(frame.blocks)).digest());
    }
    if (frame === undefined) return false;
    sum.update(u32be(body.length)).update(body);
  }
  return false;
}

/** The frames of a file; undefined in place of one that is malformed or cut off, and nothing after it. */
export function* readTail(path: string): Generator<TailFrame | undefined> {
  for (const { frame } of readFrames(path)) yield frame;
}

function* readFrames(
  path: string,
): Generator<{ readonly body: Uint8Array; readonly frame: TailFrame | undefined }> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const length = readExactly(file, 4);
      if (length === undefined) return;
      const sizeBytes = readU32be(length) ?? 0;
      const body = sizeBytes > TAIL_FRAME_BYTES_MAX ? undefined : readExactly(file, sizeBytes);
      const frame = body === undefined ? undefined : parseFrame(body);
      yield { body: body ?? NOTHING, frame };
      if (frame === undefined || frame.kind === 'end') return;
    }
  } finally {
    closeSync(file);
  }
}

const NOTHING = new Uint8Array(0);

function readExactly(file: number, count: number): Uint8Array | undefined {
  const bytes = new Uint8Array(count);
  for (let done = 0; done < count;) {
    const read = readSync(file, bytes, done, count - done, null);
    if (read === 0) return undefined;
    done += read;
  }
  return bytes;
}

function parseFrame(body: Uint8Array): TailFrame | undefined {
  const decoded = decodeCbor(body, { maps: 'object' });
  if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
  const [tag, a, b, c, d, e, f, ...rest] = decoded.value as readonly unknown[];
  if (rest.length > 0) return undefined;
  if (tag === 'attachment' && a instanceof Uint8Array) return { kind: tag, bytes: a };
  if (tag === 'end' && typeof a === 'number' && b instanceof Uint8Array) {
    return { kind: tag, blocks: a, sum: b };
  }
  if (tag === TAIL_FORMAT) {
    if (typeof a !== 'string' || typeof c !== 'number') return undefined;
    if (!(b instanceof Uint8Array) || !(d instanceof Uint8Array)) return undefined;
    return { kind: 'header', chain: a, genesisDigest: b, size: c, root: d };
  }
  if (tag !== 'block' || typeof a !== 'number' || typeof b !== 'number') return undefined;
  if (typeof c !== 'number' || typeof f !== 'string') return undefined;
  if (!(d instanceof Uint8Array) || !isListOfBytes(e)) return undefined;
  return { kind: tag, height: a, timeMs: b, size: c, root: d, statements: e, checkpoint: f };
}

function isListOfBytes(value: unknown): value is readonly Uint8Array[] {
  return Array.isArray(value) && value.every((each) => each instanceof Uint8Array);
}
