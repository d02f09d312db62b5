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
  /** The user's PIN of PKCS #11 tokens. */
  readonly pkcs11Pin?: string;
  /** What opens the bucket of the vault. */
  readonly s3?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Shortest token taken: 32 characters of base64url hold 192 bits. */
export const TOKEN_CHARS_MIN = 32;
const TOKEN_CHARS_MAX = 512;
/** Longest PIN that is passed to a token. */
const PIN_CHARS_MAX = 255;
const TOKEN_PATTERN = /^[A-Za-z0-9._~+/=-]+$/;

/** Environment variables that carry a secret or the path to one; they are no config keys. */
export const SECRET_VARIABLES = [
  'HEFU_TOKEN',
  'HEFU_TOKEN_FILE',
  'HEFU_MASTER_KEY_FILE',
  'HEFU_OIDC_CLIENT_SECRET',
  'HEFU_PKCS11_PIN',
  'HEFU_PKCS11_PIN_FILE',
  'HEFU_S3_ACCESS_KEY_ID',
  'HEFU_S3_SECRET_ACCESS_KEY',
] as const;

/** Names that a config file may not use at any depth, because what follows them would be a secret. */
export const SECRET_KEY_PATTERN = /^(secrets?|tokens?|passwords?|master-?key|private-?key|pin)$/i;

export interface SecretsRead {
  readonly secrets: Secrets;
  readonly faults: readonly ConfigFault[];
}

/** Reads the secrets from the environment; a variable whose name ends with `_FILE` names a file that holds the secret alone. */
export function readSecrets(environment: Environment): SecretsRead {
  const faults: ConfigFault[] = [];
  const token = readToken(environment, faults);
  const pkcs11Pin = readPin(environment, faults);
  const masterKeyFile = environment['HEFU_MASTER_KEY_FILE'];
  const oidcClientSecret = environment['HEFU_OIDC_CLIENT_SECRET'] ?? '';
  const accessKeyId = environment['HEFU_S3_ACCESS_KEY_ID'] ?? '';
  const secretAccessKey = environment['HEFU_S3_SECRET_ACCESS_KEY'] ?? '';
  return {
    secrets: {
      ...(token === undefined ? {} : { token }),
      ...(masterKeyFile === undefined || masterKeyFile === '' ? {} : { masterKeyFile }),
      ...(pkcs11Pin === undefined ? {} : { pkcs11Pin }),
      ...(oidcClientSecret === '' ? {} : { oidcClientSecret }),
      ...(accessKeyId === '' || secretAccessKey === ''
        ? {}
        : { s3: { accessKeyId, secretAccessKey } }),
    },
    faults,
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A secret that a variable holds, or the file that the variable's twin with `_FILE` names. */
interface GivenSecret {
  readonly text: string;
  /** Where it stood, for messages. */
  readonly variable: string;
  fault(code: ConfigFault['code'], message: string): undefined;
}

function readGiven(
  environment: Environment,
  name: string,
  faults: ConfigFault[],
): GivenSecret | undefined {
  const direct = environment[name] ?? '';
  const file = environment[`${name}_FILE`] ?? '';
  const variable = file === '' ? name : `${name}_FILE`;
  const fault = (code: ConfigFault['code'], message: string, key = variable): undefined => {
    faults.push({ code, key, source: `environment ${key}`, message });
    return undefined;
  };
  if (direct !== '' && file !== '') {
    const message = `${name} and ${name}_FILE are both set: keep one of them.`;
    return fault('config-secret-twice', message, name);
  }
  if (file === '') return direct === '' ? undefined : { text: direct, variable, fault };
  try {
    return { text: readFileSync(file, 'utf8').trim(), variable, fault };
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return fault('config-secret-unreadable', `The file it names cannot be read (${reason}).`);
  }
}

function readToken(environment: Environment, faults: ConfigFault[]): string | undefined {
  const given = readGiven(environment, 'HEFU_TOKEN', faults);
  if (given === undefined) return undefined;
  const { text } = given;
  const isToken =
    text.length >= TOKEN_CHARS_MIN && text.length <= TOKEN_CHARS_MAX && TOKEN_PATTERN.test(text);
  if (isToken) return text;
  return given.fault(
    'config-secret-invalid',
    `A token has ${TOKEN_CHARS_MIN} to ${TOKEN_CHARS_MAX} characters of A–Z a–z 0–9 . _ ~ + / = -.`,
  );
}

function readPin(environment: Environment, faults: ConfigFault[]): string | undefined {
  const given = readGiven(environment, 'HEFU_PKCS11_PIN', faults);
  if (given === undefined) return undefined;
  const { text } = given;
  if (text.length >= 1 && text.length <= PIN_CHARS_MAX) return text;
  return given.fault('config-secret-invalid', `A PIN has 1 to ${PIN_CHARS_MAX} characters.`);
}
