import { verify } from '@hefu/crypto/sign';
import { SoloEngine } from '@hefu/engine-solo';
import { Ledger } from '@hefu/ledger';
import type { Clock } from '@hefu/ledger';
import type { MemoryStore, MiniChain } from '@hefu/ledger/testing';

/** A chain in memory with its engine, that checks signatures in this thread. */
export function openTestLedger(mini: MiniChain, store: MemoryStore, clock: Clock): Ledger {
  return Ledger.open({
    store,
    host: mini.host,
    clock,
    signatures: {
      verifyBatch: async (items) =>
        items.map((item) => verify(item.algorithm, item.publicKey, item.message, item.signature)),
    },
    engine: (chain) =>
      new SoloEngine({
        chain,
        clock,
        signer: mini.checkpointSigner,
        defer: (callback) => {
          setImmediate(callback);
        },
      }),
  });
}
