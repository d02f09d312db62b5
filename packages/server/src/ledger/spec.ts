import { ChainReader } from '@hefu/ledger';
import type { ChainSpec, StoreReader } from '@hefu/ledger';

/** What the genesis in a store fixes. Throws LedgerFault when the store holds no chain that this software can read. */
export function readSpecOf(store: StoreReader): ChainSpec {
  return new ChainReader(store).spec;
}
