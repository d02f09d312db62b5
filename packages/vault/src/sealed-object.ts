import { toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { openChunk } from './chunk-cipher.ts';
import { unwrapContentKey } from './content-key.ts';
import type { VaultDecryptionKey } from './content-key.ts';
import {
  chunkCount,
  chunkOffset,
  encodeTrailer,
  parseTrailer,
  sealedBytes,
} from './object-format.ts';
import type { ContentInfo, Trailer } from './object-format.ts';
import type { ObjectReader } from './object-storage.ts';
import { VaultError } from './verdict.ts';

/** Bytes of ciphertext handed on at once. */
const PIECE_BYTES = 1_048_576;

/** An object as it leaves for another organisation: ciphertext as it is stored, and its key wrapped to the receiver. */
export interface SealedObject {
  /** The trailer for the receiver, as the format has it. */
  readonly trailer: Uint8Array;
  /** Bytes of all sealed chunks. */
  readonly sealedBytes: number;
  /**
   * Names this ciphertext, lower-case hex: content that was put again, after damage, is sealed under another key, and
   * what was received of the one cannot be continued with the other.
   */
  readonly sealId: string;
}

/** Names the ciphertext under a stored trailer. */
export function sealIdOf(stored: Trailer): string {
  return toHex(hash('sha256', encodeTrailer(stored)));
}

/** Ciphertext from `start` up to, not including, `end`, piece by piece. The reader is closed at the end, also when it is left early. */
export async function* sealedRange(
  reader: ObjectReader,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  try {
    for (let offset = start; offset < end; offset += PIECE_BYTES) {
      const length = Math.min(PIECE_BYTES, end - offset);
      const piece = await reader.read(offset, length);
      if (piece.length !== length) throw new VaultError('object-damaged', 'the object was cut');
      yield piece;
    }
  } finally {
    await reader.close();
  }
}

/** What a receiver was given, opened with its own key. */
export interface OpenedSeal {
  readonly info: ContentInfo;
  /** Bytes of all sealed chunks. */
  readonly sealedBytes: number;
  readonly contentKey: Uint8Array;
}

/** Opens a trailer that came from another node; undefined when it is none, or not for this key. */
export async function openSeal(
  trailer: Uint8Array,
  key: VaultDecryptionKey,
): Promise<OpenedSeal | undefined> {
  const parsed = parseTrailer(trailer);
  if (parsed === undefined) return undefined;
  const contentKey = await unwrapContentKey(parsed.key, parsed.info, key);
  if (contentKey === undefined) return undefined;
  return { info: parsed.info, sealedBytes: sealedBytes(parsed.info.size), contentKey };
}

/**
 * Content of sealed chunks that come in pieces of any size, from the beginning of chunk `firstChunk` on. Ends with
 * VaultError `object-damaged` at a chunk that is not what was sealed, or when chunks are missing or left over.
 */
export async function* openSealed(
  seal: OpenedSeal,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  firstChunk = 0,
): AsyncGenerator<Uint8Array> {
  const { info, contentKey: key } = seal;
  const lastIndex = chunkCount(info.size) - 1;
  const sealed = new Uint8Array(chunkOffset(1));
  let index = firstChunk;
  let filled = 0;
  for await (const piece of pieces) {
    for (let offset = 0; offset < piece.length;) {
      if (index > lastIndex) throw damaged(index);
      const wanted = sealedChunkBytes(seal, index);
      const length = Math.min(wanted - filled, piece.length - offset);
      sealed.set(piece.subarray(offset, offset + length), filled);
      filled += length;
      offset += length;
      if (filled < wanted) continue;
      const place = { cipher: info.cipher, key, index, isLast: index === lastIndex };
      const plaintext = openChunk(place, sealed.subarray(0, wanted));
      if (plaintext === undefined) throw damaged(index);
      yield plaintext;
      index++;
      filled = 0;
    }
  }
  if (index !== lastIndex + 1) throw damaged(index);
}

/** How many whole chunks `receivedBytes` of ciphertext hold: a transfer goes on behind them. */
export function wholeChunks(receivedBytes: number): number {
  return Math.floor(receivedBytes / chunkOffset(1));
}

function sealedChunkBytes({ sealedBytes: total }: OpenedSeal, index: number): number {
  return Math.min(chunkOffset(1), total - chunkOffset(index));
}

function damaged(index: number): VaultError {
  return new VaultError('object-damaged', `chunk ${index} is not what was sealed`);
}
