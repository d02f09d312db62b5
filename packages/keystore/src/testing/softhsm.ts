import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where systems put SoftHSM's PKCS #11 module. */
const MODULE_PATHS = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** PIN of the tokens that tests make. */
export const SOFTHSM_PIN = '98765432';
const SO_PIN = '12345678';

/** SoftHSM's module, or undefined when it or the binding is not there: in CI that is an error, never a skip. */
export function softHsmModule(): string | undefined {
  const named = process.env['HEFU_SOFTHSM'] ?? '';
  const path = [named, ...MODULE_PATHS].find((each) => each !== '' && existsSync(each));
  const isUsable = path !== undefined && bindingIsBuilt();
  if (isUsable) return path;
  const lacking = path === undefined ? 'SoftHSM 2' : 'a built pkcs11js';
  if ((process.env['CI'] ?? '') !== '') throw new Error(`CI needs ${lacking}`);
  console.warn(`skipped: no ${lacking}; npm run setup -- --tests installs it`);
  return undefined;
}

function bindingIsBuilt(): boolean {
  try {
    createRequire(import.meta.url)('pkcs11js');
    return true;
  } catch {
    return false;
  }
}

/** Tokens of SoftHSM in a folder of their own. */
export interface SoftHsm {
  readonly modulePath: string;
  /** What a process must have in its environment to find them. */
  readonly environment: { readonly SOFTHSM2_CONF: string };
  /** Where the tokens lie. */
  readonly tokensFolder: string;
  makeToken(label: string): void;
  /** Puts a private key (PKCS #8, PEM) on a token under `CKA_ID` `id`. */
  importKey(key: {
    readonly token: string;
    readonly id: string;
    readonly label: string;
    readonly pem: string;
  }): void;
}

/** Prepares SoftHSM in `directory`. One a process: it reads its folder once, so call it before a module is loaded. */
export function makeSoftHsm(directory: string, modulePath: string): SoftHsm {
  const tokensFolder = join(directory, 'tokens');
  const configFile = join(directory, 'softhsm2.conf');
  mkdirSync(tokensFolder, { recursive: true });
  writeFileSync(
    configFile,
    `directories.tokendir = ${tokensFolder}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const environment = { SOFTHSM2_CONF: configFile };
  process.env['SOFTHSM2_CONF'] = configFile;
  const run = (...args: readonly string[]): void => {
    execFileSync('softhsm2-util', args, { env: { ...process.env, ...environment }, stdio: 'pipe' });
  };
  return {
    modulePath,
    environment,
    tokensFolder,
    makeToken(label) {
      run('--init-token', '--free', '--label', label, '--so-pin', SO_PIN, '--pin', SOFTHSM_PIN);
    },
    importKey({ token, id, label, pem }) {
      const file = join(directory, `${label}.pem`);
      writeFileSync(file, pem, { mode: 0o600 });
      const pin = ['--pin', SOFTHSM_PIN];
      run('--import', file, '--token', token, '--label', label, '--id', id, ...pin);
    },
  };
}
