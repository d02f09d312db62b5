import { backend } from '#backend';
import type { HashName } from './algorithm.ts';
import type { StreamHasher } from './backend/backend.ts';

export type { HashName } from './algorithm.ts';
export type { StreamHasher } from './backend/backend.ts';

/** The 32-byte hash of `bytes`: SHA-256 (FIPS 180-4) or SM3 (GB/T 32905). */
export function hash(name: HashName, bytes: Uint8Array): Uint8Array {
  return backend.hash(name, bytes);
}

/** {@link hash}, written at `offset` of `target`: no array for the digest. RangeError when it does not fit. */
export function hashInto(
  name: HashName,
  bytes: Uint8Array,
  target: Uint8Array,
  offset: number,
): void {
  backend.hashInto(name, bytes, target, offset);
}

/** The hash of the parts joined, without an array for the joined bytes. */
export function hashParts(name: HashName, ...parts: readonly Uint8Array[]): Uint8Array {
  return backend.hashParts(name, parts);
}

/** A hash over bytes that come in parts, such as a file's. `digest` may be called once. */
export function createHasher(name: HashName): StreamHasher {
  return backend.createHasher(name);
}

/** HMAC (RFC 2104) with the hash given; 32 bytes. */
export function hmac(name: HashName, key: Uint8Array, message: Uint8Array): Uint8Array {
  return backend.hmac(name, key, message);
}
