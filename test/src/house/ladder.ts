/** One package: its folder under `packages/`, its name, and the packages that it may import. */
export interface Rung {
  readonly folder: string;
  /** From the root of the checkout. */
  readonly path: string;
  readonly name: string;
  readonly may: readonly string[];
}

const FORMATS = ['@hefu/bytes', '@hefu/crypto', '@hefu/merkle', '@hefu/protocol'];
const MODULES = ['@hefu/module-membership', '@hefu/module-evidence', '@hefu/module-sharing'];
const CORE = [...FORMATS, '@hefu/contract', '@hefu/ledger'];
const ADAPTERS = ['store-lmdb', 'engine-solo', 'vault', 'readmodel', 'keystore'];

function rung(folder: string, may: readonly string[], name = `@hefu/${folder}`): Rung {
  return { folder, path: `packages/${folder}`, name, may };
}

/** A program of its own that is made of packages; it lies under `apps/`. */
function app(folder: string, may: readonly string[]): Rung {
  return { folder, path: `apps/${folder}`, name: `@hefu/${folder}`, may };
}

/**
 * The ladder of ARCHITECTURE.md, from the bottom up. A package may use less than it is allowed
 * here, never more; project references and the linter are held against this table.
 */
export const LADDER: readonly Rung[] = [
  rung('bytes', []),
  rung('crypto', ['@hefu/bytes']),
  rung('merkle', ['@hefu/bytes']),
  rung('protocol', ['@hefu/bytes', '@hefu/crypto', '@hefu/merkle']),
  rung('contract', FORMATS),
  rung('ledger', [...FORMATS, '@hefu/contract']),
  ...ADAPTERS.map((folder) => rung(folder, CORE)),
  rung('accounts', ['@hefu/bytes', '@hefu/crypto', '@hefu/protocol']),
  ...['membership', 'evidence', 'sharing'].map((folder) =>
    rung(`modules/${folder}`, [...FORMATS, '@hefu/contract'], `@hefu/module-${folder}`),
  ),
  app('verifier', FORMATS),
  rung('server', [
    ...CORE,
    '@hefu/verifier',
    ...ADAPTERS.map((folder) => `@hefu/${folder}`),
    '@hefu/accounts',
    ...MODULES,
  ]),
  rung('sdk', [...FORMATS, ...MODULES]),
  // A command talks to a node through the SDK. Ledger and store are there for those that work on a data folder without a
  // node (fsck, export-tiles), the server for those that make or start one.
  rung('cli', [
    ...FORMATS,
    '@hefu/accounts',
    '@hefu/keystore',
    '@hefu/sdk',
    '@hefu/server',
    '@hefu/verifier',
    '@hefu/ledger',
    '@hefu/store-lmdb',
  ]),
];
