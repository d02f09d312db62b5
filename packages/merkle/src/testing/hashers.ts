import { createHash } from 'node:crypto';
import { createHasher } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';

/** The hashes of the two suites, from an implementation that the product does not use here. */
export const HASHERS: { readonly sha256: Hasher; readonly sm3: Hasher } = {
  sha256: createHasher((bytes) => new Uint8Array(createHash('sha256').update(bytes).digest())),
  sm3: createHasher((bytes) => new Uint8Array(createHash('sm3').update(bytes).digest())),
};

export type HasherName = keyof typeof HASHERS;
export const HASHER_NAMES: readonly HasherName[] = ['sha256', 'sm3'];
