import { fromHex, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Keystore, Signers } from '@hefu/keystore';
import type { ChainSpec } from '@hefu/ledger';
import { createQuota, openVault } from '@hefu/vault';
import type { Vault } from '@hefu/vault';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { openSharing } from '../sharing/open-sharing.ts';
import type { SharingPort } from '../sharing/sharing-port.ts';
import type { ChainPaths } from './data-folder.ts';
import { encryptionAlgorithm } from './make-genesis.ts';
import { StartError } from './start-fault.ts';
import { openVaultStorages } from './vault-storages.ts';

export interface OpenVaultsOptions {
  readonly files: ChainPaths;
  readonly spec: ChainSpec;
  readonly slug: string;
  readonly keystore: Keystore;
  readonly keySigners: Signers;
  readonly config: Config;
  readonly secrets: Secrets;
}

/** The vault of a chain's own organisation, and what sharing needs beside it. */
export async function openVaults(
  options: OpenVaultsOptions,
): Promise<{ readonly vault: Vault; readonly sharing: SharingPort }> {
  const { keystore, spec, config, files } = options;
  const hashName = suiteHash(spec.genesis.suite);
  const { quotaBytes, grantedQuotaBytes } = config.vault;
  const quota = createQuota(quotaBytes === 0 ? undefined : quotaBytes);
  const common = {
    hashName,
    recipient: recipientOf(keystore, spec),
    decryptionKey: (id: Uint8Array) => {
      const found = keystore.decryptionKey(toHex(id));
      return found.ok ? found.key : undefined;
    },
    now: () => Date.now(),
  };
  const storages = await openVaultStorages(options);
  const vault = await openVault({ ...common, storage: await storages.own(), within: quota });
  const sharing = await openSharing({
    keystore,
    keySigners: options.keySigners,
    hashName,
    vault: common,
    storages,
    quota,
    grantedQuotaBytes: grantedQuotaBytes === 0 ? undefined : grantedQuotaBytes,
    pullsDirectory: files.pulls,
  });
  return { vault, sharing };
}

/** The organisation's encryption key: the newest of the suite's algorithm. */
function recipientOf(
  keystore: Keystore,
  spec: ChainSpec,
): { algorithm: 'x25519' | 'sm2'; keyId: Uint8Array; publicKey: Uint8Array } {
  const { suite } = spec.genesis;
  const algorithm = encryptionAlgorithm(suite);
  const [key] = keystore
    .list()
    .keys.filter((each) => each.purpose === 'encrypt' && each.hash === suiteHash(suite))
    .filter((each) => each.algorithm === algorithm && each.member === undefined)
    .toSorted((left, right) => (right.created ?? 0) - (left.created ?? 0));
  const keyId = key === undefined ? undefined : fromHex(key.id);
  if (key === undefined || keyId === undefined) {
    throw new StartError('key-missing', `the keystore holds no encryption key for ${spec.chain}`);
  }
  return { algorithm: suite === 'gm' ? 'sm2' : 'x25519', keyId, publicKey: key.publicKey };
}
