import type { KeyAccess, ServiceAccess } from '@hefu/keystore';
import { readFileSync } from 'node:fs';
import { describeConfigFault } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { DataPaths } from './data-folder.ts';
import type { Environment } from './open-node-keystore.ts';
import { StartError } from './start-fault.ts';

/** How this node reaches keys that lie elsewhere. Throws StartError `config-invalid` when a file of the service can't be read. */
export function keyAccess(config: Config, secrets: Secrets): KeyAccess {
  const modulePath = config.pkcs11.module;
  const service = serviceAccess(config);
  return {
    ...(modulePath === '' ? {} : { pkcs11: { modulePath, pin: () => secrets.pkcs11Pin } }),
    ...(service === undefined ? {} : { service }),
  };
}

/** The same for whoever works with a data folder without running its node. Throws StartError `config-invalid`. */
export function readKeyAccess(paths: DataPaths, environment: Environment): KeyAccess {
  const loaded = loadConfig({ file: paths.configFile, environment });
  if (loaded.ok) return keyAccess(loaded.config, loaded.secrets);
  throw new StartError('config-invalid', `${loaded.faults.length} fault(s) in the configuration`, {
    details: loaded.faults.map(describeConfigFault),
  });
}

/** A path after this is that of a unix socket. */
const SOCKET_PREFIX = 'unix:';

function serviceAccess({ signer }: Config): ServiceAccess | undefined {
  const { url, certFile, keyFile, caFile } = signer;
  if (url === '') return undefined;
  if (url.startsWith(SOCKET_PREFIX)) return { socketPath: url.slice(SOCKET_PREFIX.length) };
  return {
    url,
    certificate: readPem('signer.certFile', certFile),
    privateKey: readPem('signer.keyFile', keyFile),
    authorities: readPem('signer.caFile', caFile),
  };
}

function readPem(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new StartError('config-invalid', `${setting} cannot be read (${reason})`, { cause });
  }
}
