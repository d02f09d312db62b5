import { open, seal } from '@hefu/crypto/aead';
import { createHasher, hash, hashInto, hashParts, hmac } from '@hefu/crypto/hash';
import { publicKeyOf, sign, verify, verifyAsync } from '@hefu/crypto/sign';
import type { VectorApi } from '@hefu/crypto/testing/run-vectors';

/** What the package itself offers, over the back end that fits where this is loaded. */
export const cryptoApi: VectorApi = {
  createHasher,
  hash,
  hashInto,
  hashParts: (name, parts) => hashParts(name, ...parts),
  hmac,
  open,
  publicKeyOf,
  seal,
  sign,
  verify,
  verifyAsync,
};
