import { createRequire } from 'node:module';
import type * as Pkcs11 from 'pkcs11js';
import { SignerError } from '../signer.ts';

/** The maintained binding to PKCS #11 (docs/decisions/0016-hardware-keys.md), with the constants of its header. */
export type Pkcs11Library = typeof Pkcs11;

/** A PKCS #11 module of a maker, loaded and started. */
export interface LoadedModule {
  readonly library: Pkcs11Library;
  readonly module: Pkcs11.PKCS11;
}

/** Modules of this process by path: each is started once and stays. */
const loaded = new Map<string, LoadedModule>();

/**
 * Loads the maker's module at `path`. The binding is a native part that is built on request, so it is looked for only here:
 * a node without hardware keys never needs it. Throws SignerError `pkcs11-library-missing`, `pkcs11-module-failed`.
 */
export function loadModule(path: string): LoadedModule {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const library = requireLibrary();
  const module = new library.PKCS11();
  try {
    module.load(path);
  } catch (error) {
    throw new SignerError('pkcs11-module-failed', `${path}: ${firstLine(error)}`);
  }
  try {
    module.C_Initialize({ flags: library.CKF_OS_LOCKING_OK });
  } catch (error) {
    // Another thread of this process has started it: it serves all of them.
    if (resultOf(error) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED') {
      throw new SignerError('pkcs11-module-failed', `${path}: ${firstLine(error)}`);
    }
  }
  const made = { library, module };
  loaded.set(path, made);
  return made;
}

/** Name of the PKCS #11 result that an error stands for (`CKR_PIN_INCORRECT`); undefined when it is none. */
export function resultOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'Pkcs11Error') return undefined;
  return error.message;
}

/** The first line of what an error says; the rest is the native stack. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}

function requireLibrary(): Pkcs11Library {
  const require = createRequire(import.meta.url);
  try {
    return require('pkcs11js') as Pkcs11Library;
  } catch {
    throw new SignerError('pkcs11-library-missing', 'pkcs11js is not built');
  }
}
