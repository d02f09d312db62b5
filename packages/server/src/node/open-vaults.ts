import { fromHex, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Keystore, Signers } from '@hefu/keystore';
import type { ChainSpec } from '@hefu/ledger';
import { isOrganisationId } from '@hefu/protocol';
import { createQuota, openFolderStorage, openVault } from '@hefu/vault';
import type { ObjectStorage, Vault } from '@hefu/vault';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { openSharing } from '../sharing/open-sharing.ts';
import type { VaultStorages } from '../sharing/open-sharing.ts';
import type { SharingPort } from '../sharing/sharing-port.ts';
import type { ChainPaths } from './data-folder.ts';
import { encryptionAlgorithm } from './make-genesis.ts';
import { StartError } from './start-fault.ts';

export interface OpenVaultsOptions {
  readonly files: ChainPaths;
  readonly spec: ChainSpec;
  readonly slug: string;
  readonly keystore: Keystore;
  readonly keySigners: Signers;
  readonly config: Config;
  readonly secrets: Secrets;
}

const PRIVATE_FOLDER_MODE = 0o700;

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
  const storages = await storagesOf(options);
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

async function storagesOf(options: OpenVaultsOptions): Promise<VaultStorages> {
  return options.config.vault.storage === 's3' ? s3Storages(options) : folderStorages(options);
}

function folderStorages({ files }: OpenVaultsOptions): VaultStorages {
  const granted = join(files.vault, 'granted');
  return {
    own: async () => openFolderStorage({ directory: files.vault }),
    async granted(granter) {
      await mkdir(granted, { recursive: true, mode: PRIVATE_FOLDER_MODE });
      return openFolderStorage({ directory: join(granted, granter) });
    },
    granters: async () => granterFolders(granted),
  };
}

/**
 * Objects of one's own under `<prefix><slug>/own/`, those of granters under `<prefix><slug>/granted/<granter>/`; that there
 * is a granter is noted in the data folder.
 */
async function s3Storages({
  files,
  slug,
  config,
  secrets,
}: OpenVaultsOptions): Promise<VaultStorages> {
  const { s3Endpoint, s3Region, s3Bucket, s3Prefix, s3PathStyle } = config.vault;
  if (s3Endpoint === '' || s3Bucket === '' || secrets.s3 === undefined) {
    throw new StartError(
      'config-invalid',
      'vault.storage: s3 wants vault.s3Endpoint and vault.s3Bucket, and in the environment HEFU_S3_ACCESS_KEY_ID and HEFU_S3_SECRET_ACCESS_KEY',
    );
  }
  const credentials = secrets.s3;
  // Its library is large: nodes that keep objects in a folder never load it.
  const { openS3Storage } = await import('@hefu/vault/s3');
  const open = async (place: string): Promise<ObjectStorage> =>
    openS3Storage({
      endpoint: s3Endpoint,
      region: s3Region,
      bucket: s3Bucket,
      prefix: `${s3Prefix}${slug}/${place}/`,
      isPathStyle: s3PathStyle,
      ...credentials,
    });
  const granted = join(files.vault, 'granted');
  return {
    own: async () => open('own'),
    async granted(granter) {
      await mkdir(join(granted, granter), { recursive: true, mode: PRIVATE_FOLDER_MODE });
      return open(`granted/${granter}`);
    },
    granters: async () => granterFolders(granted),
  };
}

async function granterFolders(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((name) => isOrganisationId(name)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
