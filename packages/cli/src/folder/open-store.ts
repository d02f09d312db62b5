import { ChainReader } from '@hefu/ledger';
import type { StoreReader } from '@hefu/ledger';
import { openStore } from '@hefu/store-lmdb';
import type { CommandContext } from '../command.ts';
import { openDataFolder } from '../node/data-folder.ts';
import type { DataFolder } from '../node/data-folder.ts';

/** One moment of a chain's store, read beside whatever writes it. */
export interface StoreView extends Disposable {
  readonly folder: DataFolder;
  readonly store: StoreReader;
  readonly reader: ChainReader;
}

/** Opens the store of the data folder for reading. Throws StartError, StoreError, LedgerFault. */
export function openStoreView(context: CommandContext): StoreView {
  const folder = openDataFolder(context);
  const store = openStore({ path: folder.chainPaths.store, readOnly: true });
  try {
    const snapshot = store.snapshot();
    return {
      folder,
      store: snapshot,
      reader: new ChainReader(snapshot),
      [Symbol.dispose]() {
        snapshot[Symbol.dispose]();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}
