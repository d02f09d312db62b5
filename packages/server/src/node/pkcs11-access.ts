import type { Pkcs11Access } from '@hefu/keystore';
import { describeConfigFault } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { DataPaths } from './data-folder.ts';
import type { Environment } from './open-node-keystore.ts';
import { StartError } from './start-fault.ts';

/** How this node reaches PKCS #11 tokens; undefined when no module is named. */
export function pkcs11Access(config: Config, secrets: Secrets): Pkcs11Access | undefined {
  const modulePath = config.pkcs11.module;
  return modulePath === '' ? undefined : { modulePath, pin: () => secrets.pkcs11Pin };
}

/** The same for whoever works with a data folder without running its node. Throws StartError `config-invalid`. */
export function readPkcs11Access(
  paths: DataPaths,
  environment: Environment,
): Pkcs11Access | undefined {
  const loaded = loadConfig({ file: paths.configFile, environment });
  if (loaded.ok) return pkcs11Access(loaded.config, loaded.secrets);
  throw new StartError('config-invalid', `${loaded.faults.length} fault(s) in the configuration`, {
    details: loaded.faults.map(describeConfigFault),
  });
}
