import type { Signer } from '@hefu/keystore';
import type { Vault, VaultDecryptionKey, VaultRecipient } from '@hefu/vault';
import type { ExchangeSeals } from './exchange-seals.ts';

/** What sharing needs of a chain on this node beside its reader, ledger and vault. */
export interface SharingPort {
  /** The organisation's encryption key. */
  readonly recipient: VaultRecipient;
  readonly decryptionKey: (keyId: Uint8Array) => VaultDecryptionKey | undefined;
  /** Members' keys for signing that this node holds, those of one organisation. */
  signers(organisation: string): readonly NodeSigner[];
  /** Objects that other organisations have granted, kept apart for each granter. */
  readonly granted: GrantedVaults;
  readonly seals: ExchangeSeals;
  /** Where pulls that are under way keep what has come. */
  readonly pullsDirectory: string;
  /** Milliseconds UTC. */
  readonly nowMs: () => number;
}

/** A member whose key the node's keystore holds. */
export interface NodeSigner {
  readonly member: string;
  /** Lower-case hex. */
  readonly keyId: string;
  readonly open: () => Signer | undefined;
}

export interface GrantedVaults {
  /** The vault of what this granter has granted; made when absent. */
  of(granter: string): Promise<Vault>;
  /** Granters from whom something was pulled. */
  granters(): Promise<readonly string[]>;
}
