import { AccountsError, openAccounts } from '@hefu/accounts';
import type { Accounts, AccountsPorts } from '@hefu/accounts';
import { masterKeyPath, readMasterKey } from '@hefu/keystore';
import { hkdfSync, randomBytes } from 'node:crypto';
import type { DataPaths } from '../node/data-folder.ts';
import type { Environment } from '../node/open-node-keystore.ts';
import { keystoreError, StartError } from '../node/start-fault.ts';

/** Bytes of the key that seals the audit trail. */
const SEAL_KEY_BYTES = 32;

/** The clock and the randomness of this machine. */
export const MACHINE_PORTS: AccountsPorts = {
  nowMs: () => Date.now(),
  randomBytes: (size) => Uint8Array.from(randomBytes(size)),
};

/**
 * Opens the accounts of a data folder, made when absent. The node and commands may have them open at the same time.
 * Throws StartError `audit-broken`, `data-damaged`, `data-too-new` and those of the keystore.
 */
export function openNodeAccounts(
  paths: DataPaths,
  environment: Environment,
  ports: AccountsPorts = MACHINE_PORTS,
): Accounts {
  const read = readMasterKey({
    path: masterKeyPath(environment),
    dataDirectory: paths.root,
  });
  if (!read.ok) throw keystoreError(read);
  const sealKey = new Uint8Array(
    hkdfSync('sha256', read.masterKey, '', 'hefu audit trail seal', SEAL_KEY_BYTES),
  );
  try {
    return openAccounts({ file: paths.accountsFile, sealKey, ports });
  } catch (error) {
    if (!(error instanceof AccountsError)) throw error;
    throw new StartError(START_CODES[error.code], error.message, { cause: error });
  }
}

const START_CODES = {
  'accounts-damaged': 'data-damaged',
  'accounts-too-new': 'data-too-new',
  'audit-broken': 'audit-broken',
  'accounts-storage-full': 'disk-full',
  'accounts-unavailable': 'data-read-only',
} as const;
