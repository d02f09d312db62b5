import { createAead, open, seal } from '../aead.ts';
import type { Backend } from '../backend/backend.ts';
import { createHasher, hash, hashInto, hashParts, hmac } from '../hash.ts';
import { publicKeyOf, sign, verify, verifyAsync } from '../sign.ts';
import { createSignatures } from '../signatures.ts';
import type { VectorApi } from './run-vectors.ts';

/** The package's functions as they are in this runtime. */
export function runtimeApi(): VectorApi {
  return {
    sign,
    publicKeyOf,
    verify,
    verifyAsync,
    seal,
    open,
    hash,
    hashInto,
    hashParts: (name, parts) => hashParts(name, ...parts),
    createHasher,
    hmac,
  };
}

/** The same over one backend, whichever the runtime would take. */
export function apiOver(backend: Backend): VectorApi {
  return {
    ...createSignatures(backend),
    ...createAead(backend),
    hash: (name, bytes) => backend.hash(name, bytes),
    hashInto: (name, bytes, target, offset) => {
      backend.hashInto(name, bytes, target, offset);
    },
    hashParts: (name, parts) => backend.hashParts(name, parts),
    createHasher: (name) => backend.createHasher(name),
    hmac: (name, key, message) => backend.hmac(name, key, message),
  };
}
