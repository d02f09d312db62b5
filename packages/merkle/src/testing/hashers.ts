import { hash } from 'node:crypto';
import { createHasher } from '../hasher.ts';
import type { Hasher } from '../hasher.ts';

/** The hashes of the two suites, straight from the platform. */
export const HASHERS: { readonly sha256: Hasher; readonly sm3: Hasher } = {
  sha256: createHasher((bytes) => new Uint8Array(hash('sha256', bytes, 'buffer'))),
  sm3: createHasher((bytes) => new Uint8Array(hash('sm3', bytes, 'buffer'))),
};

export type HasherName = keyof typeof HASHERS;
export const HASHER_NAMES: readonly HasherName[] = ['sha256', 'sm3'];
