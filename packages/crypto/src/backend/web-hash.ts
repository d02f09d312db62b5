import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CHash } from '@noble/hashes/utils.js';
import { asPlainBytes } from '@hefu/bytes';
import type { HashName } from '../algorithm.ts';
import { sm3 } from '../sm3.ts';
import type { StreamHasher } from './backend.ts';

function hashOf(name: HashName): CHash {
  return name === 'sm3' ? sm3 : sha256;
}

export function webHash(name: HashName, bytes: Uint8Array): Uint8Array {
  return hashOf(name)(asPlainBytes(bytes));
}

export function webHashInto(
  name: HashName,
  bytes: Uint8Array,
  target: Uint8Array,
  offset: number,
): void {
  target.set(webHash(name, bytes), offset);
}

export function webHashParts(name: HashName, parts: readonly Uint8Array[]): Uint8Array {
  const stream = hashOf(name).create();
  for (const part of parts) stream.update(part);
  return stream.digest();
}

export function webCreateHasher(name: HashName): StreamHasher {
  const stream = hashOf(name).create();
  const hasher: StreamHasher = {
    update(bytes) {
      stream.update(bytes);
      return hasher;
    },
    digest: () => stream.digest(),
  };
  return hasher;
}

export function webHmac(name: HashName, key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(hashOf(name), key, message);
}
