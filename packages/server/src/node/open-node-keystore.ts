import { createMasterKey, masterKeyPath, openKeystore } from '@hefu/keystore';
import type { Keystore } from '@hefu/keystore';
import type { DataPaths } from './data-folder.ts';
import { keystoreError } from './start-fault.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Opens the keys of a data folder. Throws `master-key-missing`, `master-key-wrong`, `master-key-unsafe`. */
export function openNodeKeystore(paths: DataPaths, environment: Environment): Keystore {
  const masterKey = { path: masterKeyPath(environment), dataDirectory: paths.root };
  const opened = openKeystore({ directory: paths.keys, masterKey });
  if (!opened.ok) throw keystoreError(opened);
  return opened.keystore;
}

/** Opens it with the machine's master key, which is made when there is none yet. */
export function makeNodeKeystore(paths: DataPaths, environment: Environment): Keystore {
  const place = { path: masterKeyPath(environment), dataDirectory: paths.root };
  const created = createMasterKey(place);
  if (!created.ok && created.code !== 'master-key-exists') throw keystoreError(created);
  return openNodeKeystore(paths, environment);
}
