import { stringify } from 'yaml';
import { configKeys } from './keys.ts';
import type { Config } from './schema.ts';
import type { Secrets } from './secrets.ts';

/** What stands in place of a secret that is set. */
export const REDACTED = '[redacted]';

/**
 * The configuration as YAML that could be fed back, each value with its source as a comment; of the secrets only
 * whether they are set.
 */
export function printConfig(
  config: Config,
  secrets: Secrets,
  sources: ReadonlyMap<string, string>,
): string {
  const lines: string[] = [];
  let section = '';
  const sections = config as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  for (const key of configKeys()) {
    const [keySection = '', name = ''] = key.path.split('.');
    if (keySection !== section) {
      section = keySection;
      lines.push(`${section}:`);
    }
    const value = stringify(sections[section]?.[name]).trim();
    lines.push(`  ${name}: ${value} # ${sources.get(key.path) ?? 'default'}`);
  }
  lines.push(
    '# Secrets (environment only):',
    `#   HEFU_TOKEN: ${secrets.token === undefined ? 'not set' : REDACTED}`,
    `#   HEFU_MASTER_KEY_FILE: ${secrets.masterKeyFile ?? 'not set'}`,
    `#   HEFU_PKCS11_PIN: ${secrets.pkcs11Pin === undefined ? 'not set' : REDACTED}`,
  );
  return `${lines.join('\n')}\n`;
}
