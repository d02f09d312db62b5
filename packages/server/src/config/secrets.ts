import { readFileSync } from 'node:fs';
import type { ConfigFault } from './faults.ts';

/**
 * What must never stand in a config file, a flag (the process list shows those) or a log line. Kept apart from
 * `Config`, so that printing the one cannot print the other.
 */
export interface Secrets {
  /** The operator's bearer token, in place of the one in credentials.json. */
  readonly token?: string;
  /** File that holds the 32-byte master key of the keystore. The path is no secret, its content is. */
  readonly masterKeyFile?: string;
  /** What the provider of identities knows this node by. */
  readonly oidcClientSecret?: string;
  /** What opens the bucket of the vault. */
  readonly s3?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Shortest token taken: 32 characters of base64url hold 192 bits. */
export const TOKEN_CHARS_MIN = 32;
const TOKEN_CHARS_MAX = 512;
const TOKEN_PATTERN = /^[A-Za-z0-9._~+/=-]+$/;

/** Environment variables that carry a secret or the path to one; they are no config keys. */
export const SECRET_VARIABLES = [
  'HEFU_TOKEN',
  'HEFU_TOKEN_FILE',
  'HEFU_MASTER_KEY_FILE',
  'HEFU_OIDC_CLIENT_SECRET',
  'HEFU_S3_ACCESS_KEY_ID',
  'HEFU_S3_SECRET_ACCESS_KEY',
] as const;

/** Names that a config file may not use at any depth, because what follows them would be a secret. */
export const SECRET_KEY_PATTERN = /^(secrets?|tokens?|passwords?|master-?key|private-?key)$/i;

export interface SecretsRead {
  readonly secrets: Secrets;
  readonly faults: readonly ConfigFault[];
}

/** Reads the secrets from the environment; `HEFU_TOKEN_FILE` names a file that holds the token alone. */
export function readSecrets(
  environment: Readonly<Record<string, string | undefined>>,
): SecretsRead {
  const faults: ConfigFault[] = [];
  const token = readToken(environment, faults);
  const masterKeyFile = environment['HEFU_MASTER_KEY_FILE'];
  const oidcClientSecret = environment['HEFU_OIDC_CLIENT_SECRET'] ?? '';
  const accessKeyId = environment['HEFU_S3_ACCESS_KEY_ID'] ?? '';
  const secretAccessKey = environment['HEFU_S3_SECRET_ACCESS_KEY'] ?? '';
  return {
    secrets: {
      ...(token === undefined ? {} : { token }),
      ...(masterKeyFile === undefined || masterKeyFile === '' ? {} : { masterKeyFile }),
      ...(oidcClientSecret === '' ? {} : { oidcClientSecret }),
      ...(accessKeyId === '' || secretAccessKey === ''
        ? {}
        : { s3: { accessKeyId, secretAccessKey } }),
    },
    faults,
  };
}

function readToken(
  environment: Readonly<Record<string, string | undefined>>,
  faults: ConfigFault[],
): string | undefined {
  const direct = environment['HEFU_TOKEN'] ?? '';
  const file = environment['HEFU_TOKEN_FILE'] ?? '';
  const fault = (code: ConfigFault['code'], variable: string, message: string): undefined => {
    faults.push({ code, key: variable, source: `environment ${variable}`, message });
    return undefined;
  };
  if (direct !== '' && file !== '') {
    return fault(
      'config-secret-twice',
      'HEFU_TOKEN',
      'HEFU_TOKEN and HEFU_TOKEN_FILE are both set: keep one of them.',
    );
  }
  let token = direct;
  const variable = file === '' ? 'HEFU_TOKEN' : 'HEFU_TOKEN_FILE';
  if (file !== '') {
    try {
      token = readFileSync(file, 'utf8').trim();
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return fault(
        'config-secret-unreadable',
        variable,
        `The file it names cannot be read (${reason}).`,
      );
    }
  } else if (direct === '') {
    return undefined;
  }
  if (
    token.length < TOKEN_CHARS_MIN ||
    token.length > TOKEN_CHARS_MAX ||
    !TOKEN_PATTERN.test(token)
  ) {
    return fault(
      'config-secret-invalid',
      variable,
      `A token has ${TOKEN_CHARS_MIN} to ${TOKEN_CHARS_MAX} characters of A–Z a–z 0–9 . _ ~ + / = -.`,
    );
  }
  return token;
}
