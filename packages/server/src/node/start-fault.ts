/** Exit codes of the command line, which a fault at start ends with. */
export const EXIT_CODES = {
  failure: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  unavailable: 5,
} as const;

/**
 * What can keep a node from starting or a data folder from being made: each with the exit code of the process and one
 * sentence about what to do. docs/operating/running-a-node.md lists them; a test compares.
 */
export const START_FAULTS = {
  'config-invalid': {
    exitCode: EXIT_CODES.usage,
    advice: 'Correct the settings named; docs/reference/config.md lists all of them.',
  },
  'data-missing': {
    exitCode: EXIT_CODES.notFound,
    advice: 'Make a data folder with `hefu init`, or name the right one with --data or HEFU_DATA.',
  },
  'data-exists': {
    exitCode: EXIT_CODES.refused,
    advice: 'Start the node that is there, or name another folder.',
  },
  'data-incomplete': {
    exitCode: EXIT_CODES.failure,
    advice:
      'The folder holds parts of a node but no node.json: restore that file from a backup, or name an empty folder.',
  },
  'data-damaged': {
    exitCode: EXIT_CODES.failure,
    advice: 'Run `hefu fsck` on the folder; restore the damaged part from a backup.',
  },
  'credentials-missing': {
    exitCode: EXIT_CODES.notFound,
    advice:
      'Start the node, again if it runs, with `hefu node start`: it makes the file anew, with a new token. Nothing of the chain is lost.',
  },
  'data-too-new': {
    exitCode: EXIT_CODES.refused,
    advice: 'The folder was written by a newer Hefu: install that version or a later one.',
  },
  'data-read-only': {
    exitCode: EXIT_CODES.refused,
    advice:
      'Give the user that runs the node the right to write to the folder, or name another folder.',
  },
  'audit-broken': {
    exitCode: EXIT_CODES.failure,
    advice:
      'The audit trail in accounts.sqlite was changed from outside: keep the file as evidence and restore it from a backup.',
  },
  'data-in-use': {
    exitCode: EXIT_CODES.unavailable,
    advice: 'Another node runs on this folder: use that one, or stop it first.',
  },
  'disk-full': {
    exitCode: EXIT_CODES.unavailable,
    advice: 'Make room on the disk and start again; nothing that was acknowledged is lost.',
  },
  'bucket-unreachable': {
    exitCode: EXIT_CODES.unavailable,
    advice:
      'The bucket of the vault does not answer: check vault.s3Endpoint, the network and what opens it, and try again.',
  },
  'port-taken': {
    exitCode: EXIT_CODES.unavailable,
    advice: 'Stop what listens there, or take another port with --port or HEFU_HTTP__PORT.',
  },
  'tls-invalid': {
    exitCode: EXIT_CODES.usage,
    advice:
      'Check http.tlsCertFile and http.tlsKeyFile: PEM files that this user may read and that belong together.',
  },
  'port-not-permitted': {
    exitCode: EXIT_CODES.refused,
    advice:
      'Ports below 1024 need special rights: take a higher one with --port or HEFU_HTTP__PORT.',
  },
  'master-key-missing': {
    exitCode: EXIT_CODES.notFound,
    advice:
      'Set HEFU_MASTER_KEY_FILE to the file with the master key that this folder’s keys were sealed under.',
  },
  'master-key-wrong': {
    exitCode: EXIT_CODES.refused,
    advice: 'This is another folder’s master key: set HEFU_MASTER_KEY_FILE to the right one.',
  },
  'master-key-unsafe': {
    exitCode: EXIT_CODES.refused,
    advice: 'Keep the master key outside the data folder, readable by its owner alone (chmod 600).',
  },
  'key-missing': {
    exitCode: EXIT_CODES.notFound,
    advice: 'The keystore lacks a key that this node needs; restore keys/ from a backup.',
  },
  'not-the-operator': {
    exitCode: EXIT_CODES.refused,
    advice:
      'A node with the embedded engine runs chains whose checkpoints its own organisation makes final; run the node of that organisation.',
  },
  'genesis-other': {
    exitCode: EXIT_CODES.refused,
    advice:
      'The store began with another genesis than genesis.json: restore the file that belongs to it.',
  },
  'genesis-invalid': {
    exitCode: EXIT_CODES.usage,
    advice: 'Correct the parts named; docs/formats/genesis.md says what each may be.',
  },
  'module-version-missing': {
    exitCode: EXIT_CODES.refused,
    advice:
      'The chain runs a version of a module that this Hefu does not have: install a newer one.',
  },
  'start-failed': {
    exitCode: EXIT_CODES.failure,
    advice: 'The cause is named above; `hefu fsck` tells whether the data are whole.',
  },
} as const;

export type StartFaultCode = keyof typeof START_FAULTS;

/** Why a node does not run. The message says what; the advice of its code says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartFaultCode;
  /** Further lines: one for each fault of a configuration. */
  readonly details: readonly string[];

  constructor(
    code: StartFaultCode,
    message: string,
    options: { readonly details?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? [];
  }

  get exitCode(): number {
    return START_FAULTS[this.code].exitCode;
  }

  get advice(): string {
    return START_FAULTS[this.code].advice;
  }
}

/** Codes of the packages below that have a meaning of ours. */
const CODES_BELOW: Readonly<Record<string, StartFaultCode>> = {
  'store-locked': 'data-in-use',
  'store-not-found': 'data-damaged',
  'store-too-new': 'data-too-new',
  'store-content-too-new': 'data-too-new',
  'store-read-only': 'data-read-only',
  'store-full': 'disk-full',
  'store-damaged': 'data-damaged',
  'store-failed': 'data-damaged',
  'store-empty': 'data-damaged',
  'store-inconsistent': 'data-damaged',
  'genesis-other': 'genesis-other',
  'module-version-missing': 'module-version-missing',
  'master-key-missing': 'master-key-missing',
  'master-key-wrong': 'master-key-wrong',
  'master-key-permissions': 'master-key-unsafe',
  'master-key-inside-data': 'master-key-unsafe',
  'master-key-malformed': 'master-key-wrong',
  'key-unknown': 'key-missing',
  'checkpoint-key-missing': 'key-missing',
  'not-a-validator': 'not-the-operator',
  'not-the-operator': 'not-the-operator',
  'key-file-malformed': 'data-damaged',
  'key-file-damaged': 'data-damaged',
  'storage-unreachable': 'bucket-unreachable',
  EACCES: 'data-read-only',
  EPERM: 'data-read-only',
  EROFS: 'data-read-only',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
};

/** Any failure as a fault of ours, its own words kept. */
export function toStartError(error: unknown): StartError {
  if (error instanceof StartError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  const message = error instanceof Error ? error.message : String(error);
  return new StartError(CODES_BELOW[String(code)] ?? 'start-failed', message, { cause: error });
}

/** A verdict of the keystore as a fault of ours. */
export function keystoreError(fault: {
  readonly code: string;
  readonly path?: string;
  readonly detail?: string;
}): StartError {
  const where = fault.path === undefined ? '' : `: ${fault.path}`;
  const detail = fault.detail === undefined ? '' : ` (${fault.detail})`;
  return new StartError(
    CODES_BELOW[fault.code] ?? 'start-failed',
    `${fault.code}${where}${detail}`,
  );
}
