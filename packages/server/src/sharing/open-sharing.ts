import type { HashName } from '@hefu/crypto/algorithm';
import type { Keystore, Signers } from '@hefu/keystore';
import { isOrganisationId, organisationOfMember } from '@hefu/protocol';
import type { ObjectStorage, Quota, Vault, VaultOptions } from '@hefu/vault';
import { openVault } from '@hefu/vault';
import { createExchangeSeals } from './exchange-seals.ts';
import type { GrantedVaults, NodeSigner, SharingPort } from './sharing-port.ts';

/** Where a chain's vaults keep their objects: one's own, and those of each granter apart. */
export interface VaultStorages {
  own(): Promise<ObjectStorage>;
  granted(granter: string): Promise<ObjectStorage>;
  granters(): Promise<readonly string[]>;
}

export interface SharingOptions {
  readonly keystore: Keystore;
  readonly keySigners: Signers;
  readonly hashName: HashName;
  /** What all vaults of the chain are opened with. */
  readonly vault: Pick<VaultOptions, 'hashName' | 'recipient' | 'decryptionKey' | 'now'>;
  readonly storages: VaultStorages;
  /** Around all vaults of the chain. */
  readonly quota: Quota;
  /** Bytes that each granter's objects may take; no bound unless given. */
  readonly grantedQuotaBytes: number | undefined;
  readonly pullsDirectory: string;
}

/** Opens what is shared on a chain, the vaults of granters that are there already included: their bytes count. */
export async function openSharing(options: SharingOptions): Promise<SharingPort> {
  const { vault } = options;
  const granted = createGrantedVaults(options);
  for (const granter of await granted.granters()) await granted.of(granter);
  return {
    recipient: vault.recipient,
    decryptionKey: vault.decryptionKey,
    signers: (organisation) => signersOf(options, organisation),
    granted,
    seals: createExchangeSeals(),
    pullsDirectory: options.pullsDirectory,
    nowMs: vault.now,
  };
}

function createGrantedVaults(options: SharingOptions): GrantedVaults {
  const open = new Map<string, Promise<Vault>>();
  const { storages, grantedQuotaBytes } = options;

  async function openFor(granter: string): Promise<Vault> {
    return openVault({
      ...options.vault,
      storage: await storages.granted(granter),
      within: options.quota,
      ...(grantedQuotaBytes === undefined ? {} : { quotaBytes: grantedQuotaBytes }),
    });
  }

  return {
    async of(granter) {
      if (!isOrganisationId(granter)) throw new RangeError('a granter is an organisation');
      const vault = open.get(granter) ?? openFor(granter);
      open.set(granter, vault);
      try {
        return await vault;
      } catch (error) {
        // The next one tries anew.
        open.delete(granter);
        throw error;
      }
    },
    granters: async () => [...new Set([...(await storages.granters()), ...open.keys()])],
  };
}

function signersOf(
  { keystore, keySigners, hashName }: SharingOptions,
  organisation: string,
): NodeSigner[] {
  return keystore.list().keys.flatMap(({ id, purpose, hash, member }) => {
    if (purpose !== 'sign' || hash !== hashName || member === undefined) return [];
    if (organisationOfMember(member) !== organisation) return [];
    const open: NodeSigner['open'] = () => {
      const found = keySigners.of(id);
      return found.ok ? found.signer : undefined;
    };
    return [{ member, keyId: id, open }];
  });
}
