import { masterKeyPath, readMasterKey } from '@hefu/keystore';
import { hkdfSync } from 'node:crypto';
import type { DataPaths } from './data-folder.ts';
import type { Environment } from './open-node-keystore.ts';
import { keystoreError } from './start-fault.ts';

const KEY_BYTES = 32;

/** The key that webhooks' secrets are made of: from the master key, so that nothing of it lies in the data folder. */
export function webhookKeyOf(paths: DataPaths, environment: Environment): Uint8Array {
  const read = readMasterKey({ path: masterKeyPath(environment), dataDirectory: paths.root });
  if (!read.ok) throw keystoreError(read);
  return new Uint8Array(hkdfSync('sha256', read.masterKey, '', 'hefu webhook secrets', KEY_BYTES));
}
