import { randomFillSync } from 'node:crypto';
import type { Backend } from './backend.ts';
import { nodeOpen, nodeSeal } from './node-aead.ts';
import { nodeCreateHasher, nodeHash, nodeHashInto, nodeHashParts, nodeHmac } from './node-hash.ts';
import { nodePrepareSigner, nodePrepareVerifier } from './node-sign.ts';

/** Node's OpenSSL. */
export const backend: Backend = {
  name: 'node',
  hash: nodeHash,
  hashInto: nodeHashInto,
  hashParts: nodeHashParts,
  createHasher: nodeCreateHasher,
  hmac: nodeHmac,
  randomBytes: (size) => randomFillSync(new Uint8Array(size)),
  prepareVerifier: nodePrepareVerifier,
  prepareSigner: nodePrepareSigner,
  seal: nodeSeal,
  open: nodeOpen,
};
