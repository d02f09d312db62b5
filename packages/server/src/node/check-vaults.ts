import { fromHex, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import { ChainReader } from '@hefu/ledger';
import { openStore } from '@hefu/store-lmdb';
import { openVault } from '@hefu/vault';
import type { ObjectStorage, Vault } from '@hefu/vault';
import { readBucketList } from '../backup/list-bucket.ts';
import { readSecrets } from '../config/secrets.ts';
import { NodeChainReader } from '../ledger/chain-reader.ts';
import { erasurePlace, valueAt } from '../sharing/chain-records.ts';
import { chainPaths, dataPaths, readNodeFile } from './data-folder.ts';
import type { Environment } from './open-node-keystore.ts';
import { openNodeKeystore } from './open-node-keystore.ts';
import { encryptionAlgorithm } from './make-genesis.ts';
import { StartError, toStartError } from './start-fault.ts';
import { viewVaultStorages } from './vault-storages.ts';

export interface CheckVaultsOptions {
  /** The data folder; its node may run. */
  readonly directory: string;
  readonly environment: Environment;
  /** Reads every object and compares it with its digest, instead of opening each alone. */
  readonly read: boolean;
  /** Called after each object. */
  readonly onObject?: (objects: number) => void;
}

/** An object that cannot be had. */
export interface VaultFinding {
  readonly code: string;
  /** `own`, or `granted/<granter>`. */
  readonly place: string;
  readonly digest: string;
}

export interface VaultsReport {
  readonly chain: string;
  readonly objects: number;
  readonly storedBytes: number;
  /** Objects that the list of a restored backup names. */
  readonly listed: number;
  readonly faults: readonly VaultFinding[];
}

/** Objects listed at a time. */
const PAGE = 1000;

/**
 * Opens every object of a chain's vaults: is it whole at its end, and does a key of the keystore open it. And each object that was in the
 * bucket when the backup was made that this folder was restored from: is it there still, if it was not erased since (`object-missing`).
 * Throws StartError, StorageError.
 */
export async function checkVaults(options: CheckVaultsOptions): Promise<VaultsReport> {
  const paths = dataPaths(options.directory);
  const [entry] = readNodeFile(paths).chains;
  if (entry === undefined) throw new StartError('data-missing', `${paths.root} holds no chain`);
  const files = chainPaths(paths, entry.slug);
  const keystore = openNodeKeystore(paths, options.environment);
  try {
    using store = openStore({ path: files.store, readOnly: true });
    const { genesis } = new ChainReader(store).spec;
    const hashName = suiteHash(genesis.suite);
    const [key] = keystore
      .list()
      .keys.filter((each) => each.algorithm === encryptionAlgorithm(genesis.suite));
    if (key === undefined) throw new StartError('key-missing', 'there is no encryption key');
    const open = async (storage: ObjectStorage): Promise<Vault> =>
      openVault({
        storage,
        hashName,
        recipient: {
          algorithm: genesis.suite === 'gm' ? 'sm2' : 'x25519',
          keyId: fromHex(key.id) ?? new Uint8Array(),
          publicKey: key.publicKey,
        },
        decryptionKey: (id) => {
          const found = keystore.decryptionKey(toHex(id));
          return found.ok ? found.key : undefined;
        },
        now: () => 0,
      });
    const storages = await viewVaultStorages(files, readSecrets(options.environment).secrets.s3);
    const places = new Map([['own', await open(await storages.own())]]);
    for (const granter of await storages.granters()) {
      places.set(`granted/${granter}`, await open(await storages.granted(granter)));
    }
    const report = await checkPlaces(places, options);
    const list = readBucketList(files);
    const reader = new NodeChainReader(store);
    const isErased = (digest: string): boolean =>
      valueAt(reader, erasurePlace(entry.organisation, digest)) !== undefined;
    const missing: VaultFinding[] = [];
    for (const { place, digest } of list) {
      const stat = await places.get(place)?.stat(digest);
      if (stat?.ok === true || (place === 'own' && isErased(digest))) continue;
      // Damaged ones were found above; a tombstone says that it was erased.
      if (stat?.ok === false && stat.code !== 'object-unknown') continue;
      missing.push({ code: 'object-missing', place, digest });
    }
    const faults = [...report.faults, ...missing];
    return { ...report, chain: entry.chain, listed: list.length, faults };
  } catch (error) {
    throw toStartError(error);
  }
}

async function checkPlaces(
  places: ReadonlyMap<string, Vault>,
  { read, onObject }: CheckVaultsOptions,
): Promise<Pick<VaultsReport, 'objects' | 'storedBytes' | 'faults'>> {
  const faults: VaultFinding[] = [];
  let objects = 0;
  let storedBytes = 0;
  for (const [place, vault] of places) {
    let after: string | undefined;
    for (;;) {
      const page = await vault.list({ ...(after === undefined ? {} : { after }), limit: PAGE });
      for (const entry of page) {
        const code = await faultOf(vault, entry.digest, read);
        if (code !== undefined) faults.push({ code, place, digest: entry.digest });
        objects++;
        storedBytes += entry.storedBytes;
        onObject?.(objects);
      }
      after = page.at(-1)?.digest;
      if (page.length < PAGE) break;
    }
  }
  return { objects, storedBytes, faults };
}

/** An empty range costs no content, and yet the key has to open. */
async function faultOf(vault: Vault, digest: string, read: boolean): Promise<string | undefined> {
  if (read) {
    const verified = await vault.verify(digest);
    return verified.ok ? undefined : verified.code;
  }
  const opened = await vault.get(digest, { start: 0, end: 0 });
  if (!opened.ok) return opened.code;
  await opened.content.return?.();
  return undefined;
}
