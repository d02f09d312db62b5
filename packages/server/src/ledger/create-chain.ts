import { createNativeHost } from '@hefu/contract';
import { Chain, chainSpec, noteSigner } from '@hefu/ledger';
import type { GenesisDocument } from '@hefu/protocol';
import { openStore } from '@hefu/store-lmdb';
import { builtInModules } from '../modules.ts';
import type { CheckpointKey } from './messages.ts';

/**
 * Makes a chain's store with its genesis block and first checkpoint, signed by the one organisation whose key is given. Throws
 * LedgerFault `chain-exists`, `genesis-failed`; StoreError as `openStore` does.
 */
export function createChain(options: {
  readonly storePath: string;
  readonly genesis: GenesisDocument;
  readonly checkpointKey: CheckpointKey;
}): void {
  const { genesis, checkpointKey } = options;
  const spec = chainSpec(genesis);
  const validator = spec.validators.find(
    ({ organisation }) => organisation === checkpointKey.organisation,
  );
  if (validator === undefined) throw new TypeError(`${checkpointKey.organisation} is no validator`);
  const signer = noteSigner({ spec, validator, privateKey: checkpointKey.privateKey });
  const store = openStore({ path: options.storePath });
  try {
    const host = createNativeHost({
      chain: genesis.chain,
      suite: genesis.suite,
      modules: builtInModules,
    });
    Chain.create({
      store,
      host,
      genesis,
      sign: ({ size, root, timeMs }) =>
        signer.sign({ size, root, timeSeconds: Math.floor(timeMs / 1000) }),
    });
  } finally {
    store.close();
  }
}
