import type { HashName } from '@hefu/crypto/algorithm';
import { hash, hashInto } from '@hefu/crypto/hash';
import { createHasher } from '@hefu/merkle';
import type { Hasher } from '@hefu/merkle';

const HASHERS: Readonly<Record<HashName, Hasher>> = {
  sha256: hasherOf('sha256'),
  sm3: hasherOf('sm3'),
};

/** The tree hasher of a chain's hash. */
export function treeHasher(hashName: HashName): Hasher {
  return HASHERS[hashName];
}

function hasherOf(hashName: HashName): Hasher {
  return createHasher(
    (bytes) => hash(hashName, bytes),
    (bytes, target, offset) => {
      hashInto(hashName, bytes, target, offset);
    },
  );
}
