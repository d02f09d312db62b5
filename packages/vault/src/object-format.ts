import { decodeCbor, encodeCbor, readU32be, u32be, utf8Encode } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';

/** How chunks are sealed. */
export type ContentCipher = 'aes-256-gcm' | 'sm4-gcm';
/** How the content key is wrapped: HPKE (RFC 9180) or SM2 encryption (GB/T 32918.4). */
export type WrapScheme = 'hpke-x25519-sha256-aes256gcm' | 'sm2';

/** Name and version of the format, at the head of all that is authenticated. */
export const OBJECT_FORMAT = 'hefu-vault-object/1';
/** Plaintext bytes of every chunk but the last. Small enough to buffer, large enough to be cheap. */
export const CHUNK_BYTES = 65_536;
/** Bytes of an authentication tag, at the end of each sealed chunk. */
export const TAG_BYTES = 16;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
/** Plaintext of one object: 2^40 bytes is more than a disk of today's servers wants in one file. */
export const OBJECT_BYTES_MAX = 1_099_511_627_776;

/** What an object says of its content, in the open and authenticated. */
export interface ContentInfo {
  readonly cipher: ContentCipher;
  /** Bytes of content. */
  readonly size: number;
  readonly sha256: Uint8Array;
  readonly sm3: Uint8Array;
}

/** The content key as it rests. */
export interface WrappedKey {
  readonly scheme: WrapScheme;
  /** Key id (COSE Key Thumbprint) of the key that unwraps it. */
  readonly keyId: Uint8Array;
  /** The encapsulated key of HPKE, 32 bytes; empty for SM2. */
  readonly encapsulated: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** The end of an object file. */
export interface Trailer {
  readonly info: ContentInfo;
  readonly key: WrappedKey;
}

/** The last bytes of a file: length of the trailer and a mark. */
const MARK = utf8Encode('hefuvlt1');
const ENDING_BYTES = 4 + MARK.length;
/** Trailers are about 250 bytes with HPKE and 300 with SM2. */
const TRAILER_BYTES_MAX = 1024;
/** Bytes at the end of a file that surely hold all of the trailer. */
export const FILE_END_BYTES_MAX = TRAILER_BYTES_MAX + ENDING_BYTES;

/** How many chunks hold `size` bytes. There is always a last one, if only an empty one. */
export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / CHUNK_BYTES));
}

/** Bytes of all sealed chunks. */
export function sealedBytes(size: number): number {
  return size + chunkCount(size) * TAG_BYTES;
}

/** Where chunk `index` begins in the file. */
export function chunkOffset(index: number): number {
  return index * SEALED_CHUNK_BYTES;
}

/** What the wrapping of the content key authenticates: all that is said of the content. */
export function contentHeader(info: ContentInfo): Uint8Array {
  return encodeCbor(headerFields(info));
}

/** The bytes after the last chunk. */
export function encodeTrailer(trailer: Trailer): Uint8Array {
  const { info, key } = trailer;
  const body = encodeCbor([
    ...headerFields(info),
    key.scheme,
    key.keyId,
    key.encapsulated,
    key.ciphertext,
  ]);
  const bytes = new Uint8Array(body.length + ENDING_BYTES);
  bytes.set(body);
  bytes.set(u32be(body.length), body.length);
  bytes.set(MARK, body.length + 4);
  return bytes;
}

/**
 * Reads the trailer from the last bytes of a file of `fileBytes`, or one that stands alone when no size
 * is given. Undefined when they are no trailer, or when the file is not as long as the trailer says.
 */
export function parseTrailer(fileEnd: Uint8Array, fileBytes?: number): Trailer | undefined {
  const bodyEnd = fileEnd.length - ENDING_BYTES;
  if (bodyEnd < 0) return undefined;
  for (let i = 0; i < MARK.length; i++) if (fileEnd[bodyEnd + 4 + i] !== MARK[i]) return undefined;
  const bodyLength = readU32be(fileEnd, bodyEnd);
  if (bodyLength === undefined) return undefined;
  if (bodyLength > TRAILER_BYTES_MAX || bodyLength > bodyEnd) return undefined;
  const decoded = decodeCbor(fileEnd.subarray(bodyEnd - bodyLength, bodyEnd), { maps: 'object' });
  if (!decoded.ok) return undefined;
  const trailer = trailerOf(decoded.value);
  if (trailer === undefined) return undefined;
  const trailerBytes = bodyLength + ENDING_BYTES;
  const isWhole =
    fileBytes === undefined
      ? fileEnd.length === trailerBytes
      : sealedBytes(trailer.info.size) + trailerBytes === fileBytes;
  if (!isWhole) return undefined;
  return trailer;
}

function headerFields(info: ContentInfo): CborValue[] {
  return [OBJECT_FORMAT, info.cipher, CHUNK_BYTES, info.size, info.sha256, info.sm3];
}

const TRAILER_FIELDS = 10;

function trailerOf(value: CborValue): Trailer | undefined {
  if (!Array.isArray(value) || value.length !== TRAILER_FIELDS) return undefined;
  const fields: readonly CborValue[] = value;
  const [format, cipher, chunkBytes, size, sha256, sm3] = fields;
  const [scheme, keyId, encapsulated, ciphertext] = fields.slice(6);
  if (format !== OBJECT_FORMAT || chunkBytes !== CHUNK_BYTES) return undefined;
  if (cipher !== 'aes-256-gcm' && cipher !== 'sm4-gcm') return undefined;
  if (typeof size !== 'number' || size < 0 || size > OBJECT_BYTES_MAX) return undefined;
  if (!isDigest(sha256) || !isDigest(sm3) || !isDigest(keyId)) return undefined;
  if (scheme !== 'hpke-x25519-sha256-aes256gcm' && scheme !== 'sm2') return undefined;
  if (!(encapsulated instanceof Uint8Array)) return undefined;
  if (!(ciphertext instanceof Uint8Array)) return undefined;
  return {
    info: { cipher, size, sha256, sm3 },
    key: { scheme, keyId, encapsulated, ciphertext },
  };
}

function isDigest(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32;
}
