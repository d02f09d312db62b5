import { open, seal } from '@hefu/crypto/aead';
import type { ContentCipher } from './object-format.ts';

const NONCE_BYTES = 12;
const NO_AAD = new Uint8Array(0);

/** Bytes of a content key of each cipher. */
export const CONTENT_KEY_BYTES = { 'aes-256-gcm': 32, 'sm4-gcm': 16 } as const;

/**
 * The nonce of a chunk in the STREAM construction: an 11-byte counter, then 1 for the last chunk
 * and 0 for the others. Each object has a key of its own, so the counter starts at zero. The
 * counter makes chunks that changed places fail, the flag a stream that was cut between chunks.
 */
function chunkNonce(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  let rest = index;
  for (let i = NONCE_BYTES - 2; rest > 0; i--) {
    nonce[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  nonce[NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}

/** One chunk of one object. */
export interface ChunkPlace {
  readonly cipher: ContentCipher;
  readonly key: Uint8Array;
  readonly index: number;
  readonly isLast: boolean;
}

/** Ciphertext and tag of one chunk. */
export function sealChunk(place: ChunkPlace, plaintext: Uint8Array): Uint8Array {
  return seal(place.cipher, place.key, chunkNonce(place.index, place.isLast), plaintext, NO_AAD);
}

/** The plaintext of one chunk; undefined when it is not what was sealed at this place. */
export function openChunk(place: ChunkPlace, sealed: Uint8Array): Uint8Array | undefined {
  return open(place.cipher, place.key, chunkNonce(place.index, place.isLast), sealed, NO_AAD);
}
