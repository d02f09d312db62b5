import type { HashName } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { createHasher } from '@hefu/merkle';
import type { Hasher } from '@hefu/merkle';

const HASHERS: Readonly<Record<HashName, Hasher>> = {
  sha256: createHasher((bytes) => hash('sha256', bytes)),
  sm3: createHasher((bytes) => hash('sm3', bytes)),
};

/** The tree hasher of a chain's hash. */
export function treeHasher(hashName: HashName): Hasher {
  return HASHERS[hashName];
}
