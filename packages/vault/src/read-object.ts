import { openChunk } from './chunk-cipher.ts';
import type { ObjectReader } from './object-storage.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkOffset,
  FILE_END_BYTES_MAX,
  parseTrailer,
  sealedBytes,
} from './object-format.ts';
import type { ContentInfo, Trailer } from './object-format.ts';
import { VaultError } from './verdict.ts';

/** Chunks fetched at once: 1 MiB, few enough to hold, many enough that the disk is not asked often. */
const READ_CHUNKS = 16;

/** The trailer of a stored object; undefined when it is damaged. */
export async function readTrailer(reader: ObjectReader): Promise<Trailer | undefined> {
  const length = Math.min(FILE_END_BYTES_MAX, reader.sizeBytes);
  const fileEnd = await reader.read(reader.sizeBytes - length, length);
  return parseTrailer(fileEnd, reader.sizeBytes);
}

/**
 * Content from `start` up to, not including, `end`, decrypted as it is asked for. Iterating ends
 * with {@link VaultError} `object-damaged` at a chunk that is not what was written. The object is
 * closed at the end, on an error, and by `return` (which `for await` and streams call when they
 * stop early), also when nothing was read yet.
 */
export function contentRange(
  reader: ObjectReader,
  info: ContentInfo,
  contentKey: Uint8Array,
  range: { readonly start: number; readonly end: number },
): AsyncIterableIterator<Uint8Array> {
  const lastIndex = chunkCount(info.size) - 1;
  const endIndex = range.end === 0 ? 0 : Math.floor((range.end - 1) / CHUNK_BYTES);
  const fileEnd = sealedBytes(info.size);
  let index = Math.floor(range.start / CHUNK_BYTES);
  let isDone = false;
  let ready: Uint8Array[] = [];
  // What is read is decrypted at once into other bytes, so that one room serves all reads, the one ahead too.
  const room = new Uint8Array(Math.min(READ_CHUNKS * chunkOffset(1), fileEnd));

  /** The read that is under way, ahead of whoever takes what was read before. */
  let ahead: Promise<Uint8Array> | undefined;

  function batch(): { readonly count: number; readonly from: number; readonly length: number } {
    const count = Math.min(READ_CHUNKS, endIndex - index + 1);
    const from = chunkOffset(index);
    return { count, from, length: Math.min(chunkOffset(index + count), fileEnd) - from };
  }

  function readAhead(): Promise<Uint8Array> {
    const { from, length } = batch();
    const read = reader.read(from, length, room);
    // Whoever asks for it next gets the fault; nobody may.
    read.catch(() => undefined);
    return read;
  }

  async function fetchChunks(): Promise<void> {
    const { count, from, length } = batch();
    const sealed = await (ahead ?? readAhead());
    ahead = undefined;
    if (sealed.length !== length) throw damaged(index);
    for (const stop = index + count; index < stop; index++) {
      const at = chunkOffset(index) - from;
      const isLast = index === lastIndex;
      const place = { cipher: info.cipher, key: contentKey, index, isLast };
      const bytes = sealed.subarray(at, Math.min(at + chunkOffset(1), sealed.length));
      const plaintext = openChunk(place, bytes);
      if (plaintext === undefined) throw damaged(index);
      const offset = index * CHUNK_BYTES;
      const wanted = plaintext.subarray(Math.max(0, range.start - offset), range.end - offset);
      if (wanted.length > 0) ready.push(wanted);
    }
    ready.reverse();
    if (index <= endIndex) ahead = readAhead();
  }

  async function finish(): Promise<void> {
    if (isDone) return;
    isDone = true;
    ready = [];
    await ahead?.catch(() => undefined);
    await reader.close();
  }

  return {
    async next() {
      if (isDone) return { done: true, value: undefined };
      try {
        while (ready.length === 0 && index <= endIndex) await fetchChunks();
      } catch (error) {
        await finish();
        throw error;
      }
      const value = ready.pop();
      if (value !== undefined) return { done: false, value };
      await finish();
      return { done: true, value: undefined };
    },
    async return() {
      await finish();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function damaged(index: number): VaultError {
  return new VaultError('object-damaged', `chunk ${index} of the object is damaged`);
}
