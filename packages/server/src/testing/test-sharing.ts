import { createExchangeSeals } from '../sharing/exchange-seals.ts';
import type { SharingPort } from '../sharing/sharing-port.ts';

/** Sharing on a node that holds no member's key and was granted nothing: what its addresses say then. */
export function testSharing(pullsDirectory: string, nowMs: () => number): SharingPort {
  return {
    recipient: {
      algorithm: 'x25519',
      keyId: new Uint8Array(32),
      publicKey: new Uint8Array(32),
    },
    decryptionKey: () => undefined,
    signers: () => [],
    granted: {
      of: async (granter) => {
        throw new Error(`nothing was granted by ${granter}`);
      },
      granters: async () => [],
    },
    seals: createExchangeSeals(),
    pullsDirectory,
    nowMs,
  };
}
