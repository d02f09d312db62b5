// Writes the vector files of bytes and crypto: node --conditions=source scripts/vectors/crypto.ts
import { writeFileSync } from 'node:fs';
import { makeVectors } from '@hefu/crypto/testing/make-vectors';

const folder = new URL('../../vectors/', import.meta.url);
for (const [name, vectors] of Object.entries(makeVectors())) {
  writeFileSync(new URL(name, folder), `${JSON.stringify(vectors, null, 2)}\n`);
}
