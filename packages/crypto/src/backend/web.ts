import type { Backend } from './backend.ts';
import { webOpen, webSeal } from './web-aead.ts';
import { webCreateHasher, webHash, webHashInto, webHashParts, webHmac } from './web-hash.ts';
import { webRandomBytes } from './web-random.ts';
import { webPrepareSigner } from './web-sign.ts';
import { webPrepareVerifier } from './web-verify.ts';
import type { Subtle } from './web-verify.ts';

/** A backend in JavaScript; with `subtle`, WebCrypto verifies asynchronously. */
export function createWebBackend(subtle: Subtle | undefined): Backend {
  return {
    name: 'web',
    hash: webHash,
    hashInto: webHashInto,
    hashParts: webHashParts,
    createHasher: webCreateHasher,
    hmac: webHmac,
    randomBytes: webRandomBytes,
    prepareVerifier: (algorithm, publicKey) => webPrepareVerifier(algorithm, publicKey, subtle),
    prepareSigner: webPrepareSigner,
    seal: webSeal,
    open: webOpen,
  };
}

/** The browser's. A page without a secure context (plain http) has no WebCrypto. */
export const backend: Backend = createWebBackend(globalThis.crypto.subtle);
